import Images
import Networks
import Tensors

/// - Shapes: latents `[n, latentSize]` to images `[n, height, width, channels]`, about within [-1, 1]: the last
///   layer is linear.
final class StyleGANGenerator: MappedStyleGenerator, GrowingNetwork {
    let mapping: MappingNetwork
    let styleMean: Buffer
    /// What the synthesis begins from: `[1, 4, 4, channels]` of squares.
    let constant: Parameter
    let layers: [StyleLayer]
    /// Of the full size, or of each resolution of a network that grows.
    let toPixels: [Conv2d]
    let growth: Buffer?
    let resolutions: [Int]
    let mixingProbability: Double
    private let isTileable: Bool

    init(_ configuration: StyleGAN, from source: inout ParameterSource) {
        mapping = MappingNetwork(configuration, equalized: EqualizedRate(multiplier: 0.01), from: &source)
        styleMean = Buffer(.zeros([1, configuration.latentSize]))
        var inputs = configuration.channels(at: 4)
        let first = configuration.size.firstMap
        constant = source.parameter([1, first.height, first.width, inputs], repeating: 1)
        var layers: [StyleLayer] = []
        for resolution in configuration.resolutions {
            let outputs = configuration.channels(at: resolution)
            for step in [StyleLayer.Step.first, .second] {
                layers.append(
                    StyleLayer(
                        resolution == 4 && step == .first ? .constant : step, resolution: resolution,
                        size: configuration.size.map(at: resolution), inputChannels: inputs,
                        outputChannels: outputs, styleSize: configuration.latentSize, from: &source))
                inputs = outputs
            }
        }
        self.layers = layers
        resolutions = configuration.resolutions
        var toPixels: [Conv2d] = []
        for resolution in configuration.growth == nil ? resolutions.suffix(1) : resolutions[...] {
            toPixels.append(
                Conv2d(
                    inputChannels: configuration.channels(at: resolution),
                    outputChannels: configuration.channels,
                    kernelSize: 1, equalized: EqualizedRate(gain: 1), from: &source))
        }
        self.toPixels = toPixels
        growth = configuration.growth.map { _ in Buffer(.zeros([2])) }
        (mixingProbability, isTileable) = (configuration.styleMixing, configuration.isTileable)
    }

    var layerCount: Int { layers.count }
    /// As the published network's: layers up to 32x32.
    var truncatedLayers: Int { 8 }
    var layerSizes: [ImageSize] { layers.map(\.size) }
    var mixedLayers: Int { layers.count { $0.resolution <= stage.resolution } }

    func images(fromStyles styles: [Tensor], noise: StyleNoise, _ context: ForwardContext) -> Tensor {
        context.paddingCircularly(isTileable) { synthesis(of: styles, noise: noise, context) }
    }

    private func synthesis(
        of styles: [Tensor], noise: StyleNoise, _ context: ForwardContext
    ) -> Tensor {
        let stage = stage
        let active = layers.prefix { $0.resolution <= stage.resolution }
        require(
            styles.count >= active.count, "images: \(styles.count) styles for \(active.count) layers")
        let start = context.value(of: constant)
        var activations = start.broadcast(
            to: Shape([styles[0].shape[0]] + start.shape.dimensions.dropFirst()))
        var old: Tensor?
        for (index, layer) in active.enumerated() {
            if stage.fade < 1 && layer.resolution == stage.resolution && old == nil {
                old = toPixels[toPixels.count - 1 - finer(than: stage.resolution / 2)](activations, context)
            }
            activations = layer(
                activations, style: styles[index],
                noise: noise.image(
                    layer: index, constant: layer.constantNoise, for: activations.shape[0], context),
                context)
        }
        let new = toPixels[toPixels.count - 1 - finer(than: stage.resolution)](activations, context)
        var images = old.map { stage.blended($0.upsampled(), into: new) } ?? new
        // All users of the generator see images of the full size.
        if context.mode == .inference {
            for _ in 0..<finer(than: stage.resolution) { images = images.upsampled() }
        }
        return images
    }

    /// How many resolutions are finer than one.
    private func finer(than resolution: Int) -> Int { resolutions.count { $0 > resolution } }
}

/// One layer of the synthesis network: a convolution, noise and bias, a rectifier, and a style.
final class StyleLayer: Module {
    /// What stands before the noise.
    enum Step {
        /// Nothing, where the network begins.
        case constant
        /// The first layer of a resolution doubles the images' size, and blurs.
        case first
        case second
    }

    let convolution: (any Layer)?
    let injection: NoiseInjection
    /// `[1, h, w, 1]`, drawn once.
    let constantNoise: Buffer
    let normalization: AdaptiveInstanceNorm
    /// By the side that it has in squares.
    let resolution: Int
    /// Of its activations.
    let size: ImageSize
    private let blurs: Bool

    init(
        _ step: Step, resolution: Int, size: ImageSize, inputChannels: Int, outputChannels: Int,
        styleSize: Int, from source: inout ParameterSource
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
        (self.resolution, self.size, blurs) = (resolution, size, step == .first)
        injection = NoiseInjection(channels: outputChannels)
        constantNoise = Buffer(source.normal([1, size.height, size.width, 1]))
        normalization = AdaptiveInstanceNorm(channels: outputChannels, styleSize: styleSize, from: &source)
    }

    func callAsFunction(
        _ input: Tensor, style: Tensor, noise: Tensor?, _ context: ForwardContext
    ) -> Tensor {
        var activations = convolution.map { $0(input, context) } ?? input
        if blurs { activations = context.continuing(activations, reach: 1) { $0.blurred() } }
        activations = injection(activations, noise: noise, context, slope: 0.2)
        return normalization(activations, style: style, context)
    }
}
