import Images
import Networks
import Tensors

/// The second style-based generator: styles scale the weights of convolutions, whose outputs are brought back to
/// their deviation by the weights alone; images are the sum of what every resolution draws, and the
/// discriminator's blocks are residual. Neither network grows.
///
/// From 4x4 on, every doubling of the size is two convolutions with noise; what a resolution draws takes the style
/// of the layer after it. A layer at a resolution has `min(channelMaximum, channelBase / resolution)` channels in
/// either network. Published are a base of 32768 (16384 below 512x512), a maximum of 512 and latents of 512; the
/// defaults train on two processor cores. With twice the channels and twice the images in a step, hands at 64x64
/// were after eleven minutes on two cores no clearer than with the defaults after five on one.
///
/// - Source: Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN", sections 2 and 4.1 and
///   appendix B; a mapping network of 2 layers Karras et al. 2020, "Training generative adversarial networks with
///   limited data", appendix C.
public struct StyleGAN2: StyleModelConfiguration {
    /// The model's name in commands and checkpoints.
    public static let name = "stylegan2"
    /// The model with its paper, in one line.
    public static let summary =
        "Second style-based generator: the best images of faces and the like (Karras et al. 2020)."

    /// Width and height of the images, in pixels.
    public var size: ImageSize
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    public var channels: Int
    /// Numbers in a latent.
    public var latentSize: Int
    /// Layers of the mapping network.
    public var mappingDepth: Int
    /// Channels of a layer times its resolution, where the maximum allows.
    public var channelBase: Int
    /// The most channels of a layer.
    public var channelMaximum: Int
    /// How likely a training batch mixes the styles of two latents.
    public var styleMixing: Double
    /// How the networks are conditioned on classes; nil if they are not.
    public var conditioning: Conditioning?
    /// Layers of the discriminator's mapping network of classes, where both networks are conditioned on classes as in
    /// Karras et al. 2020, "Training generative adversarial networks with limited data"; nil for the way before that:
    /// see `StyleGAN2Discriminator` and `MappingNetwork`.
    public var classMappingDepth: Int?
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions
    /// How the generator's layers continue images past their edges; nil for zeros, as published.
    public var paddingMode: PaddingMode?

    /// The default settings, unless said otherwise.
    public init(
        size: ImageSize = 64, channels: Int = 3, latentSize: Int = 128, mappingDepth: Int = 2,
        channelBase: Int = 1024, channelMaximum: Int = 64, styleMixing: Double = 0.9,
        conditioning: Conditioning? = nil, discriminator: DiscriminatorOptions = StyleGAN2.discriminator
    ) {
        (self.size, self.channels, self.latentSize) = (size, channels, latentSize)
        (self.mappingDepth, self.styleMixing) = (mappingDepth, styleMixing)
        (self.channelBase, self.channelMaximum) = (channelBase, channelMaximum)
        (self.conditioning, self.discriminator) = (conditioning, discriminator)
    }

    /// The settings that suit some data.
    public init(suiting data: DataTraits) { self.init(size: data.size, channels: data.channels) }

    /// Karras et al. 2020: Adam 0.0025 (0, 0.99), path-length regularization of weight 2 every 4 steps.
    public var recipe: Recipe {
        var recipe = styleRecipe(learningRate: 2.5e-3)
        recipe.pathLength = PathLengthRegularization()
        return recipe
    }

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try checkStyles()
        guard let classMappingDepth else { return }
        try ConfigurationError.check("classMappingDepth", classMappingDepth, in: 1...16)
        guard conditioning != nil else {
            throw ConfigurationError(
                "classMappingDepth", classMappingDepth, "the networks are told no classes")
        }
    }

    /// The generator.
    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        StyleGAN2Generator(self, from: &source)
    }

    /// The discriminator.
    public func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator {
        StyleGAN2Discriminator(self, from: &source)
    }
}

extension EqualizedRate {
    /// Of a layer before a rectifier, whose result the second style-based networks multiply by the root of two.
    static func rectified(multiplier: Double = 1) -> EqualizedRate {
        EqualizedRate(multiplier: multiplier, gainsBias: true)
    }
}
