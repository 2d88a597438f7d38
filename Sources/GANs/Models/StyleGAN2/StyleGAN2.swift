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
    public static let name = "stylegan2"
    public static let summary =
        "Second style-based generator: the best images of faces and the like (Karras et al. 2020)."

    public var size: Int
    public var channels: Int
    public var latentSize: Int
    public var mappingDepth: Int
    public var channelBase: Int
    public var channelMaximum: Int
    public var styleMixing: Double
    public var conditioning: Conditioning?
    public var discriminator: DiscriminatorOptions

    public init(
        size: Int = 64, channels: Int = 3, latentSize: Int = 128, mappingDepth: Int = 2,
        channelBase: Int = 1024, channelMaximum: Int = 64, styleMixing: Double = 0.9,
        conditioning: Conditioning? = nil, discriminator: DiscriminatorOptions = StyleGAN2.discriminator
    ) {
        (self.size, self.channels, self.latentSize) = (size, channels, latentSize)
        (self.mappingDepth, self.styleMixing) = (mappingDepth, styleMixing)
        (self.channelBase, self.channelMaximum) = (channelBase, channelMaximum)
        (self.conditioning, self.discriminator) = (conditioning, discriminator)
    }

    public init(suiting data: DataTraits) { self.init(size: data.size, channels: data.channels) }

    /// Karras et al. 2020: Adam 0.0025 (0, 0.99), path-length regularization of weight 2 every 4 steps.
    public var recipe: Recipe {
        var recipe = styleRecipe(learningRate: 2.5e-3)
        recipe.pathLength = PathLengthRegularization()
        return recipe
    }

    public func validate() throws(ConfigurationError) { try checkStyles() }

    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        StyleGAN2Generator(self, from: &source)
    }

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
