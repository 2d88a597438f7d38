import Networks
import Tensors

/// - Shapes: latents `[n, latentSize]` to pictures `[n, size, size, channels]`, about within [-1, 1]: the last
///   layer is linear.
final class StyleGANGenerator: StyleGenerator, GrowingNetwork {
    let mapping: MappingNetwork
    let styleMean: Buffer
    /// What the synthesis begins from: `[1, 4, 4, channels]`.
    let constant: Parameter
    let layers: [StyleLayer]
    /// Of the full size, or of each resolution of a network that grows.
    let toPixels: [Conv2d]
    let growth: Buffer?
    let resolutions: [Int]
    private let mixingProbability: Double

    /// How fast the mean style forgets.
    ///
    /// - Source: Karras et al. 2019, as published with the paper: 0.995 is kept.
    private static let styleMeanWeight = 0.005

    init(_ family: StyleGAN, from source: inout ParameterSource) {
        mapping = MappingNetwork(family, from: &source)
        styleMean = Buffer(.zeros([1, family.latentSize]))
        var inputs = family.channels(at: 4)
        constant = Parameter(Tensor(repeating: 1, shape: [1, 4, 4, inputs]))
        var layers: [StyleLayer] = []
        for resolution in family.resolutions {
            let outputs = family.channels(at: resolution)
            for step in [StyleLayer.Step.first, .second] {
                layers.append(
                    StyleLayer(
                        resolution == 4 && step == .first ? .constant : step, resolution: resolution,
                        inputChannels: inputs, outputChannels: outputs, styleSize: family.latentSize,
                        from: &source))
                inputs = outputs
            }
        }
        self.layers = layers
        resolutions = family.resolutions
        var toPixels: [Conv2d] = []
        for resolution in family.growth == nil ? [family.size] : resolutions {
            toPixels.append(
                Conv2d(
                    inputChannels: family.channels(at: resolution), outputChannels: family.channels,
                    kernelSize: 1, equalized: EqualizedRate(gain: 1), from: &source))
        }
        self.toPixels = toPixels
        growth = family.growth.map { _ in Buffer(.zeros([2])) }
        mixingProbability = family.styleMixing
    }

    var layerCount: Int { layers.count }
    var layerSizes: [Int] { layers.map(\.resolution) }
    var meanStyle: Tensor { styleMean.value }

    func callAsFunction(_ latents: Tensor, _ context: ForwardContext) -> Tensor {
        let noise: StyleNoise = context.mode == .training ? .drawn : .constant
        return pictures(fromStyles: layerStyles(of: latents, context), noise: noise, context)
    }

    func layerStyles(of latents: Tensor, _ context: ForwardContext) -> [Tensor] {
        let styles = styles(of: latents, context)
        guard context.mode == .training else { return Array(repeating: styles, count: layerCount) }
        let mixing = StyleMixing.random(
            layers: layers.count { $0.resolution <= stage.resolution }, probability: mixingProbability,
            from: &context.random)
        let others =
            mixing.isPlain
            ? [] : [mapping(Tensor.normal(latents.shape, from: &context.random), context)]
        return mixing([styles] + others)
    }

    func styles(of latents: Tensor, _ context: ForwardContext) -> Tensor {
        let styles = mapping(latents, context)
        guard context.mode == .training else { return styles }
        let mean = styles.detached.mean(axes: [0], keepingAxes: true)
        switch context.statistics {
        case .kept: break
        case .moving: styleMean.value.interpolate(toward: mean, weight: Self.styleMeanWeight)
        case .averaged(let batch): styleMean.value.interpolate(toward: mean, weight: 1 / Double(batch))
        }
        return styles
    }

    func pictures(fromStyles styles: [Tensor], noise: StyleNoise, _ context: ForwardContext) -> Tensor {
        let stage = stage
        let active = layers.prefix { $0.resolution <= stage.resolution }
        require(
            styles.count >= active.count, "pictures: \(styles.count) styles for \(active.count) layers")
        let start = context.value(of: constant)
        var activations = start.broadcast(
            to: Shape([styles[0].shape[0]] + start.shape.dimensions.dropFirst()))
        var old: Tensor?
        for (index, layer) in active.enumerated() {
            if stage.fade < 1 && layer.resolution == stage.resolution && old == nil {
                old = toPixels[toPixels.count - 1 - finer(than: stage.resolution / 2)](activations, context)
            }
            activations = layer(
                activations, style: styles[index], noise: layer.noise(noise, index, activations, context),
                context)
        }
        let new = toPixels[toPixels.count - 1 - finer(than: stage.resolution)](activations, context)
        var pictures = old.map { stage.blended($0.upsampled(), into: new) } ?? new
        // Whoever looks at them sees pictures of the full size.
        while context.mode == .inference && pictures.shape[1] < resolutions[resolutions.count - 1] {
            pictures = pictures.upsampled()
        }
        return pictures
    }

    /// How many resolutions are finer than one.
    private func finer(than resolution: Int) -> Int { resolutions.count { $0 > resolution } }
}

/// From latents, and classes where the generator is told of them, to styles.
///
/// - Shapes: `[n, latentSize]` to the same.
final class MappingNetwork: Layer {
    /// Of the classes, which stands beside the latent.
    let embedding: Linear?
    let main: Sequential

    init(_ family: StyleGAN, from source: inout ParameterSource) {
        let size = family.latentSize
        embedding = family.conditioning.map {
            Linear(
                inputFeatures: $0.classes.count, outputFeatures: size, hasBias: false,
                initializer: .normal(deviation: 1), from: &source)
        }
        var layers: [any Layer] = [PixelNorm()]
        for depth in 0..<family.mappingDepth {
            layers += [
                Linear(
                    inputFeatures: depth == 0 && embedding != nil ? 2 * size : size, outputFeatures: size,
                    // Karras et al. 2019, appendix C.
                    equalized: EqualizedRate(multiplier: 0.01), from: &source),
                LeakyReLU(slope: 0.2),
            ]
        }
        main = Sequential(layers)
    }

    func callAsFunction(_ latents: Tensor, _ context: ForwardContext) -> Tensor {
        guard let embedding else { return main(latents, context) }
        return main(
            Tensor.concatenated([latents, embedding(context.requiredLabels, context)], axis: 1), context)
    }
}

/// One layer of the synthesis network: a convolution, noise and bias, a rectifier, and a style.
final class StyleLayer: Module {
    /// What stands before the noise.
    enum Step {
        /// Nothing, where the network begins.
        case constant
        /// The first layer of a resolution doubles the pictures' size, and blurs.
        case first
        case second
    }

    let convolution: (any Layer)?
    let injection: NoiseInjection
    /// `[1, h, w, 1]`, drawn once.
    let constantNoise: Buffer
    let normalization: AdaptiveInstanceNorm
    let resolution: Int
    private let blurs: Bool

    init(
        _ step: Step, resolution: Int, inputChannels: Int, outputChannels: Int, styleSize: Int,
        from source: inout ParameterSource
    ) {
        convolution =
            switch step {
            case .constant: nil
            case .first:
                UpsamplingConv2d(
                    inputChannels: inputChannels, outputChannels: outputChannels, from: &source)
            case .second:
                Conv2d(
                    inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: 3, padding: 1,
                    hasBias: false, equalized: EqualizedRate(), from: &source)
            }
        (self.resolution, blurs) = (resolution, step == .first)
        injection = NoiseInjection(channels: outputChannels)
        constantNoise = Buffer(source.noise([1, resolution, resolution, 1]))
        normalization = AdaptiveInstanceNorm(channels: outputChannels, styleSize: styleSize, from: &source)
    }

    func callAsFunction(
        _ input: Tensor, style: Tensor, noise: Tensor?, _ context: ForwardContext
    ) -> Tensor {
        var activations = convolution.map { $0(input, context) } ?? input
        if blurs { activations = activations.blurred() }
        activations = injection(activations, noise: noise, context, slope: 0.2)
        return normalization(activations, style: style, context)
    }

    /// The noise for so many pictures as the layer's input holds.
    func noise(
        _ noise: StyleNoise, _ layer: Int, _ input: Tensor, _ context: ForwardContext
    ) -> Tensor? {
        switch noise {
        case .constant: constantNoise.value
        case .drawn:
            Tensor.normal([input.shape[0], resolution, resolution, 1], from: &context.random)
        case .none: nil
        case .given(let noises): noises[layer]
        }
    }
}

extension ParameterSource {
    /// Standard normal numbers that are not trained.
    fileprivate mutating func noise(_ shape: Shape) -> Tensor {
        guard case .drawn(var stream) = self else { return .zeros(shape) }
        defer { self = .drawn(stream) }
        return .normal(shape, from: &stream)
    }
}
