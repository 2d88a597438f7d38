import Tensors

/// A 2-D convolution of channels-last images.
///
/// - Shapes: `[n, h, w, inputChannels]` to `[n, h', w', outputChannels]` with
///   `h' = floor((h + 2 padding - kernelHeight) / stride) + 1`, and the width alike; weight
///   `[outputChannels, inputChannels, kernelHeight, kernelWidth]`, bias `[outputChannels]`.
/// - Differentiable: to any order.
public final class Conv2d: SpectrallyNormalizable {
    /// The trained weight.
    public let weight: Parameter
    /// The trained bias; nil for a layer without.
    public let bias: Parameter?
    let spectralNorm: SpectralNorm?
    let equalized: EqualizedRate?
    let window: ConvolutionWindow

    /// - Parameters:
    ///   - kernelSize: in pixels, as stride and padding.
    ///   - kernelWidth: nil for a square kernel; `kernelSize` is the height otherwise.
    ///   - hasBias: adds a trained bias to each output channel.
    ///   - spectrallyNormalized: divides the weight by its largest singular value (Miyato et al. 2018).
    ///   - equalized: scales weight and bias at run time, and sets their initializer.
    ///   - source: how parameters are initialized.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Int, kernelWidth: Int? = nil, stride: Int = 1,
        padding: Int = 0, hasBias: Bool = true, initializer: Initializer = .fanInUniform,
        spectrallyNormalized: Bool = false,
        equalized: EqualizedRate? = nil, from source: inout ParameterSource
    ) {
        let initializer = equalized?.initializer ?? initializer
        self.equalized = equalized
        let kernelWidth = kernelWidth ?? kernelSize
        let (fanIn, fanOut) = (
            inputChannels * kernelSize * kernelWidth, outputChannels * kernelSize * kernelWidth
        )
        weight = source.parameter(
            [outputChannels, inputChannels, kernelSize, kernelWidth], initializer, fanIn: fanIn,
            fanOut: fanOut)
        bias = hasBias ? source.bias(outputChannels, besides: initializer, fanIn: fanIn) : nil
        spectralNorm =
            spectrallyNormalized ? SpectralNorm(of: weight, outputAxis: 0, from: &source) : nil
        window = ConvolutionWindow(stride: stride, padding: padding)
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        context.continuing(input, reach: window.reachOfSameSize(kernelSize: weight.shape[2])) {
            $0.convolved(with: usedWeight(context), window: window)
        }.biased(by: bias, context, slope: slope, equalized)
    }
}

/// A 2-D transposed convolution of channels-last images.
///
/// - Shapes: `[n, h, w, inputChannels]` to `[n, h', w', outputChannels]` with
///   `h' = (h - 1) stride - 2 padding + kernelHeight + outputPadding`, and the width alike; weight
///   `[inputChannels, outputChannels, kernelHeight, kernelWidth]`, bias `[outputChannels]`.
/// - Differentiable: to any order.
public final class ConvTranspose2d: SpectrallyNormalizable {
    /// The trained weight.
    public let weight: Parameter
    /// The trained bias; nil for a layer without.
    public let bias: Parameter?
    let spectralNorm: SpectralNorm?
    let window: ConvolutionWindow
    let outputPadding: Int

    /// - Parameters:
    ///   - kernelSize: in pixels, as stride and padding.
    ///   - kernelWidth: nil for a square kernel; `kernelSize` is the height otherwise.
    ///   - outputPadding: pixels added to the output at the end of each axis, below the stride.
    ///   - hasBias: adds a trained bias to each output channel.
    ///   - spectrallyNormalized: divides the weight by its largest singular value (Miyato et al. 2018).
    ///   - source: how parameters are initialized.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Int, kernelWidth: Int? = nil, stride: Int = 1,
        padding: Int = 0, outputPadding: Int = 0, hasBias: Bool = true,
        initializer: Initializer = .fanInUniform, spectrallyNormalized: Bool = false,
        from source: inout ParameterSource
    ) {
        // PyTorch takes fan in and fan out of a transposed convolution from the order of its weight's axes.
        let kernelWidth = kernelWidth ?? kernelSize
        let (fanIn, fanOut) = (
            outputChannels * kernelSize * kernelWidth, inputChannels * kernelSize * kernelWidth
        )
        weight = source.parameter(
            [inputChannels, outputChannels, kernelSize, kernelWidth], initializer, fanIn: fanIn,
            fanOut: fanOut)
        bias = hasBias ? source.bias(outputChannels, besides: initializer, fanIn: fanIn) : nil
        spectralNorm =
            spectrallyNormalized ? SpectralNorm(of: weight, outputAxis: 1, from: &source) : nil
        window = ConvolutionWindow(stride: stride, padding: padding)
        self.outputPadding = outputPadding
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        let reach = window.transposedReach(kernelSize: weight.shape[2], outputPadding: outputPadding)
        return context.continuing(input, reach: reach, scale: window.stride) {
            $0.transposeConvolved(with: usedWeight(context), window: window, outputPadding: outputPadding)
        }.biased(by: bias, context, slope: slope)
    }
}

extension ConvolutionWindow {
    /// How many pixels past the edges a convolution reads that keeps the images' size; 0 of others.
    fileprivate func reachOfSameSize(kernelSize: Int) -> Int {
        stride == 1 && kernelSize == 2 * verticalPadding + 1 ? verticalPadding : 0
    }

    /// How many pixels past the edges a transposed convolution reads that multiplies the images' size by its stride; 0
    /// of others.
    fileprivate func transposedReach(kernelSize: Int, outputPadding: Int) -> Int {
        guard kernelSize - 2 * verticalPadding + outputPadding == stride else { return 0 }
        return max(kernelSize - 1 - verticalPadding, stride - 1 + verticalPadding) / stride
    }
}

extension Tensor {
    /// Adds a bias, if there is one, and applies a leaky ReLU in one pass.
    func biased(
        by bias: Parameter?, _ context: ForwardContext, slope: Scalar, _ equalized: EqualizedRate? = nil
    ) -> Tensor {
        if let bias {
            return biased(by: context.value(of: bias) * (equalized?.biasScale ?? 1), slope: slope)
        }
        return slope == 1 ? self : leakyReLU(slope: slope)
    }
}
