import Images
import Networks
import Tensors

/// Super-resolution with an adversarial loss, which makes detail sharp that cannot be known.
///
/// The perceptual loss compares a classifier's features, as in the paper, where a file of its weights is given;
/// since none ships, it otherwise compares those of the discriminator in training (feature matching).
///
/// - Source: Ledig et al. 2017, "Photo-realistic single image super-resolution using a generative adversarial
///   network"; published with 16 blocks of 64 channels. Feature matching as in Wang et al. 2018, "High-resolution
///   image synthesis and semantic manipulation with conditional GANs", section 3.2. The classifier's features as in
///   Wang et al. 2018, "ESRGAN", sections 3.3 and 4.1: VGG19's conv5_4 before it is rectified.
public struct SRGAN: SuperResolutionConfiguration, DiscriminatorConfigurable {
    /// The model's name in commands and checkpoints.
    public static let name = "srgan"
    /// The model with its paper, in one line.
    public static let summary = "Enlarges images two or four times, sharp (Ledig et al. 2017)."
    /// Differences do not choose the best checkpoint.
    public static let isMeasuredByDifference = false

    /// What is weighed in the generator's loss.
    public struct Weights: Codable, Hashable, Sendable {
        /// Of the adversarial loss, beside 1 of the L1 loss: Ledig et al. 2017, equation 3.
        public var adversarialWeight: Double
        /// Of the mean absolute difference of features. Of the discriminator's ten times the adversarial
        /// loss's as in Wang et al. 2018, section 3.2.
        public var featureWeight: Double
        /// Whose features are compared, of images gray or in color; nil for the discriminator's.
        public private(set) var classifier: VGG19Weights?

        /// Of the L1 loss; beside a classifier's features as in Wang et al. 2018, "ESRGAN", section 4.1.
        public var l1Weight: Double { classifier == nil ? 1 : 0.01 }

        /// The published weights, unless said otherwise.
        public init(adversarialWeight: Double = 1e-3, featureWeight: Double = 1e-2) {
            (self.adversarialWeight, self.featureWeight) = (adversarialWeight, featureWeight)
        }

        /// Beside a classifier's features, as in Wang et al. 2018, "ESRGAN", section 4.1.
        public init(classifier: VGG19Weights) {
            self.init(adversarialWeight: 5e-3, featureWeight: 1)
            self.classifier = classifier
        }

        /// Reads the same weights of the classifier, if there is one, from where they lie now.
        public mutating func moveClassifier(to path: String) { classifier?.path = path }
    }

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
    /// The weights of the parts of the loss.
    public var weights: Weights
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions

    /// The default settings, unless said otherwise.
    public init(
        size: Int = 96, channels: Int = 3, scale: Int = 4, width: Int = 32, blocks: Int = 8,
        weights: Weights = Weights(), discriminator: DiscriminatorOptions = DiscriminatorOptions()
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
        size = try values.decode(Int.self, forKey: .size)
        channels = try values.decode(Int.self, forKey: .channels)
        scale = try values.decode(Int.self, forKey: .scale)
        width = try values.decode(Int.self, forKey: .width)
        blocks = try values.decode(Int.self, forKey: .blocks)
        let legacy = try decoder.container(keyedBy: LegacyKeys.self)
        weights =
            try values.decodeIfPresent(Weights.self, forKey: .weights)
            ?? legacy.decode(Weights.self, forKey: .game)
        discriminator = try values.decode(.discriminator, default: DiscriminatorOptions())
    }

    /// 1, and one half in the discriminator's training with least squares.
    public func lossWeights(for loss: AdversarialLoss) -> LossWeights {
        LossWeights(discriminator: loss == .leastSquares ? 0.5 : 1)
    }

    /// With cross-entropy: Ledig et al. 2017, equations 2 and 6.
    public var recipe: Recipe { superResolutionRecipe(.nonSaturating, learningRate: 1e-4) }

    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] {
        let owner = weights.classifier.map { "VGG19 (\($0.path))" } ?? "the discriminator"
        return [
            "L1 loss times \(weights.l1Weight), difference of the features of \(owner) times "
                + "\(weights.featureWeight), adversarial loss times \(weights.adversarialWeight)"
        ]
    }

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try checkSuperResolution()
        try ConfigurationError.check("adversarialWeight", weights.adversarialWeight, in: 0...1e6)
        try ConfigurationError.check("featureWeight", weights.featureWeight, in: 0...1e6)
        try discriminator.validatePatches()
        guard weights.classifier == nil || channels != 4 else {
            throw ConfigurationError(
                "channels", channels,
                "VGG19 sees no transparency, so that beside its features it must be 1 or 3")
        }
    }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        let generator = makeGenerator(from: &source)
        return SRGANModel(
            self, generator,
            SRGANDiscriminator(channels: channels, width: width, options: discriminator, from: &source))
    }
}

/// A generator against a discriminator.
private final class SRGANModel: EnlargingModel {
    let enlarging: any EnlargingModelConfiguration
    let generator: any Layer
    private let discriminator: SRGANDiscriminator
    private let weights: SRGAN.Weights
    /// Not trained, and not in checkpoints.
    private var classifier: VGG19Features?

    init(_ configuration: SRGAN, _ generator: any Layer, _ discriminator: SRGANDiscriminator) {
        (enlarging, self.generator, self.discriminator) = (configuration, generator, discriminator)
        weights = configuration.weights
    }

    var networks: [NamedNetwork] {
        [
            NamedNetwork("generator", generator, .generator),
            NamedNetwork("discriminator", discriminator, .discriminator),
        ]
    }

    var partNames: [String] { ["l1", "features"] }

    var tasks: [AdversarialTask] {
        var task = AdversarialTask(discriminator) { [generator] context in
            context.once("fake") { context.generate { generator(context.inputs, $0) } }
        }
        task.seesFakesFirst = true
        return [task]
    }

    func prepareForTraining() throws(ConfigurationError) { classifier = try weights.classifier?.network() }

    func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let task = tasks[0]
        let term = Phase.Term { [self] context in
            let output = task.fake(context)
            let (adversarial, features) = adversarialAndFeatureLoss(task, output, context)
            let difference = (output - context.reals).absolute().mean()
            context.record(difference, as: "l1")
            context.record(features, as: "features")
            return adversarial * Scalar(weights.adversarialWeight) + difference * Scalar(weights.l1Weight)
                + features * Scalar(weights.featureWeight)
        }
        return [Phase(.generator, [term])]
    }

    private func adversarialAndFeatureLoss(
        _ task: AdversarialTask, _ output: Tensor, _ context: StepContext
    ) -> (adversarial: Tensor, features: Tensor) {
        if let classifier {
            let features = classifier(output, .inference) - classifier(context.reals, .inference)
            return (task.generatorLoss(of: output, context), features.absolute().mean())
        }
        let fake = context.output(task, of: output, learning: false, withFeatures: true)
        let real = context.output(task, of: context.reals, learning: false, withFeatures: true)
        let features = DiscriminatorOutput.mean(fake.featureDifferences(from: real)[0])
        return (task.generatorLoss(of: output, context, output: fake), features)
    }
}
