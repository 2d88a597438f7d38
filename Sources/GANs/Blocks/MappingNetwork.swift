import Networks
import Tensors

/// From latents, and classes where the generator is class-conditional, to styles.
///
/// - Shapes: `[n, latentSize]` to the same.
final class MappingNetwork: Layer {
    /// Of the classes, which stands beside the latent.
    let embedding: Linear?
    /// Whether latents and embedded classes are normalized apart, and not as one.
    private let normalizesApart: Bool
    let main: Sequential

    /// - Parameters:
    ///   - equalized: how weights are drawn and used; a multiplier of 0.01, Karras et al. 2019, appendix C.
    ///   - normalizesApart: whether latents and embedded classes are normalized apart, and classes embedded by a layer
    ///     of equalized rate, as in Karras et al. 2020, "Training generative adversarial networks with limited data".
    init(
        _ configuration: some StyleModelConfiguration, equalized: EqualizedRate,
        normalizesApart: Bool = false, from source: inout ParameterSource
    ) {
        let size = configuration.latentSize
        embedding = configuration.conditioning.map {
            normalizesApart
                ? Linear(
                    inputFeatures: $0.classes.count, outputFeatures: size, equalized: EqualizedRate(gain: 1),
                    from: &source)
                : Linear(
                    inputFeatures: $0.classes.count, outputFeatures: size, hasBias: false,
                    initializer: .normal(deviation: 1), from: &source)
        }
        self.normalizesApart = normalizesApart
        var layers: [any Layer] = normalizesApart ? [] : [PixelNorm()]
        for depth in 0..<configuration.mappingDepth {
            layers += [
                Linear(
                    inputFeatures: depth == 0 && embedding != nil ? 2 * size : size, outputFeatures: size,
                    equalized: equalized, from: &source),
                LeakyReLU(slope: 0.2),
            ]
        }
        main = Sequential(layers)
    }

    func callAsFunction(_ latents: Tensor, _ context: ForwardContext) -> Tensor {
        guard let embedding else { return main(latents, context) }
        var parts = [latents, embedding(context.requiredLabels, context)]
        if normalizesApart { parts = parts.map { PixelNorm()($0, context) } }
        return main(Tensor.concatenated(parts, axis: 1), context)
    }
}

/// A generator whose styles a mapping network makes, and that tracks their mean.
protocol MappedStyleGenerator: StyleGenerator {
    var mapping: MappingNetwork { get }
    /// `[1, styleSize]`
    var styleMean: Buffer { get }
    /// How likely a training batch mixes the styles of two latents.
    var mixingProbability: Double { get }
    /// Layers between which training mixes styles.
    var mixedLayers: Int { get }
}

/// How fast the mean style forgets.
///
/// - Source: Karras et al. 2019, as published with the paper: 0.995 is kept.
private let styleMeanWeight = 0.005

extension MappedStyleGenerator {
    var meanStyle: Tensor { styleMean.value }

    func callAsFunction(_ latents: Tensor, _ context: ForwardContext) -> Tensor {
        let noise: StyleNoise = context.mode == .training ? .drawn : .constant
        return images(fromStyles: layerStyles(of: latents, context), noise: noise, context)
    }

    func layerStyles(of latents: Tensor, _ context: ForwardContext) -> [Tensor] {
        let styles = styles(of: latents, context)
        guard context.mode == .training else { return Array(repeating: styles, count: layerCount) }
        let mixing = StyleMixing.random(
            layers: mixedLayers, probability: mixingProbability, from: &context.random)
        let others =
            mixing.isPlain
            ? [] : [mapping(Tensor.normal(eachImage: latents.shape, from: &context.random), context)]
        return mixing([styles] + others)
    }

    func styles(of latents: Tensor, _ context: ForwardContext) -> Tensor {
        let styles = mapping(latents, context)
        guard context.mode == .training else { return styles }
        let mean = styles.detached.mean(axes: [0], keepingAxes: true).meanOverShards()
        guard Shards.isFirst else { return styles }
        switch context.statistics {
        case .kept: break
        case .moving: styleMean.value.interpolate(toward: mean, weight: styleMeanWeight)
        case .averaged(let batch): styleMean.value.interpolate(toward: mean, weight: 1 / Double(batch))
        }
        return styles
    }
}

extension StyleNoise {
    /// The noise of a layer; nil for none.
    ///
    /// - Shapes: `[count, h, w, 1]`, or `[1, h, w, 1]` for all images the same.
    /// - Parameters:
    ///   - constant: the layer's own, `[1, h, w, 1]`.
    ///   - count: images.
    func image(layer: Int, constant: Buffer, for count: Int, _ context: ForwardContext) -> Tensor? {
        switch self {
        case .constant: constant.value
        case .drawn:
            Tensor.normal(
                eachImage: Shape([count] + constant.value.shape.dimensions.dropFirst()), from: &context.random
            )
        case .none: nil
        case .given(let noises): noises[layer]
        }
    }
}

extension ParameterSource {
    /// Standard normal numbers; zeros where nothing is drawn.
    mutating func normal(_ shape: Shape) -> Tensor {
        guard case .drawn(var stream) = self else { return .zeros(shape) }
        defer { self = .drawn(stream) }
        return .normal(shape, from: &stream)
    }
}
