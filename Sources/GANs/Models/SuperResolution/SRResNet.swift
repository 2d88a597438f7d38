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
    /// The data that the model learns from.
    public static var data: DataRequirement { .crops }
    /// The number that width and height of an image must be a multiple of.
    public var sideMultiple: Int { 1 }
    /// The least width and height of an image that can be translated.
    public var leastSide: Int { 1 }
    /// As many as the enlarged images have.
    public var inputChannels: Int { channels }
    /// Channels of the images.
    public var outputChannels: Int { channels }
    /// Of the images that parts are cut out of, in pixels.
    public var cropSizes: ClosedRange<Int>? { size...max(size, 2048) }
    /// Images that are no larger than a part are not enlarged.
    public var defaultCrop: Int { size }

    /// The model in words.
    public var description: String { "\(name), \(scale) times, from parts of \(size)x\(size)" }

    /// The generator.
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
    /// The model's name in commands and checkpoints.
    public static let name = "srresnet"
    /// The model with its paper, in one line.
    public static let summary = "Enlarges images two or four times, true to the pixel (Ledig et al. 2017)."
    /// The least difference from held-out images makes the best checkpoint.
    public static let isMeasuredByDifference = true

    /// Width and height of the images in full, in pixels; a multiple of 16.
    public var size: Int
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    public var channels: Int
    /// How many times as wide and high images become: 2 or 4.
    public var scale: Int
    /// Channels of the generator's layers, and of the discriminator's first.
    public var width: Int
    /// Residual blocks.
    public var blocks: Int

    /// The default settings, unless said otherwise.
    public init(size: Int = 96, channels: Int = 3, scale: Int = 4, width: Int = 32, blocks: Int = 8) {
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
    public var recipe: Recipe { enlargingRecipe(.leastSquares, learningRate: 2e-4) }
    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] { ["L1 loss from the images in full"] }
    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) { try checkEnlarging() }

    /// The networks with their losses.
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
