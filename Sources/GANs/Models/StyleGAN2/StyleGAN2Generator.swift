import Images
import Networks
import Tensors

/// - Shapes: latents `[n, latentSize]` to images `[n, height, width, channels]`, about within [-1, 1]: the sum of
///   linear layers.
final class StyleGAN2Generator: MappedStyleGenerator {
    let mapping: MappingNetwork
    let styleMean: Buffer
    /// What the synthesis begins from: `[1, 4, 4, channels]` of squares.
    let constant: Parameter
    /// One at 4x4, then two for each resolution.
    let layers: [ModulatedLayer]
    /// Of each resolution.
    let toPixels: [ModulatedPixels]
    let mixingProbability: Double
    private let isTileable: Bool

    init(_ configuration: StyleGAN2, from source: inout ParameterSource) {
        mapping = MappingNetwork(
            configuration, equalized: .rectified(multiplier: 0.01),
            normalizesApart: configuration.classMappingDepth != nil, from: &source)
        styleMean = Buffer(.zeros([1, configuration.latentSize]))
        var inputs = configuration.channels(at: 4)
        let first = configuration.size.firstMap
        constant = source.normalParameter([1, first.height, first.width, inputs])
        var layers: [ModulatedLayer] = []
        var toPixels: [ModulatedPixels] = []
        for resolution in configuration.resolutions {
            let outputs = configuration.channels(at: resolution)
            for doublesSize in resolution == 4 ? [false] : [true, false] {
                layers.append(
                    ModulatedLayer(
                        size: configuration.size.map(at: resolution), inputChannels: inputs,
                        outputChannels: outputs, styleSize: configuration.latentSize,
                        doublesSize: doublesSize, from: &source))
                inputs = outputs
            }
            toPixels.append(
                ModulatedPixels(
                    inputChannels: inputs, channels: configuration.channels,
                    styleSize: configuration.latentSize,
                    from: &source))
        }
        (self.layers, self.toPixels) = (layers, toPixels)
        (mixingProbability, isTileable) = (configuration.styleMixing, configuration.isTileable)
    }

    /// The last one draws the finest pixels alone.
    var layerCount: Int { layers.count + 1 }
    /// All, as in the published program.
    var truncatedLayers: Int { layerCount }
    var layerSizes: [ImageSize] { layers.map(\.size) + layers.suffix(1).map(\.size) }
    var mixedLayers: Int { layerCount }

    func images(fromStyles styles: [Tensor], noise: StyleNoise, _ context: ForwardContext) -> Tensor {
        context.paddingCircularly(isTileable) { synthesis(of: styles, noise: noise, context) }
    }

    private func synthesis(
        of styles: [Tensor], noise: StyleNoise, _ context: ForwardContext
    ) -> Tensor {
        require(
            styles.count >= layerCount, "images: \(styles.count) styles for \(layerCount) layers")
        let (count, start) = (styles[0].shape[0], context.value(of: constant))
        var activations = start.broadcast(to: Shape([count] + start.shape.dimensions.dropFirst()))
        var images: Tensor?
        for (index, layer) in layers.enumerated() {
            activations = layer(
                activations, style: styles[index],
                noise: noise.image(layer: index, constant: layer.constantNoise, for: count, context),
                context)
            // The first layer stands alone, all others in pairs.
            guard index.isMultiple(of: 2) else { continue }
            let drawn = toPixels[index / 2](activations, style: styles[index + 1], context)
            images =
                images.map { coarser in
                    context.continuing(coarser, reach: 1, scale: 2) { $0.upsampled(.bilinearInZeros) } + drawn
                } ?? drawn
        }
        guard let images else { fatalError("a synthesis network without layers") }
        return images
    }
}

/// One layer of the synthesis network: a convolution whose weights a style scales, noise and bias, and a
/// rectifier.
final class ModulatedLayer: Module {
    let convolution: ModulatedConv2d
    let injection: NoiseInjection
    /// `[1, h, w, 1]`, drawn once.
    let constantNoise: Buffer
    /// Of its activations.
    let size: ImageSize

    init(
        size: ImageSize, inputChannels: Int, outputChannels: Int, styleSize: Int, doublesSize: Bool,
        from source: inout ParameterSource
    ) {
        // What the rectifier makes is multiplied by it, as published; before the rectifier it costs nothing.
        let gain = 2.0.squareRoot()
        convolution = ModulatedConv2d(
            inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: 3,
            styleSize: styleSize, doublesSize: doublesSize, gain: gain, from: &source)
        injection = NoiseInjection(channels: outputChannels, hasOneStrength: true, gain: gain)
        constantNoise = Buffer(source.normal([1, size.height, size.width, 1]))
        self.size = size
    }

    func callAsFunction(
        _ input: Tensor, style: Tensor, noise: Tensor?, _ context: ForwardContext
    ) -> Tensor {
        injection(convolution(input, style: style, context), noise: noise, context, slope: 0.2)
    }
}

/// What a resolution draws: a convolution of single pixels whose weights a style scales, and a bias.
final class ModulatedPixels: Module {
    let convolution: ModulatedConv2d
    let bias: Parameter

    init(inputChannels: Int, channels: Int, styleSize: Int, from source: inout ParameterSource) {
        convolution = ModulatedConv2d(
            inputChannels: inputChannels, outputChannels: channels, kernelSize: 1, styleSize: styleSize,
            demodulates: false, from: &source)
        bias = source.parameter([channels], repeating: 0)
    }

    func callAsFunction(_ input: Tensor, style: Tensor, _ context: ForwardContext) -> Tensor {
        convolution(input, style: style, context).biased(by: context.value(of: bias))
    }
}
