import Images
import Networks

/// Super-resolution by residual-in-residual dense blocks and the mean absolute difference from images in full (L1)
/// alone: the first stage of ESRGAN.
///
/// - Source: Wang et al. 2018, "ESRGAN: Enhanced super-resolution generative adversarial networks", sections 3.1 and
///   4.1, where it is the PSNR-oriented model; published with 23 blocks of 64 channels.
public struct RRDB: DenseSuperResolution {
    /// The model's name in commands and checkpoints.
    public static let name = "rrdb"
    /// The model with its paper, in one line.
    public static let summary =
        "Enlarges images two or four times, true to the pixel, by dense blocks (Wang et al. 2018)."
    /// The least difference from held-out images makes the best checkpoint.
    public static let isMeasuredByDifference = true

    /// Width and height of the images in full, in pixels; a multiple of 32.
    public var size: ImageSize
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    public var channels: Int
    /// How many times as wide and high images become: 2 or 4.
    public var scale: Int
    /// Channels of the blocks; the layers within them add half as many each.
    public var width: Int
    /// Residual-in-residual dense blocks.
    public var blocks: Int

    /// The default settings, unless said otherwise: smaller than published, so that they train on two processor
    /// cores.
    public init(size: ImageSize = 96, channels: Int = 3, scale: Int = 4, width: Int = 32, blocks: Int = 4) {
        (self.size, self.channels, self.scale) = (size, channels, scale)
        (self.width, self.blocks) = (width, blocks)
    }

    /// The settings that suit some data.
    public init(suiting data: DataTraits) {
        self.init(size: RRDB.suitableSize(data), channels: data.channels)
    }

    /// None: there is no discriminator.
    public var adversarialLosses: [AdversarialLoss] { [] }
    /// The recipe that the model was published with.
    public var recipe: Recipe { superResolutionRecipe(.relativisticAverage, learningRate: 2e-4) }
    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] { ["L1 loss from the images in full"] }
    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) { try checkSuperResolution() }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        PixelLossModel(self, makeGenerator(from: &source))
    }
}

/// A configuration of a model whose generator is an `RRDBNet`.
public protocol DenseSuperResolution: SuperResolutionConfiguration {}

extension DenseSuperResolution {
    /// As in Wang et al. 2018, section 4.1.
    public static var published: (width: Int, blocks: Int) { (64, 23) }
    /// What the discriminator's five halvings need.
    public static var sizeMultiple: Int { VGGStyleDiscriminator.sizeMultiple }
    /// As far as the generator's kernels reach.
    public var reach: Int { RRDBNet.reach(blocks: blocks, scale: scale) }
    /// A network that sees squares of 2x2 pixels needs tiles that begin with such squares.
    public var tileMultiple: Int { scale == 2 ? 2 : 1 }

    /// The generator.
    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        RRDBNet(
            channels: channels, width: width, growth: max(1, width / 2), blocks: blocks, scale: scale,
            from: &source)
    }
}
