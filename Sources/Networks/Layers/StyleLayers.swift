import Tensors

/// Normalizes the feature vector of each pixel to a mean square of 1.
///
/// `y = x / sqrt(mean(x^2) + 1e-8)`, with the mean over the channels.
///
/// - Shapes: `[..., c]` to the same.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 4.2.
public final class PixelNorm: Layer {
    /// Creates the layer.
    public init() {}

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input / (input.squared().mean(axes: [-1], keepingAxes: true) + 1e-8).squareRoot()
    }
}

/// Adds noise, scaled by a trained strength for each channel or one for all, and a bias.
///
/// `y = x + (noise weight + bias) gain`; both are initially zeros.
///
/// - Shapes: `[n, h, w, channels]` with noise `[n, h, w, 1]` or `[1, h, w, 1]` to the same; weight
///   `[channels]` or `[1]`, bias `[channels]`.
/// - Differentiable: to any order, but no gradient flows into the noise.
/// - Source: Karras et al. 2019, "A style-based generator architecture for generative adversarial networks",
///   section 2; one strength for all channels Karras et al. 2020 (arXiv:1912.04958),
///   section 2.2.
public final class NoiseInjection: Module {
    /// The strength of the noise.
    public let weight: Parameter
    /// The trained bias.
    public let bias: Parameter
    let gain: Scalar

    /// - Parameters:
    ///   - hasOneStrength: trains one strength for all channels.
    ///   - gain: the factor of noise and bias; the input includes it already.
    public init(channels: Int, hasOneStrength: Bool = false, gain: Double = 1) {
        weight = Parameter(.zeros([hasOneStrength ? 1 : channels]))
        bias = Parameter(.zeros([channels]))
        self.gain = Scalar(gain)
    }

    /// - Parameters:
    ///   - noise: nil for none.
    ///   - slope: of a following leaky ReLU; 1 for none.
    public func callAsFunction(
        _ input: Tensor, noise: Tensor?, _ context: ForwardContext, slope: Scalar = 1
    ) -> Tensor {
        let bias = context.value(of: bias) * gain
        guard let noise else { return input.biased(by: bias, slope: slope) }
        let strength = (context.value(of: weight) * gain).broadcast(to: bias.shape)
        return input.noised(by: noise, strength: strength, bias: bias, slope: slope)
    }
}

/// Adaptive instance normalization (AdaIN): normalizes each channel of each image over its pixels, then
/// scales and shifts it by a style vector.
///
/// `y = (x - mean) / sqrt(variance + epsilon) (1 + a) + b`, with `(a, b) = style weight^T + bias`.
///
/// - Shapes: `[n, h, w, channels]` with style `[n, styleSize]` to the same; the layer `style` has weight
///   `[2 channels, styleSize]` and bias `[2 channels]`.
/// - Differentiable: to any order.
/// - Source: Huang and Belongie 2017, "Arbitrary style transfer in real-time with adaptive instance
///   normalization"; with a learned style Karras et al. 2019, section 2.
public final class AdaptiveInstanceNorm: Module {
    /// The layer that turns a style vector into scales and shifts.
    public let style: Linear
    let epsilon: Scalar

    /// - Parameters:
    ///   - styleSize: the length of a style vector.
    ///   - epsilon: added to the variance.
    ///   - source: initializes the weights; biases are initially zeros.
    public init(channels: Int, styleSize: Int, epsilon: Scalar = 1e-8, from source: inout ParameterSource) {
        style = Linear(
            inputFeatures: styleSize, outputFeatures: 2 * channels, equalized: EqualizedRate(gain: 1),
            from: &source)
        self.epsilon = epsilon
    }

    /// Normalizes the images, then scales and shifts them by a style vector.
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

/// A modulated convolution: a style vector scales the weight by input channel for each image; demodulation
/// then normalizes each output channel's weight to length 1.
///
/// `w'[k][c] = w[k][c] (1 + s[c])`, `y = gain x * w' / sqrt(sum of w'^2 + 1e-8)` with
/// `s = style weight^T + bias`.
///
/// It is computed by scaling activations before and after one convolution with `w`, which is equivalent and
/// needs no weight for each image.
///
/// - Shapes: `[n, h, w, inputChannels]` with style `[n, styleSize]` to `[n, h, w, outputChannels]`, or twice
///   the size.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2020 (arXiv:1912.04958), section 2.2.
public final class ModulatedConv2d: Module {
    /// The trained weight.
    public let weight: Parameter
    /// The layer that turns a style vector into the scale of each input channel.
    public let style: Linear
    let demodulates: Bool
    let doublesSize: Bool
    let gain: Scalar

    /// - Parameters:
    ///   - kernelSize: in pixels, odd; the size of the images is kept.
    ///   - demodulates: normalizes weights to length 1.
    ///   - doublesSize: upsamples by a transposed convolution with stride 2, then smooths with the separable
    ///     filter (1 3 3 1).
    ///   - gain: the factor of demodulated weights.
    ///   - source: how parameters are initialized.
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

    /// Convolves the images by the weight that a style vector modulates.
    public func callAsFunction(_ input: Tensor, style: Tensor, _ context: ForwardContext) -> Tensor {
        let (images, inputs, outputs) = (input.shape[0], weight.shape[1], weight.shape[0])
        let weight = context.value(of: weight) * EqualizedRate(gain: 1).weightScale(of: self.weight.shape)
        let scale = self.style(style, context) + 1
        let scaled = input * scale.reshaped([images, 1, 1, inputs])
        let result =
            doublesSize
            ? context.continuing(scaled, reach: 1, scale: 2) { $0.smoothlyDoubledAndConvolved(with: weight) }
            : context.continuing(scaled, reach: weight.shape[2] / 2) {
                $0.convolved(with: weight, window: ConvolutionWindow(padding: weight.shape[2] / 2))
            }
        guard demodulates else { return result }
        let lengths = scale.squared().matrixProduct(
            weight.squared().sum(axes: [2, 3]), transposingOther: true)
        return result * (Tensor(gain) / (lengths + 1e-8).squareRoot()).reshaped([images, 1, 1, outputs])
    }
}
