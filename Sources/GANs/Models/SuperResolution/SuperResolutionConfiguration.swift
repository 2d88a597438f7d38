import Images
import Networks
import Tensors

/// A configuration of a model that enlarges by so many blocks of so many channels.
public protocol SuperResolutionConfiguration: EnlargingModelConfiguration, WidthConfigurable {
    /// The width and the number of blocks that the model was published with.
    static var published: (width: Int, blocks: Int) { get }
    /// What the size of the parts of images must be a multiple of.
    static var sizeMultiple: Int { get }

    var channels: Int { get set }
    /// How many times as wide and high images become: 2 or 4.
    var scale: Int { get set }
    /// Channels of the generator's layers, and of the discriminator's first.
    var width: Int { get set }
    /// Blocks of the generator.
    var blocks: Int { get set }
}

extension SuperResolutionConfiguration {
    /// The sizes that the parts of images can have.
    public static var sizes: ImageSizes { ImageSizes(32...512, multiplesOf: sizeMultiple) }

    /// Channels of the images.
    public var outputChannels: Int { channels }

    /// Adam's settings as in Wang et al. 2018, "ESRGAN", section 4.1, for both phases.
    func superResolutionRecipe(_ loss: AdversarialLoss, learningRate: Double) -> Recipe {
        Recipe(
            loss, lossWeights: lossWeights(for: loss),
            generatorOptimizer: .adam(learningRate: learningRate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8),
            batchSize: 16)
    }

    func checkSuperResolution() throws(ConfigurationError) {
        try Self.sizes.check(size, of: "the parts that \(name) learns from")
        try ConfigurationError.check(
            "scale", scale, oneOf: [2, 4], for: "images become as wide and high times")
        try checkChannels(width: width)
        try ConfigurationError.check("blocks", blocks, in: 1...64)
    }

    /// What suits some images.
    static func suitableSize(_ data: DataTraits) -> ImageSize {
        ImageSize(max(32, min(96, data.shortSide / sizeMultiple * sizeMultiple)))
    }
}
