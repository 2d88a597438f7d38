import Networks
import Tensors

/// Two networks in training, step by step, with everything that the next step depends on.
public final class Trainer: ResumableTrainer {
    public let configuration: TrainingConfiguration
    public let generator: any Layer
    public let discriminator: any Discriminator
    /// The moving average of the generator, which samples are made with.
    public let averagedGenerator: any Layer
    public internal(set) var progress: TrainingProgress
    let generatorOptimizer: any Optimizer
    let discriminatorOptimizer: any Optimizer
    private let averagedParameters: [Parameter]
    private let phases: [Phase]

    /// - Throws: `ConfigurationError` if no training can be made from the settings.
    public init(_ configuration: TrainingConfiguration) throws(ConfigurationError) {
        try configuration.validate()
        self.configuration = configuration
        progress = TrainingProgress(seed: configuration.seed)
        progress.augmentation = configuration.augmentation.makeProbability()
        progress.pathLength = configuration.pathLength.map { _ in 0 }
        let family = configuration.architecture.family
        var source = ParameterSource.drawn(RandomStream(seed: configuration.seed, purpose: .initialization))
        let generator = family.makeGenerator(from: &source)
        let discriminator = family.makeDiscriminator(from: &source)
        var blank = ParameterSource.blank
        averagedGenerator = family.makeGenerator(from: &blank)
        averagedGenerator.copyState(from: generator)
        averagedParameters = averagedGenerator.parameters
        generatorOptimizer = configuration.effectiveGeneratorOptimizer.makeOptimizer(
            for: generator.parameters)
        discriminatorOptimizer = configuration.effectiveDiscriminatorOptimizer.makeOptimizer(
            for: discriminator.parameters)
        (self.generator, self.discriminator) = (generator, discriminator)
        phases =
            AdversarialPhases(
                configuration: configuration, generator: generator, discriminator: discriminator,
                generatorOptimizer: generatorOptimizer, discriminatorOptimizer: discriminatorOptimizer
            ).all
        grow()
    }

    /// Trains a step of the generator, and as many of the discriminator as the configuration says.
    ///
    /// - Parameter nextBatch: gives images `[n, size, size, channels]` in [-1, 1] and, where the networks
    ///   are told of classes, the images' labels; asked once for each of the discriminator's steps.
    /// - Throws: `TrainingError` if a loss is no number any more.
    public func step(
        _ nextBatch: () -> (reals: Tensor, labels: [Int]?)
    ) throws(TrainingError) -> StepReport {
        let family = configuration.architecture.family
        grow()
        return try step(
            (0..<configuration.discriminatorSteps).map { _ in
                let (reals, labels) = nextBatch()
                return RoundMaterial(
                    reals: shown(reals), labels: family.oneHot(labels),
                    latents: Tensor.normal([reals.shape[0], family.latentSize], from: &progress.latents))
            })
    }

    /// Trains on one batch in all rounds of the step.
    ///
    /// - Throws: `TrainingError` if a loss is no number any more.
    public func step(_ reals: Tensor, labels: [Int]? = nil) throws(TrainingError) -> StepReport {
        try step { (reals, labels) }
    }

    /// - Parameter materials: of each round.
    func step(_ materials: [RoundMaterial]) throws(TrainingError) -> StepReport {
        let batchSize = batchSize
        let average = configuration.movingAverage.step(
            averagedParameters, imagesInStep: batchSize,
            imagesSeen: progress.imagesSeen / configuration.discriminatorSteps + batchSize)
        setLearningRates()
        var rounds: [Round] = []
        for (index, material) in materials.enumerated() {
            let isLast = index == materials.count - 1
            let round = Round(
                material, configuration, generator: generator, isLast: isLast, progress: progress)
            let due = phases.filter {
                $0.isDue(step: progress.step) && (isLast || $0.player == .discriminator)
            }
            for (place, phase) in due.enumerated() {
                // Of a step's phases of the generator, which are its last, the average follows the last one.
                let follows = isLast && place == due.count - 1
                try phase.run(round, step: progress.step + 1, average: follows ? average : nil)
            }
            (progress.dropout, progress.noise) = (round.dropout, round.noise)
            (progress.transforms, progress.augmentation) = (round.transforms, round.probability)
            if progress.pathLength != nil { progress.pathLength = round.pathLength }
            rounds.append(round)
        }
        progress.step += 1
        progress.imagesSeen += materials.map { $0.reals.shape[0] }.reduce(0, +)
        return report(rounds)
    }

    /// Where networks that grow stand; nil for others.
    private var stage: GrowthStage? {
        guard case .styleGAN(let family) = configuration.architecture else { return nil }
        return family.growth?.stage(size: family.size, imagesSeen: progress.imagesSeen)
    }

    /// Images in the next step's batches: more than the configuration's while networks that grow are small.
    public var batchSize: Int {
        let size = configuration.architecture.family.size
        return configuration.batchSize * (stage.map { Growth.batchFactor($0.resolution, size: size) } ?? 1)
    }

    /// Images as networks that grow see them now.
    func shown(_ images: Tensor) -> Tensor {
        guard let network = discriminator as? any GrowingNetwork, network.growth != nil else {
            return images
        }
        return network.stage.shown(images)
    }

    /// Brings networks that grow to their stage. With a new resolution both optimizers begin anew: what they
    /// remember is of other gradients.
    private func grow() {
        guard let stage else { return }
        let networks = [generator, averagedGenerator, discriminator].compactMap { $0 as? any GrowingNetwork }
        if networks.contains(where: { $0.stage.resolution != stage.resolution }) {
            for optimizer in [generatorOptimizer, discriminatorOptimizer] { optimizer.reset() }
        }
        for network in networks { network.stage = stage }
    }

    private func setLearningRates() {
        guard let decay = configuration.learningRateDecay else { return }
        let factor = decay.factor(after: progress.step)
        generatorOptimizer.learningRate = factor * configuration.effectiveGeneratorOptimizer.learningRate
        discriminatorOptimizer.learningRate =
            factor * configuration.effectiveDiscriminatorOptimizer.learningRate
    }

    private func report(_ rounds: [Round]) -> StepReport {
        func mean(_ value: (Round) -> Double) -> Double {
            rounds.map(value).reduce(0, +) / Double(rounds.count)
        }
        return StepReport(
            step: progress.step, imagesSeen: progress.imagesSeen,
            discriminatorLoss: mean { $0.losses[.discriminator] ?? .nan },
            generatorLoss: rounds.last?.losses[.generator] ?? .nan, penalty: mean(\.penalty),
            realOpinion: mean(\.realOpinion), fakeOpinion: mean(\.fakeOpinion))
    }

    /// Throws if a weight is no number any more: a step's loss, which is checked, is taken before the step
    /// changes the weights.
    func checkWeights() throws(TrainingError) {
        for (name, network) in [("generator", generator as any Module), ("discriminator", discriminator)] {
            let isSound = network.parameters.allSatisfy { $0.value.withScalars { $0.allSatisfy(\.isFinite) } }
            guard isSound else { throw .spoiled(step: progress.step, network: name) }
        }
    }

    /// Measures the averaged generator's normalization statistics anew, and its mean style: averaged weights make
    /// other activations than the trained ones that the running statistics were taken from.
    ///
    /// The same weights give the same statistics, so nothing but the weights decides what samples look
    /// like.
    ///
    /// - Source: "standing statistics", Brock et al. 2019, "Large scale GAN training", section 4.1.
    public func refreshAveragedStatistics() {
        // BatchNorm in inference mode needs mean and variance to about a percent: 512 images, each of
        // at least 16 pixels, give that.
        let (batches, batchSize) = (8, 64)
        let family = configuration.architecture.family
        var stream = RandomStream(seed: configuration.seed, purpose: .fixedLatents)
        for batch in 1...batches {
            let latents = Tensor.normal([batchSize, family.latentSize], from: &stream)
            let classes = family.conditioning?.classes.count ?? 1
            let labels = (0..<batchSize).map { ((batch - 1) * batchSize + $0) % classes }
            let context = ForwardContext(
                mode: .training, statistics: .averaged(batch: batch), differentiatesParameters: false,
                labels: family.oneHot(labels))
            if let styled = averagedGenerator as? any StyleGenerator {
                // Nothing behind the mapping network has statistics.
                _ = styled.styles(of: latents, context)
            } else {
                _ = averagedGenerator(latents, context)
            }
        }
    }
}

extension NetworkFamily {
    /// Labels as the networks are told of them; nil where they are not.
    ///
    /// - Shapes: n labels to `[n, classes]`.
    public func oneHot(_ labels: [Int]?) -> Tensor? {
        guard let conditioning else { return nil }
        guard let labels else { fatalError("class-conditional networks need images with labels") }
        return Tensor.oneHot(labels, classes: conditioning.classes.count)
    }
}
