import Images
import Networks

/// Super-resolution by residual-in-residual dense blocks with an adversarial loss of the relativistic average kind,
/// which makes detail sharp that cannot be known.
///
/// The perceptual loss is that of ``SRGAN``: a classifier's features where a file of its weights is given, or else
/// those of the discriminator in training. BasicSR holds the means of the relativistic loss constant in the
/// discriminator's step; here their gradient counts, as in the paper.
///
/// - Source: Wang et al. 2018, "ESRGAN: Enhanced super-resolution generative adversarial networks", sections 3 and 4.1;
///   published with 23 blocks of 64 channels and parts of 128 pixels. Factors of the losses as in BasicSR's
///   `train_ESRGAN_x4.yml`.
public struct ESRGAN: DenseSuperResolution, PerceptualSuperResolution {
    /// The models with the same generator.
    public typealias Content = RRDB

    /// The model's name in commands and checkpoints.
    public static let name = "esrgan"
    /// The model with its paper, in one line.
    public static let summary =
        "Enlarges images two or four times, sharp, by dense blocks (Wang et al. 2018)."
    /// Differences do not choose the best checkpoint.
    public static let isMeasuredByDifference = false

    /// Published for pixels in [0, 1].
    public static let l1Scale = 0.5
    /// As in BasicSR.
    public static let generatorLearnsFirst = true

    /// Width and height of the images in full, in pixels; a multiple of 32.
    public var size: ImageSize
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    public var channels: Int
    /// How many times as wide and high images become: 2 or 4.
    public var scale: Int
    /// Channels of the generator's blocks, and of the discriminator's first layers.
    public var width: Int
    /// Residual-in-residual dense blocks.
    public var blocks: Int
    /// The weights of the parts of the loss.
    public var weights: PerceptualWeights
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions

    /// The default settings, unless said otherwise: smaller than published, so that they train on two processor
    /// cores.
    public init(
        size: ImageSize = 96, channels: Int = 3, scale: Int = 4, width: Int = 32, blocks: Int = 4,
        weights: PerceptualWeights = PerceptualWeights(),
        discriminator: DiscriminatorOptions = DiscriminatorOptions()
    ) {
        (self.size, self.channels, self.scale) = (size, channels, scale)
        (self.width, self.blocks, self.weights) = (width, blocks, weights)
        self.discriminator = discriminator
    }

    /// The settings that suit some data.
    public init(suiting data: DataTraits) {
        self.init(size: ESRGAN.suitableSize(data), channels: data.channels)
    }

    /// One half in the discriminator's training, and of the relativistic losses in the generator's, as in BasicSR.
    public func lossWeights(for loss: AdversarialLoss) -> LossWeights {
        LossWeights(discriminator: 0.5, generator: loss.isRelativistic ? 0.5 : 1)
    }

    /// The recipe that the model was published with.
    public var recipe: Recipe { superResolutionRecipe(.relativisticAverage, learningRate: 1e-4) }

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try checkSuperResolution()
        try checkPerceptualLoss()
        try discriminator.validateSingleImages()
    }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        let generator = makeGenerator(from: &source)
        let network = VGGStyleDiscriminator(
            channels: channels, size: size, width: width, options: discriminator, from: &source)
        return PerceptualLossModel(self, generator, network)
    }
}
