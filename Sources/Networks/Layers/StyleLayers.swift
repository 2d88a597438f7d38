import Tensors

/// Each row brought to a mean square of one.
///
/// `y = x / sqrt(mean(x^2) + 1e-8)`, over the channels.
///
/// - Shapes: `[..., c]` to the same.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 4.2.
public final class PixelNorm: Layer {
    public init() {}

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input / (input.squared().mean(axes: [-1], keepingAxes: true) + 1e-8).squareRoot()
    }
}

/// Noise, by a strength that is learned, for each channel its own or for all the same, and a bias.
///
/// `y = x + (noise weight + bias) gain`; both begin as zeros.
///
/// - Shapes: `[n, h, w, channels]` with noise `[n, h, w, 1]` or `[1, h, w, 1]` to the same; weight `[channels]` or
///   `[1]`, bias `[channels]`.
/// - Differentiable: to any order, but no gradient flows into the noise.
/// - Source: Karras et al. 2019, "A style-based generator architecture for generative adversarial networks",
///   section 2; one strength for all channels Karras et al. 2020, "Analyzing and improving the image quality of
///   StyleGAN", section 2.2.
public final class NoiseInjection: Module {
    public let weight: Parameter
    public let bias: Parameter
    let gain: Scalar

    /// - Parameters:
    ///   - hasOneStrength: the same for all channels.
    ///   - gain: of noise and bias alike; what comes in has it already.
    public init(channels: Int, hasOneStrength: Bool = false, gain: Double = 1) {
        weight = Parameter(.zeros([hasOneStrength ? 1 : channels]))
        bias = Parameter(.zeros([channels]))
        self.gain = Scalar(gain)
    }

    /// - Parameters:
    ///   - noise: nil for none.
    ///   - slope: of a leaky rectifier behind; 1 for none.
    public func callAsFunction(
        _ input: Tensor, noise: Tensor?, _ context: ForwardContext, slope: Scalar = 1
    ) -> Tensor {
        let bias = context.value(of: bias) * gain
        guard let noise else { return input.biased(by: bias, slope: slope) }
        let strength = (context.value(of: weight) * gain).broadcast(to: bias.shape)
        return input.noised(by: noise, strength: strength, bias: bias, slope: slope)
    }
}

/// Normalizes each channel of each image over its pixels; then a style decides its scale and shift.
///
/// `y = (x - mean) / sqrt(variance + epsilon) (1 + a) + b`, with `(a, b) = style weight^T + bias`.
///
/// - Shapes: `[n, h, w, channels]` with style `[n, styleSize]` to the same; the layer `style` has weight
///   `[2 channels, styleSize]` and bias `[2 channels]`.
/// - Differentiable: to any order.
/// - Source: Huang and Belongie 2017, "Arbitrary style transfer in real-time with adaptive instance
///   normalization"; with a learned style Karras et al. 2019, section 2.
public final class AdaptiveInstanceNorm: Module {
    public let style: Linear
    let epsilon: Scalar

    /// - Parameters:
    ///   - styleSize: numbers in a style.
    ///   - epsilon: added to the variance.
    ///   - source: where the first weights come from; biases begin as zeros.
    public init(channels: Int, styleSize: Int, epsilon: Scalar = 1e-8, from source: inout ParameterSource) {
        style = Linear(
            inputFeatures: styleSize, outputFeatures: 2 * channels, equalized: EqualizedRate(gain: 1),
            from: &source)
        self.epsilon = epsilon
    }

    public func callAsFunction(_ input: Tensor, style: Tensor, _ context: ForwardContext) -> Tensor {
        require(
            style.shape.rank == 2 && style.shape[0] == input.shape[0],
            "AdaptiveInstanceNorm: styles \(style.shape) do not fit images \(input.shape)")
        let numbers = self.style(style, context)
        let channels = numbers.shape[1] / 2
        return input.instanceNormalized(
            scale: numbers.sliced(axis: 1, 0..<channels) + 1,
            shift: numbers.sliced(axis: 1, channels..<2 * channels), epsilon: epsilon)
    }
}

/// A convolution whose weight a style scales for each image, input channel by input channel; then each output
/// channel's weight is brought to length one.
///
/// `w'[k][c] = w[k][c] (1 + s[c])`, `y = gain x * w' / sqrt(sum of w'^2 + 1e-8)` with
/// `s = style weight^T + bias`. It is computed by scaling activations before and after one convolution with `w`, which gives the same numbers
/// without a weight for each image.
///
/// - Shapes: `[n, h, w, inputChannels]` with style `[n, styleSize]` to `[n, h, w, outputChannels]`, or twice the
///   size.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN", section 2.2.
public final class ModulatedConv2d: Module {
    public let weight: Parameter
    public let style: Linear
    let demodulates: Bool
    let doublesSize: Bool
    let gain: Scalar

    /// - Parameters:
    ///   - kernelSize: in pixels, odd; the image's size stays.
    ///   - demodulates: brings weights to length one.
    ///   - doublesSize: puts a zero beside each of the images' pixels before the convolution, and smooths by
    ///     1, 3, 3, 1 either way after it.
    ///   - gain: what demodulated weights are multiplied by.
    ///   - source: where the first values come from.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Int, styleSize: Int, demodulates: Bool = true,
        doublesSize: Bool = false, gain: Double = 1, from source: inout ParameterSource
    ) {
        require(
            kernelSize % 2 == 1 && (kernelSize == 3 || !doublesSize),
            "ModulatedConv2d: no kernel of \(kernelSize) pixels")
        weight = source.parameter(
            [outputChannels, inputChannels, kernelSize, kernelSize], .normal(deviation: 1), fanIn: 1,
            fanOut: 1)
        style = Linear(
            inputFeatures: styleSize, outputFeatures: inputChannels, equalized: EqualizedRate(gain: 1),
            from: &source)
        (self.demodulates, self.doublesSize, self.gain) = (demodulates, doublesSize, Scalar(gain))
    }

    public func callAsFunction(_ input: Tensor, style: Tensor, _ context: ForwardContext) -> Tensor {
        let (images, inputs, outputs) = (input.shape[0], weight.shape[1], weight.shape[0])
        let weight = context.value(of: weight) * EqualizedRate(gain: 1).weightScale(of: self.weight.shape)
        let scale = self.style(style, context) + 1
        let scaled = input * scale.reshaped([images, 1, 1, inputs])
        let result =
            doublesSize
            ? scaled.smoothlyDoubledAndConvolved(with: weight)
            : scaled.convolved(with: weight, window: ConvolutionWindow(padding: weight.shape[2] / 2))
        guard demodulates else { return result }
        let lengths = scale.squared().matrixProduct(
            weight.squared().sum(axes: [2, 3]), transposingOther: true)
        return result * (Tensor(gain) / (lengths + 1e-8).squareRoot()).reshaped([images, 1, 1, outputs])
    }
}
