import Datasets
import Images
import Networks
import Tensors

/// A configuration of a model that enlarges images two or four times.
public protocol EnlargingModelConfiguration: TranslationModelConfiguration, WidthConfigurable {
    var channels: Int { get set }
    /// How many times as wide and high images become: 2 or 4.
    var scale: Int { get set }
    /// Channels of the generator's layers, and of the discriminator's first.
    var width: Int { get set }
    /// Residual blocks.
    var blocks: Int { get set }
    /// Whether the checkpoint with the least difference from held-out images is the best. An adversarial loss gives
    /// up some of it for sharpness.
    static var isMeasuredByDifference: Bool { get }
}

extension EnlargingModelConfiguration {
    public static var data: DataRequirement { .crops }
    public var sideMultiple: Int { 1 }
    public var leastSide: Int { 1 }
    public var inputChannels: Int { channels }
    public var outputChannels: Int { channels }
    /// Of the images that parts are cut out of, in pixels.
    public var cropSizes: ClosedRange<Int>? { size...max(size, 2048) }
    public var defaultCrop: Int { size }

    public var description: String { "\(name), \(scale) times, from parts of \(size)x\(size)" }

    public func makeGenerator(from source: inout ParameterSource) -> SRResNetGenerator {
        SRResNetGenerator(channels: channels, width: width, blocks: blocks, scale: scale, from: &source)
    }

    /// Targets are parts of images in full, inputs the same parts shrunk.
    public func batch(
        inputs: [(index: Int, part: ImagePart)], of first: Dataset, targets: [(index: Int, part: ImagePart)],
        of second: Dataset
    ) -> TrainingBatch {
        let whole = second.tensor(targets, size: size)
        return TrainingBatch(inputs: whole.shrunk(by: scale), reals: whole)
    }

    /// Adam's settings as in Wang et al. 2018, "ESRGAN", section 4.1, for both phases.
    func enlargingRecipe(_ loss: AdversarialLoss, learningRate: Double) -> Recipe {
        Recipe(
            loss, lossWeights: lossWeights(for: loss),
            generatorOptimizer: .adam(learningRate: learningRate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8),
            batchSize: 16)
    }

    func checkEnlarging() throws(ConfigurationError) {
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

/// Super-resolution by the mean absolute difference from images in full (L1) alone.
///
/// - Source: Ledig et al. 2017, "Photo-realistic single image super-resolution using a generative adversarial
///   network", the content phase; published with 16 blocks of 64 channels.
public struct SRResNet: EnlargingModelConfiguration {
    public static let name = "srresnet"
    public static let summary = "Enlarges images two or four times, true to the pixel (Ledig et al. 2017)."
    public static let isMeasuredByDifference = true

    /// Width and height of the images in full, in pixels; a multiple of 16.
    public var size: Int
    public var channels: Int
    public var scale: Int
    public var width: Int
    public var blocks: Int

    public init(size: Int = 96, channels: Int = 3, scale: Int = 4, width: Int = 32, blocks: Int = 8) {
        (self.size, self.channels, self.scale) = (size, channels, scale)
        (self.width, self.blocks) = (width, blocks)
    }

    public init(suiting data: DataTraits) {
        self.init(size: SRResNet.suitableSize(data), channels: data.channels)
    }

    public var adversarialLosses: [AdversarialLoss] { [] }
    public var recipe: Recipe { enlargingRecipe(.leastSquares, learningRate: 2e-4) }
    public var lossDescription: [String] { ["L1 loss from the images in full"] }
    public func validate() throws(ConfigurationError) { try checkEnlarging() }

    public func makeModel(from source: inout ParameterSource) -> any Model {
        SRResNetModel(self, makeGenerator(from: &source))
    }
}

/// A generator alone.
private final class SRResNetModel: EnlargingModel {
    let enlarging: any EnlargingModelConfiguration
    let generator: SRResNetGenerator

    init(_ configuration: SRResNet, _ generator: SRResNetGenerator) {
        (enlarging, self.generator) = (configuration, generator)
    }

    var networks: [NamedNetwork] { [NamedNetwork("generator", generator, .generator)] }
    var tasks: [AdversarialTask] { [] }
    var partNames: [String] { ["l1"] }

    func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let term = Phase.Term { [generator] context in
            let output = context.generate { generator(context.inputs, $0) }
            let difference = (output - context.reals).absolute().mean()
            context.record(difference, as: "l1")
            return difference
        }
        return [Phase(.generator, [term])]
    }
}
