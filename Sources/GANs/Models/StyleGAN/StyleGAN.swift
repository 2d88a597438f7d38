import Images
import Networks
import Tensors

/// The style-based generator: a mapping network makes a style of each latent, and the style scales and shifts
/// every layer of a synthesis network that begins from a learned constant.
///
/// From 4x4 on, every doubling of the size is two layers of convolution, noise and a style. A layer at a
/// resolution has `min(channelMaximum, channelBase / resolution)` channels in either network. Published are a
/// base of 16384, a maximum of 512 and latents of 512; the defaults train on two processor cores.
///
/// - Source: Karras, Laine, Aila 2019, "A style-based generator architecture for generative adversarial
///   networks", section 2 and appendix C; the discriminator Karras et al. 2018, "Progressive growing of GANs",
///   appendix A.
public struct StyleGAN: StyleModelConfiguration {
    /// The model's name in commands and checkpoints.
    public static let name = "stylegan"
    /// The model with its paper, in one line.
    public static let summary =
        "Style-based generator: mixes styles, may grow from small images to large (Karras et al. 2019)."

    /// Width and height of the images, in pixels.
    public var size: ImageSize
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    public var channels: Int
    /// Also numbers in a style.
    public var latentSize: Int
    /// Layers of the mapping network.
    public var mappingDepth: Int
    /// Channels of a layer times its resolution, where the maximum allows.
    public var channelBase: Int
    /// The most channels of a layer.
    public var channelMaximum: Int
    /// How likely a training batch mixes the styles of two latents.
    public var styleMixing: Double
    /// How the networks grow; nil for all layers from the start.
    public var growth: Growth?
    /// How the networks are conditioned on classes; nil if they are not.
    public var conditioning: Conditioning?
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions
    /// How the generator's layers continue images past their edges; nil for zeros, as published.
    public var paddingMode: PaddingMode?

    /// The default settings, unless said otherwise.
    public init(
        size: ImageSize = 64, channels: Int = 3, latentSize: Int = 128, mappingDepth: Int = 8,
        channelBase: Int = 1024, channelMaximum: Int = 64, styleMixing: Double = 0.9,
        growth: Growth? = nil, conditioning: Conditioning? = nil,
        discriminator: DiscriminatorOptions = StyleGAN.discriminator
    ) {
        (self.size, self.channels, self.latentSize) = (size, channels, latentSize)
        (self.mappingDepth, self.styleMixing, self.growth) = (mappingDepth, styleMixing, growth)
        (self.channelBase, self.channelMaximum) = (channelBase, channelMaximum)
        (self.conditioning, self.discriminator) = (conditioning, discriminator)
    }

    /// The settings that suit some data.
    public init(suiting data: DataTraits) { self.init(size: data.size, channels: data.channels) }

    /// All settings of the same model but classes and growth: trained networks have grown.
    public mutating func adopt(_ trained: any ModelConfiguration) {
        guard var trained = trained as? StyleGAN else { return }
        (trained.conditioning, trained.growth) = (conditioning, growth)
        self = trained
    }

    /// As of all style-based models; of networks that have grown, the pixels of the full size.
    public func name(
        ofTensor name: String, in network: String, of trained: any ModelConfiguration
    ) -> String? {
        let last = "to_pixels.0."
        if growth == nil, name.hasPrefix(last), let trained = trained as? StyleGAN, trained.growth != nil {
            return "to_pixels.\(trained.resolutions.count - 1)." + name.dropFirst(last.count)
        }
        return blockName(ofTensor: name, in: network, of: trained)
    }

    /// Karras et al. 2019, appendix C: Adam 0.002 (0, 0.99).
    public var recipe: Recipe { styleRecipe(learningRate: 2e-3) }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        growth == nil ? LatentModel(self, from: &source) : GrowingStyleGAN(self, from: &source)
    }

    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] {
        growth.map {
            [
                "grows from \(size.firstMap.dimensions), \($0.phaseImages) images in a phase, to \(size.dimensions)"
            ]
        } ?? []
    }

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try checkStyles()
        if let growth {
            try ConfigurationError.check("growImages", growth.phaseImages, in: 1...1_000_000_000)
        }
    }

    /// The generator.
    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        StyleGANGenerator(self, from: &source)
    }

    /// The discriminator.
    public func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator {
        StyleGANDiscriminator(self, from: &source)
    }
}
