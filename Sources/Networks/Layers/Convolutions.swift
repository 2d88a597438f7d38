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
    ///   - stream: where the first values are drawn from.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0,
        hasBias: Bool = true, initializer: Initializer = .fanInUniform, from stream: inout RandomStream
    ) {
        let (fanIn, fanOut) = (
            inputChannels * kernelSize * kernelSize, outputChannels * kernelSize * kernelSize
        )
        weight = Parameter(
            initializer.tensor(
                [outputChannels, inputChannels, kernelSize, kernelSize], fanIn: fanIn, fanOut: fanOut,
                from: &stream))
        bias = hasBias ? .bias(outputChannels, initializer, fanIn: fanIn, from: &stream) : nil
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
    ///   - stream: where the first values are drawn from.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0,
        outputPadding: Int = 0, hasBias: Bool = true, initializer: Initializer = .fanInUniform,
        from stream: inout RandomStream
    ) {
        // PyTorch counts the fans of a transposed convolution in the order of its weight's axes.
        let (fanIn, fanOut) = (
            outputChannels * kernelSize * kernelSize, inputChannels * kernelSize * kernelSize
        )
        weight = Parameter(
            initializer.tensor(
                [inputChannels, outputChannels, kernelSize, kernelSize], fanIn: fanIn, fanOut: fanOut,
                from: &stream))
        bias = hasBias ? .bias(outputChannels, initializer, fanIn: fanIn, from: &stream) : nil
        window = ConvolutionWindow(stride: stride, padding: padding)
        self.outputPadding = outputPadding
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.transposeConvolved(
            with: context.value(of: weight), window: window, outputPadding: outputPadding
        ).adding(bias, context)
    }
}

extension Parameter {
    /// A bias: drawn like PyTorch's where the weight is, otherwise zeros.
    static func bias(
        _ count: Int, _ initializer: Initializer, fanIn: Int, from stream: inout RandomStream
    ) -> Parameter {
        if case .fanInUniform = initializer {
            return Parameter(initializer.tensor([count], fanIn: fanIn, fanOut: count, from: &stream))
        }
        return Parameter(.zeros([count]))
    }
}

extension Tensor {
    func adding(_ bias: Parameter?, _ context: ForwardContext) -> Tensor {
        bias.map { self + context.value(of: $0) } ?? self
    }
}
