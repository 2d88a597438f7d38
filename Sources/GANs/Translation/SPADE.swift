import Datasets
import Networks
import Tensors

/// Images from label maps, learned from pairs: a generator whose normalizations are told the labels, against
/// judges of patches at two scales that see labels and image side by side.
///
/// The generator minimizes the game, the difference of what the judges see on the way, and with a style encoder how
/// far the styles of images are from the normal distribution that styles are drawn from later on. The paper's
/// difference of a classifier's features is left out: no weights of other networks ship.
///
/// - Source: Park et al. 2019, "Semantic image synthesis with spatially-adaptive normalization", section 3 and
///   appendix A; published with a width of 64. The difference of features as in Wang et al. 2018,
///   "High-resolution image synthesis and semantic manipulation with conditional GANs", section 3.2.
public struct SPADE: TranslationFamily {
    /// What a style encoder adds.
    public struct Style: Codable, Hashable, Sendable {
        /// Length of a style.
        public var size: Int
        /// Of the divergence of an image's styles from the normal distribution.
        public var divergenceWeight: Double

        public init(size: Int = 256, divergenceWeight: Double = 0.05) {
            (self.size, self.divergenceWeight) = (size, divergenceWeight)
        }
    }

    /// A power of two.
    public var size: Int
    public var labelSet: LabelSet
    public var outputChannels: Int
    /// Channels of the generator at full size, and of each judge's and the encoder's first layer.
    public var width: Int
    /// Strided layers of the judges: see `PatchGANDiscriminator`.
    public var patchLayers: Int
    /// Weight of the mean absolute differences of the judges' features, beside the game's 1.
    public var featureWeight: Double
    /// Nil to make of a label map the same image always.
    public var style: Style?

    public init(
        size: Int = 256, labels: LabelSet, outputChannels: Int = 3, width: Int = SPADE.defaultWidth,
        patchLayers: Int = 3, featureWeight: Double = 10, style: Style? = nil
    ) {
        (self.size, labelSet, self.outputChannels) = (size, labels, outputChannels)
        (self.width, self.patchLayers, self.featureWeight) = (width, patchLayers, featureWeight)
        self.style = style
    }

    /// For a machine without a GPU.
    public static let defaultWidth = 32
    public static let sizes = [16, 32, 64, 128, 256, 512]
    package static let isPaired = true
    package var labels: LabelSet? { labelSet }
    package var inputChannels: Int { 1 }
    package var sideMultiple: Int { SPADEPlan(size: size, width: width).sideMultiple }
    package var leastSide: Int { sideMultiple }
    package var partNames: [String] { ["features"] + (style == nil ? [] : ["divergence"]) }
    package var objectives: [Objective] { [.hinge, .nonSaturating, .leastSquares] }

    /// Adam with two time scales as in the paper's section 4, 0.0001 and 0.0004 at the published width of 64:
    /// narrower networks need steps as much larger to change as fast (Yang et al. 2021, "Tensor programs V", table
    /// 3). The batch is the least whose statistics mean something.
    package var published: PublishedTraining {
        func adam(_ rate: Double) -> OptimizerConfiguration {
            .adam(learningRate: rate * 64 / Double(width), beta1: 0, beta2: 0.9, epsilon: 1e-8)
        }
        return PublishedTraining(
            objective: .hinge, generatorOptimizer: adam(1e-4), discriminatorOptimizer: adam(4e-4),
            batchSize: 4, cropFrom: publishedCrop)
    }

    package func gameDescription(_ objective: Objective) -> [String] {
        let field = PatchGANDiscriminator.receptiveField(layers: patchLayers)
        let style = style.map { style in
            "\(style.divergenceWeight) times the divergence of styles of \(style.size) numbers from normal"
        }
        return [
            "objective \(objective.rawValue)",
            "two discriminators judge patches of \(field)x\(field) pixels, the second of images at half the size",
            "\(featureWeight) times the difference of the discriminators' features",
        ] + (style.map { [$0] } ?? [])
    }

    public func validate() throws(ConfigurationError) {
        guard SPADE.sizes.contains(size) else {
            throw ConfigurationError(
                "size is \(size); spade learns from images of "
                    + SPADE.sizes.map(String.init).joined(separator: ", ") + " pixels")
        }
        guard labelSet.isValid else {
            throw ConfigurationError(
                "labels are \(labelSet.names.count), with \(labelSet.colors.count) colors")
        }
        try checkChannels(width: width)
        try ConfigurationError.check("patch-layers", patchLayers, in: 1...5)
        try ConfigurationError.check("feature-weight", featureWeight, in: 0...1e6)
        if let style {
            try ConfigurationError.check("latent", style.size, in: 1...4096)
            try ConfigurationError.check("divergence-weight", style.divergenceWeight, in: 0...1e6)
        }
    }

    package var parameterCount: Int {
        let generator = SPADEGenerator.parameterCount(
            size: size, labelChannels: labelSet.count, outputChannels: outputChannels, width: width,
            styleSize: style?.size)
        let encoder = style.map {
            StyleEncoder.parameterCount(
                size: size, inputChannels: outputChannels, width: width, styleSize: $0.size)
        }
        return generator + (encoder ?? 0)
            + MultiscaleDiscriminator.parameterCount(
                inputChannels: labelSet.count + outputChannels, width: width, layers: patchLayers)
    }

    package func makeNetworks(from source: inout ParameterSource) -> any TranslationNetworks {
        let generator = SPADEGenerator(
            size: size, labelChannels: labelSet.count, outputChannels: outputChannels, width: width,
            styleSize: style?.size, from: &source)
        let discriminator = MultiscaleDiscriminator(
            inputChannels: labelSet.count + outputChannels, width: width, layers: patchLayers, from: &source)
        let encoder = style.map {
            StyleEncoder(
                size: size, inputChannels: outputChannels, width: width, styleSize: $0.size, from: &source)
        }
        return SPADENetworks(
            generator, discriminator, encoder, featureWeight: Scalar(featureWeight),
            divergenceWeight: Scalar(style?.divergenceWeight ?? 0))
    }
}

private final class SPADENetworks: TranslationNetworks {
    private let generator: SPADEGenerator
    private let discriminator: MultiscaleDiscriminator
    private let encoder: StyleEncoder?
    private let featureWeight, divergenceWeight: Scalar

    init(
        _ generator: SPADEGenerator, _ discriminator: MultiscaleDiscriminator, _ encoder: StyleEncoder?,
        featureWeight: Scalar, divergenceWeight: Scalar
    ) {
        (self.generator, self.discriminator, self.encoder) = (generator, discriminator, encoder)
        (self.featureWeight, self.divergenceWeight) = (featureWeight, divergenceWeight)
    }

    var networks: [(name: String, network: any Module)] {
        [("generator", generator)] + (encoder.map { [("encoder", $0)] } ?? [])
            + [("discriminator", discriminator)]
    }

    var players: [(name: String, networks: [String])] {
        [
            ("generator", ["generator"] + (encoder == nil ? [] : ["encoder"])),
            ("discriminator", ["discriminator"]),
        ]
    }

    let pools: [(name: String, pool: ImagePool)] = []

    func pair(_ direction: TranslationDirection) -> TranslatingPair {
        // One image's own statistics are not what a batch's were.
        TranslatingPair(
            generator: generator, judge: nil, judgesPairs: true, mode: .inference, encoder: encoder)
    }

    func learn(_ turn: TranslationTurn) throws(TrainingError) {
        let (labels, targets) = (turn.inputs, turn.targets)
        func pair(_ images: Tensor) -> Tensor { .concatenated([labels, images], axis: 3) }
        var made = targets
        try turn.descend(.generator) { [self] in
            let (outputs, divergence) = outputs(turn)
            made = outputs.detached
            let fake = turn.run(learning: false) { discriminator.judgements(pair(outputs), $0) }
            let real = turn.run(learning: false) { discriminator.judgements(pair(targets), $0) }
            let game = mean(fake.map { turn.objective.generatorLoss($0.scores) })
            let features = mean(
                zip(fake, real).map { fake, real in
                    zip(fake.features, real.features).map { ($0 - $1).absolute().mean() }.reduce(Tensor(0), +)
                })
            turn.record(features, as: "features")
            return turn.recordGame(game) + features * featureWeight + divergence * divergenceWeight
        }
        try turn.descend(.discriminator) { [self] in
            let fake = turn.run { discriminator.judgements(pair(made), $0) }.map(\.scores)
            let real = turn.run { discriminator.judgements(pair(targets), $0) }.map(\.scores)
            for (real, fake) in zip(real, fake) { turn.observe(real: real, fake: fake) }
            return mean(
                zip(real, fake).map { turn.objective.realLoss($0) + turn.objective.fakeLoss($1) })
        }
    }

    /// What is made of the labels, with a style of each target where there are styles.
    private func outputs(_ turn: TranslationTurn) -> (outputs: Tensor, divergence: Tensor) {
        turn.run { context in
            guard let encoder else { return (generator(turn.inputs, style: nil, context), Tensor(0)) }
            let styles = encoder(turn.targets, context)
            let divergence = styles.divergence
            turn.record(divergence, as: "divergence")
            let style = styles.sample(from: &context.random)
            return (generator(turn.inputs, style: style, context), divergence)
        }
    }

    private func mean(_ terms: [Tensor]) -> Tensor {
        terms.reduce(Tensor(0), +) * (1 / Scalar(terms.count))
    }
}
