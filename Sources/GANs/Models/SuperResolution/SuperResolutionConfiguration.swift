import Networks
import Tensors

/// A configuration of a model whose generator is an `SRResNetGenerator`.
public protocol SuperResolutionConfiguration: EnlargingModelConfiguration, WidthConfigurable {
    var channels: Int { get set }
    /// How many times as wide and high images become: 2 or 4.
    var scale: Int { get set }
    /// Channels of the generator's layers, and of the discriminator's first.
    var width: Int { get set }
    /// Residual blocks.
    var blocks: Int { get set }
}

extension SuperResolutionConfiguration {
    /// Channels of the images.
    public var outputChannels: Int { channels }
    /// As far as the generator's kernels reach.
    public var reach: Int { SRResNetGenerator.reach(blocks: blocks, scale: scale) }

    /// The generator.
    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        SRResNetGenerator(channels: channels, width: width, blocks: blocks, scale: scale, from: &source)
    }

    /// Adam's settings as in Wang et al. 2018, "ESRGAN", section 4.1, for both phases.
    func superResolutionRecipe(_ loss: AdversarialLoss, learningRate: Double) -> Recipe {
        Recipe(
            loss, lossWeights: lossWeights(for: loss),
            generatorOptimizer: .adam(learningRate: learningRate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8),
            batchSize: 16)
    }

    func checkSuperResolution() throws(ConfigurationError) {
        guard (32...512).contains(size), size % 16 == 0 else {
            throw ConfigurationError(
                "size", size, "super-resolution learns from parts of 32 to 512 pixels, a multiple of 16")
        }
        try ConfigurationError.check(
            "scale", scale, oneOf: [2, 4], for: "images become as wide and high times")
        try checkChannels(width: width)
        try ConfigurationError.check("blocks", blocks, in: 1...64)
    }

    /// What suits some images.
    static func suitableSize(_ data: DataTraits) -> Int { max(32, min(96, data.shortSide / 16 * 16)) }
}
