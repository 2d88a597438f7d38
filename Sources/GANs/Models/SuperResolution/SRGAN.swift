import Images
import Networks

/// Super-resolution with an adversarial loss, which makes detail sharp that cannot be known.
///
/// The perceptual loss compares a classifier's features, as in the paper, where a file of its weights is given;
/// since none ships, it otherwise compares those of the discriminator in training (feature matching).
///
/// - Source: Ledig et al. 2017, "Photo-realistic single image super-resolution using a generative adversarial
///   network"; published with 16 blocks of 64 channels. Feature matching as in Wang et al. 2018, "High-resolution
///   image synthesis and semantic manipulation with conditional GANs", section 3.2. The classifier's features as in
///   Wang et al. 2018, "ESRGAN", sections 3.3 and 4.1: VGG19's conv5_4 before it is rectified.
public struct SRGAN: ResidualSuperResolution, PerceptualSuperResolution {
    /// The models with the same generator.
    public typealias Content = SRResNet

    /// The model's name in commands and checkpoints.
    public static let name = "srgan"
    /// The model with its paper, in one line.
    public static let summary = "Enlarges images two or four times, sharp (Ledig et al. 2017)."
    /// Differences do not choose the best checkpoint.
    public static let isMeasuredByDifference = false

    /// Width and height of the images in full, in pixels; a multiple of 16.
    public var size: ImageSize
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    public var channels: Int
    /// How many times as wide and high images become: 2 or 4.
    public var scale: Int
    /// Channels of the generator's layers, and of the discriminator's first.
    public var width: Int
    /// Residual blocks.
    public var blocks: Int
    /// The weights of the parts of the loss.
    public var weights: PerceptualWeights
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions

    /// The default settings, unless said otherwise.
    public init(
        size: ImageSize = 96, channels: Int = 3, scale: Int = 4, width: Int = 32, blocks: Int = 8,
        weights: PerceptualWeights = PerceptualWeights(),
        discriminator: DiscriminatorOptions = DiscriminatorOptions()
    ) {
        (self.size, self.channels, self.scale) = (size, channels, scale)
        (self.width, self.blocks, self.weights) = (width, blocks, weights)
        self.discriminator = discriminator
    }

    /// The settings that suit some data.
    public init(suiting data: DataTraits) {
        self.init(size: SRGAN.suitableSize(data), channels: data.channels)
    }

    private enum LegacyKeys: String, CodingKey { case game }

    /// What older files do not name has the value that was in force then, or another name.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        size = try values.decode(ImageSize.self, forKey: .size)
        channels = try values.decode(Int.self, forKey: .channels)
        scale = try values.decode(Int.self, forKey: .scale)
        width = try values.decode(Int.self, forKey: .width)
        blocks = try values.decode(Int.self, forKey: .blocks)
        let legacy = try decoder.container(keyedBy: LegacyKeys.self)
        weights =
            try values.decodeIfPresent(PerceptualWeights.self, forKey: .weights)
            ?? legacy.decode(PerceptualWeights.self, forKey: .game)
        discriminator = try values.decode(.discriminator, default: DiscriminatorOptions())
    }

    /// 1, and one half in the discriminator's training with least squares.
    public func lossWeights(for loss: AdversarialLoss) -> LossWeights {
        LossWeights(discriminator: loss == .leastSquares ? 0.5 : 1)
    }

    /// With cross-entropy: Ledig et al. 2017, equations 2 and 6.
    public var recipe: Recipe { superResolutionRecipe(.nonSaturating, learningRate: 1e-4) }

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try checkSuperResolution()
        try checkPerceptualLoss()
        try discriminator.validatePatches()
    }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        let generator = makeGenerator(from: &source)
        return PerceptualLossModel(
            self, generator,
            SRGANDiscriminator(channels: channels, width: width, options: discriminator, from: &source))
    }
}
