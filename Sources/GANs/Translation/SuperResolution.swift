import Images
import Networks
import Tensors

/// Larger images from smaller ones, learned from images in full that are shrunk: by the mean absolute
/// difference alone, or besides in a game against a discriminator, which makes detail sharp that cannot be known.
///
/// The features whose difference is minimized are a classifier's, as in the paper, where a file of its weights is
/// given; since none ships, they are otherwise those of the discriminator in training.
///
/// - Source: Ledig et al. 2017, "Photo-realistic single image super-resolution using a generative adversarial
///   network"; published with 16 blocks of 64 channels. The discriminator's features as in Wang et al. 2018,
///   "High-resolution image synthesis and semantic manipulation with conditional GANs", section 3.2. The classifier's
///   as in Wang et al. 2018, "ESRGAN", sections 3.3 and 4.1: VGG19's conv5_4 before it is rectified.
public struct SuperResolution: TranslationFamily {
    /// What the game adds.
    public struct Game: Codable, Hashable, Sendable {
        /// Weight of the game, beside the difference's 1: Ledig et al. 2017, equation 3.
        public var adversarialWeight: Double
        /// Weight of the mean absolute difference of features. Of the discriminator's ten times the game's as in
        /// Wang et al. 2018, section 3.2.
        public var featureWeight: Double
        /// Whose features are compared, of images gray or in color; nil for the discriminator's.
        public private(set) var classifier: VGG19Weights?

        /// Weight of the mean absolute difference of pixels; beside a classifier's features as in Wang et al. 2018,
        /// "ESRGAN", section 4.1.
        public var differenceWeight: Double { classifier == nil ? 1 : 0.01 }

        public init(adversarialWeight: Double = 1e-3, featureWeight: Double = 1e-2) {
            (self.adversarialWeight, self.featureWeight) = (adversarialWeight, featureWeight)
        }

        /// A game beside a classifier's features, weighted as in Wang et al. 2018, "ESRGAN", section 4.1.
        public init(classifier: VGG19Weights) {
            self.init(adversarialWeight: 5e-3, featureWeight: 1)
            self.classifier = classifier
        }

        /// Reads the same weights of the classifier, if there is one, from where they lie now.
        mutating func moveClassifier(to path: String) { classifier?.path = path }
    }

    /// Width and height of the images in full, in pixels; a multiple of 16.
    public var size: Int
    public var channels: Int
    /// How many times as wide and high images become: 2 or 4.
    public var scale: Int
    /// Channels of the generator's layers, and of the discriminator's first.
    public var width: Int
    /// Residual blocks.
    public var blocks: Int
    /// Nil to minimize the difference alone.
    public var game: Game?

    public init(
        size: Int = 96, channels: Int = 3, scale: Int = 4, width: Int = 32, blocks: Int = 8,
        game: Game? = nil
    ) {
        (self.size, self.channels, self.scale) = (size, channels, scale)
        (self.width, self.blocks, self.game) = (width, blocks, game)
    }

    public static let scales = [2, 4]
    /// Of the images that parts are cut out of, in pixels.
    public static let maximumSide = 2048
    package static let isPaired = true
    package var sideMultiple: Int { 1 }
    package var leastSide: Int { 1 }
    package var inputChannels: Int { channels }
    package var outputChannels: Int { channels }
    package var largestCrop: Int { SuperResolution.maximumSide }
    package var partNames: [String] { ["difference"] + (game == nil ? [] : ["features"]) }

    /// Adam's settings as in Wang et al. 2018, "ESRGAN", section 4.1, for both phases.
    package var published: PublishedTraining {
        let adam = OptimizerConfiguration.adam(
            learningRate: game == nil ? 2e-4 : 1e-4, beta1: 0.9, beta2: 0.99, epsilon: 1e-8)
        return PublishedTraining(
            objective: .leastSquares, generatorOptimizer: adam, discriminatorOptimizer: adam, batchSize: 16,
            cropFrom: size)
    }

    package func gameDescription(_ objective: Objective) -> [String] {
        let difference = "mean absolute difference from the images in full"
        guard let game else { return [difference] }
        let owner = game.classifier.map { "VGG19's features (\($0.path))" } ?? "the discriminator's features"
        return [
            (game.classifier == nil ? "" : "\(game.differenceWeight) times the ") + difference,
            "\(game.featureWeight) times the difference of \(owner), "
                + "\(game.adversarialWeight) times the game, objective \(objective.rawValue)",
        ]
    }

    /// Whether the generators of two settings are the same.
    public func hasGenerator(of other: SuperResolution) -> Bool {
        (channels, scale, width, blocks) == (other.channels, other.scale, other.width, other.blocks)
    }

    public func validate() throws(ConfigurationError) {
        guard (32...512).contains(size), size % 16 == 0 else {
            throw ConfigurationError(
                "size is \(size); super-resolution learns from parts of 32 to 512 pixels, a multiple of 16")
        }
        guard SuperResolution.scales.contains(scale) else {
            throw ConfigurationError("scale is \(scale); images become 2 or 4 times as wide and high")
        }
        try checkChannels(width: width)
        try ConfigurationError.check("blocks", blocks, in: 1...64)
        if let game {
            try ConfigurationError.check("adversarial-weight", game.adversarialWeight, in: 0...1e6)
            try ConfigurationError.check("feature-weight", game.featureWeight, in: 0...1e6)
            guard game.classifier == nil || channels != 4 else {
                throw ConfigurationError(
                    "channels is 4; VGG19 sees no transparency, so that beside its features it must be 1 or 3"
                )
            }
        }
    }

    package var parameterCount: Int {
        SRResNetGenerator.parameterCount(channels: channels, width: width, blocks: blocks, scale: scale)
            + (game == nil ? 0 : SRGANDiscriminator.parameterCount(channels: channels, width: width))
    }

    package func makeNetworks(
        from source: inout ParameterSource
    ) throws(ConfigurationError) -> any TranslationNetworks {
        let generator = SRResNetGenerator(
            channels: channels, width: width, blocks: blocks, scale: scale, from: &source)
        guard let game else { return SRResNetNetworks(generator) }
        return SRGANNetworks(
            generator, SRGANDiscriminator(channels: channels, width: width, from: &source), game,
            classifier: try game.classifier?.network())
    }
}

/// A generator alone.
private final class SRResNetNetworks: TranslationNetworks {
    private let generator: SRResNetGenerator

    init(_ generator: SRResNetGenerator) { self.generator = generator }

    var networks: [(name: String, network: any Module)] { [("generator", generator)] }
    let players: [(name: String, networks: [String])] = [("generator", ["generator"]), ("discriminator", [])]
    let pools: [(name: String, pool: ImagePool)] = []

    func pair(_ direction: TranslationDirection) -> TranslatingPair {
        TranslatingPair(generator: generator, judge: nil, judgesPairs: false)
    }

    func learn(_ turn: TranslationTurn) throws(TrainingError) {
        try turn.descend(.generator) { [self] in
            let difference = (turn.run(generator, turn.inputs) - turn.targets).absolute().mean()
            turn.record(difference, as: "difference")
            return difference
        }
    }
}

/// A generator against a discriminator.
private final class SRGANNetworks: TranslationNetworks {
    private let generator: SRResNetGenerator
    private let discriminator: SRGANDiscriminator
    private let game: SuperResolution.Game
    /// Not trained, and not in checkpoints.
    private let classifier: VGG19Features?

    init(
        _ generator: SRResNetGenerator, _ discriminator: SRGANDiscriminator, _ game: SuperResolution.Game,
        classifier: VGG19Features?
    ) {
        (self.generator, self.discriminator) = (generator, discriminator)
        (self.game, self.classifier) = (game, classifier)
    }

    var networks: [(name: String, network: any Module)] {
        [("generator", generator), ("discriminator", discriminator)]
    }
    let players: [(name: String, networks: [String])] = [
        ("generator", ["generator"]), ("discriminator", ["discriminator"]),
    ]
    let pools: [(name: String, pool: ImagePool)] = []

    func pair(_ direction: TranslationDirection) -> TranslatingPair {
        TranslatingPair(generator: generator, judge: nil, judgesPairs: false)
    }

    func learn(_ turn: TranslationTurn) throws(TrainingError) {
        let targets = turn.targets
        let outputs = turn.run(generator, turn.inputs)
        try turn.descend(.discriminator) { [self, outputs = outputs.detached] in
            let fake = turn.run(discriminator, outputs)
            let real = turn.run(discriminator, targets)
            turn.observe(real: real, fake: fake)
            return (turn.distance(fake, fromReal: false) + turn.distance(real, fromReal: true)) * 0.5
        }
        try turn.descend(.generator) { [self] in
            let (scores, features) = judged(outputs, beside: targets, turn)
            let loss = turn.distance(scores, fromReal: true)
            let difference = (outputs - targets).absolute().mean()
            turn.record(difference, as: "difference")
            turn.record(features, as: "features")
            return turn.recordGame(loss) * Scalar(game.adversarialWeight)
                + difference * Scalar(game.differenceWeight) + features * Scalar(game.featureWeight)
        }
    }

    /// The discriminator's scores of what was made, and how far features of it are from those of the targets.
    private func judged(
        _ outputs: Tensor, beside targets: Tensor, _ turn: TranslationTurn
    ) -> (scores: Tensor, features: Tensor) {
        if let classifier {
            let features = classifier(outputs, .inference) - classifier(targets, .inference)
            return (turn.run(discriminator, outputs, learning: false), features.absolute().mean())
        }
        let fake = turn.run(learning: false) { discriminator.judgement(outputs, $0) }
        let real = turn.run(learning: false) { discriminator.judgement(targets, $0) }
        let layers = zip(fake.features, real.features).map { ($0 - $1).absolute().mean() }
        return (fake.scores, layers.reduce(Tensor(0), +) * (1 / Scalar(layers.count)))
    }
}

extension Image {
    /// The image at a whole fraction of its size, antialiased; what is over at the right and below is cut.
    func shrunk(by scale: Int) -> Image {
        let (columns, rows) = (width / scale, height / scale)
        return cropped(x: 0, y: 0, width: columns * scale, height: rows * scale)
            .resized(width: columns, height: rows)
    }

    func enlarged(by scale: Int) -> Image { resized(width: width * scale, height: height * scale) }
}

extension Tensor {
    /// Images `[n, h, w, channels]` at a whole fraction of their size, rounded to bytes as in a file.
    func shrunk(by scale: Int) -> Tensor { Tensor(images(self).map { $0.shrunk(by: scale) }) }
}
