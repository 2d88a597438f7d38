import Images
import Networks
import Tensors

/// The published first values of convolutions: the authors' program.
let fastGANInitializer = Initializer.normal(deviation: 0.02)

/// Half of the channels, gated by the other half: `y = a sigmoid(b)`.
///
/// - Shapes: `[n, h, w, 2 c]` to `[n, h, w, c]`.
/// - Differentiable: to any order.
/// - Source: Dauphin et al. 2017, "Language modeling with gated convolutional networks", equation 1.
final class GatedLinearUnit: Layer {
    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let half = input.shape[3] / 2
        return input.sliced(axis: 3, 0..<half) * input.sliced(axis: 3, half..<2 * half).sigmoid()
    }
}

/// `y = x sigmoid(x)`.
///
/// - Source: Ramachandran et al. 2017, "Searching for activation functions", section 4.
final class Swish: Layer {
    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input * input.sigmoid() }
}

/// Average pooling to a size that the images' is a power of two times of.
///
/// - Shapes: `[n, h, w, c]` to `[n, height, width, c]`.
/// - Differentiable: to any order.
final class PooledTo: Layer {
    private let size: ImageSize

    init(_ size: ImageSize) { self.size = size }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        var pooled = input
        while pooled.shape[1] > size.height { pooled = pooled.averagePooled() }
        return pooled
    }
}

/// Adds noise, the same to all channels of a pixel, times a trained strength that is initially 0.
///
/// In training the noise is drawn for each image. In inference it is drawn once for all images, so that a latent
/// always gives the same image.
///
/// - Shapes: `[n, h, w, c]` to the same; weight `[1]`.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2019, "A style-based generator architecture for generative adversarial networks", section
///   3.2; with one strength for all channels as in the authors' program.
final class PixelNoise: Layer {
    let weight: Parameter
    private let index: UInt64

    /// - Parameter index: which of a network's layers it is, whose noise differs.
    init(index: Int, from source: inout ParameterSource) {
        weight = source.parameter([1], repeating: 0)
        self.index = UInt64(index)
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let (count, height, width, channels) = (
            input.shape[0], input.shape[1], input.shape[2], input.shape[3]
        )
        let strength = context.value(of: weight).broadcast(to: [channels])
        return input.noised(
            by: noise(count, height, width, context), strength: strength, bias: .zeros([channels]))
    }

    private func noise(_ count: Int, _ height: Int, _ width: Int, _ context: ForwardContext) -> Tensor {
        if context.mode == .training {
            return .normal(eachImage: [count, height, width, 1], from: &context.random)
        }
        var stream = RandomStream(seed: 0, purpose: .noise, index: index)
        return .normal([1, height, width, 1], from: &stream)
    }
}

/// Skip-layer excitation: a feature map gates the channels of a later one.
///
///     y = gated sigmoid(conv1(swish(conv4(pool4(gating)))))
///
/// - Shapes: `[n, h, w, gating]` and `[n, h', w', gated]` to the latter.
/// - Differentiable: to any order.
/// - Source: Liu et al. 2021, section 3.1 and figure 3.
final class SkipLayerExcitation: Module {
    let main: Sequential

    /// - Parameter pooled: the size that the gating map is pooled to, 4x4 of squares.
    init(
        poolingTo pooled: ImageSize, gating: Int, gated: Int, spectral: Bool,
        from source: inout ParameterSource
    ) {
        main = Sequential([
            PooledTo(pooled),
            Conv2d(
                inputChannels: gating, outputChannels: gated, kernelSize: pooled.height,
                kernelWidth: pooled.width, hasBias: false, initializer: fastGANInitializer,
                spectrallyNormalized: spectral, from: &source),
            Swish(),
            Conv2d(
                inputChannels: gated, outputChannels: gated, kernelSize: 1, hasBias: false,
                initializer: fastGANInitializer, spectrallyNormalized: spectral, from: &source),
            Sigmoid(),
        ])
    }

    func callAsFunction(_ gating: Tensor, _ gated: Tensor, _ context: ForwardContext) -> Tensor {
        gated * main(gating, context)
    }
}

/// Layers that double width and height: nearest-neighbor upsampling, then a convolution 3x3 with BatchNorm and gated
/// linear units.
///
/// - Shapes: `[n, h, w, inputs]` to `[n, 2 h, 2 w, outputs]`.
/// - Parameter noise: the number of the first layer of noise, which comes with a second convolution; nil for neither.
/// - Source: Liu et al. 2021, section 3.1; the two kinds of blocks as in the authors' program.
func doublingBlock(
    inputs: Int, outputs: Int, noise: Int? = nil, spectral: Bool = true, from source: inout ParameterSource
) -> Sequential {
    func convolution(_ inputs: Int, noise: Int?, _ source: inout ParameterSource) -> [any Layer] {
        let convolution = Conv2d(
            inputChannels: inputs, outputChannels: 2 * outputs, kernelSize: 3, padding: 1, hasBias: false,
            initializer: fastGANInitializer, spectrallyNormalized: spectral, from: &source)
        let noise: [any Layer] = noise.map { [PixelNoise(index: $0, from: &source)] } ?? []
        return [convolution] + noise + [fastGANNorm(2 * outputs, from: &source), GatedLinearUnit()]
    }
    var layers: [any Layer] = [Upsample()] + convolution(inputs, noise: noise, &source)
    if let noise { layers += convolution(outputs, noise: noise + 1, &source) }
    return Sequential(layers)
}

/// BatchNorm with the published first values: scales of normal numbers about 1.
func fastGANNorm(_ channels: Int, from source: inout ParameterSource) -> BatchNorm2d {
    BatchNorm2d(channels: channels, initializer: .normal(mean: 1, deviation: 0.02), from: &source)
}
