import Tensors

/// A 2-D convolution of channels-last pictures.
///
/// - Shapes: `[n, h, w, inputChannels]` to `[n, h', w', outputChannels]` with
///   `h' = floor((h + 2 padding - kernelSize) / stride) + 1`; weight
///   `[outputChannels, inputChannels, kernelSize, kernelSize]`, bias `[outputChannels]`.
/// - Differentiable: to any order.
public final class Conv2d: Layer {
    public let weight: Parameter
    public let bias: Parameter?
    let window: ConvolutionWindow

    /// - Parameters:
    ///   - kernelSize: in pixels, as stride and padding.
    ///   - hasBias: adds a trained number to each output channel.
    ///   - source: where the first values come from.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0,
        hasBias: Bool = true, initializer: Initializer = .fanInUniform, from source: inout ParameterSource
    ) {
        let (fanIn, fanOut) = (
            inputChannels * kernelSize * kernelSize, outputChannels * kernelSize * kernelSize
        )
        weight = source.parameter(
            [outputChannels, inputChannels, kernelSize, kernelSize], initializer, fanIn: fanIn, fanOut: fanOut
        )
        bias = hasBias ? source.bias(outputChannels, besides: initializer, fanIn: fanIn) : nil
        window = ConvolutionWindow(stride: stride, padding: padding)
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.convolved(with: context.value(of: weight), window: window).adding(bias, context)
    }
}

/// A 2-D transposed convolution of channels-last pictures.
///
/// - Shapes: `[n, h, w, inputChannels]` to `[n, h', w', outputChannels]` with
///   `h' = (h - 1) stride - 2 padding + kernelSize + outputPadding`; weight
///   `[inputChannels, outputChannels, kernelSize, kernelSize]`, bias `[outputChannels]`.
/// - Differentiable: to any order.
public final class ConvTranspose2d: Layer {
    public let weight: Parameter
    public let bias: Parameter?
    let window: ConvolutionWindow
    let outputPadding: Int

    /// - Parameters:
    ///   - kernelSize: in pixels, as stride and padding.
    ///   - outputPadding: pixels added at the end of each direction, below the stride.
    ///   - hasBias: adds a trained number to each output channel.
    ///   - source: where the first values come from.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0,
        outputPadding: Int = 0, hasBias: Bool = true, initializer: Initializer = .fanInUniform,
        from source: inout ParameterSource
    ) {
        // PyTorch counts the fans of a transposed convolution in the order of its weight's axes.
        let (fanIn, fanOut) = (
            outputChannels * kernelSize * kernelSize, inputChannels * kernelSize * kernelSize
        )
        weight = source.parameter(
            [inputChannels, outputChannels, kernelSize, kernelSize], initializer, fanIn: fanIn, fanOut: fanOut
        )
        bias = hasBias ? source.bias(outputChannels, besides: initializer, fanIn: fanIn) : nil
        window = ConvolutionWindow(stride: stride, padding: padding)
        self.outputPadding = outputPadding
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.transposeConvolved(
            with: context.value(of: weight), window: window, outputPadding: outputPadding
        ).adding(bias, context)
    }
}

extension Tensor {
    func adding(_ bias: Parameter?, _ context: ForwardContext) -> Tensor {
        bias.map { self + context.value(of: $0) } ?? self
    }
}
