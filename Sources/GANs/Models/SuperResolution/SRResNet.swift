import Images
import Networks

/// Super-resolution by the mean absolute difference from images in full (L1) alone.
///
/// - Source: Ledig et al. 2017, "Photo-realistic single image super-resolution using a generative adversarial
///   network", the content phase; published with 16 blocks of 64 channels.
public struct SRResNet: ResidualSuperResolution {
    /// The model's name in commands and checkpoints.
    public static let name = "srresnet"
    /// The model with its paper, in one line.
    public static let summary = "Enlarges images two or four times, true to the pixel (Ledig et al. 2017)."
    /// The least difference from held-out images makes the best checkpoint.
    public static let isMeasuredByDifference = true

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

    /// The default settings, unless said otherwise.
    public init(size: ImageSize = 96, channels: Int = 3, scale: Int = 4, width: Int = 32, blocks: Int = 8) {
        (self.size, self.channels, self.scale) = (size, channels, scale)
        (self.width, self.blocks) = (width, blocks)
    }

    /// The settings that suit some data.
    public init(suiting data: DataTraits) {
        self.init(size: SRResNet.suitableSize(data), channels: data.channels)
    }

    /// None: there is no discriminator.
    public var adversarialLosses: [AdversarialLoss] { [] }
    /// The recipe that the model was published with.
    public var recipe: Recipe { superResolutionRecipe(.leastSquares, learningRate: 2e-4) }
    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] { ["L1 loss from the images in full"] }
    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) { try checkSuperResolution() }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        PixelLossModel(self, makeGenerator(from: &source))
    }
}
