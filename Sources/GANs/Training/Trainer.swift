import Networks
import Tensors

/// A model in training, step by step, with everything that the next step depends on.
public final class Trainer {
    /// The settings of the training.
    public internal(set) var configuration: TrainingConfiguration
    /// The networks, and how they learn.
    public let model: any Model
    /// Where the training stands.
    public internal(set) var progress: TrainingProgress
    /// What each network took of another training's checkpoint; empty of a training that began with none.
    public internal(set) var inherited: [InheritedWeights] = []
    /// The moving averages of the generators, by name; empty where the recipe has none.
    let averages: [(name: String, copy: NetworkCopy)]
    var optimizers: [Phase.Player: any Optimizer]
    private let averagedParameters: [Parameter]
    var phases: [Phase]
    var frozen: FrozenParameters

    /// - Throws: `ConfigurationError` if no training can be made from the settings, or a file cannot be used that
    ///   they name.
    public convenience init(_ configuration: TrainingConfiguration) throws(ConfigurationError) {
        try self.init(
            configuration, source: .drawn(RandomStream(seed: configuration.seed, purpose: .initialization)))
    }

    init(_ configuration: TrainingConfiguration, source: ParameterSource) throws(ConfigurationError) {
        try configuration.validate()
        self.configuration = configuration
        let recipe = configuration.recipe
        progress = TrainingProgress(seed: configuration.seed)
        progress.augmentation = recipe.augmentation.makeProbability()
        progress.pathLength = recipe.pathLength.map { _ in 0 }
        var source = source
        let model = configuration.model.makeModel(from: &source)
        try model.prepareForTraining()
        if let growing = model as? any GrowingModel { _ = growing.grow(progress) }
        frozen = try FrozenParameters(of: model, recipe)
        let generators = model.networks(of: .generator)
        averages =
            recipe.movingAverage == nil
            ? [] : generators.map { ($0.name, NetworkCopy(of: $0.network)) }
        averagedParameters = averages.flatMap { $0.copy.parameters }
        func optimizer(_ settings: OptimizerConfiguration, _ player: Phase.Player) -> any Optimizer {
            settings.makeOptimizer(for: model.networks(of: player).flatMap { $0.network.parameters })
        }
        optimizers = [
            .generator: optimizer(recipe.effectiveGeneratorOptimizer, .generator),
            .discriminator: optimizer(recipe.effectiveDiscriminatorOptimizer, .discriminator),
        ]
        phases = model.phases(recipe)
        self.model = model
    }

    /// When the learning rates fall, which may be put off where a training goes on past its first end.
    public var learningRateDecay: LearningRateDecay? {
        get { configuration.recipe.learningRateDecay }
        set { configuration.recipe.learningRateDecay = newValue }
    }

    /// Images in the next step's batches: more than the recipe's while networks that grow are small.
    public var batchSize: Int {
        configuration.recipe.batchSize * ((model as? any GrowingModel)?.batchFactor(progress) ?? 1)
    }

    /// Trains a step of the generators, and as many of the discriminators as the recipe says.
    ///
    /// - Parameter nextBatch: asked once for each of the discriminator's steps.
    /// - Throws: `TrainingError` if a loss is no number any more.
    public func step(_ nextBatch: () -> TrainingBatch) throws(TrainingError) -> StepReport {
        try step(rounds: configuration.recipe.discriminatorSteps, of: Phase.Player.allCases, nextBatch)
    }

    /// - Parameters:
    ///   - rounds: how many batches are asked for, each for a step of the discriminator.
    ///   - players: whose parameters move.
    ///   - nextBatch: nothing has changed where it throws.
    func step(
        rounds: Int, of players: [Phase.Player], _ nextBatch: () throws(TrainingError) -> TrainingBatch
    ) throws(TrainingError) -> StepReport {
        let batches = try onAllRanks { () throws(TrainingError) in
            try (0..<rounds).map { _ throws(TrainingError) in try nextBatch() }
        }
        grow()
        return try step(batches.map { model.material(of: $0, latents: &progress.latents) }, of: players)
    }

    /// Trains on one batch of real images in all of the step's rounds.
    ///
    /// - Shapes: `[n, height, width, channels]` in [-1, 1].
    /// - Throws: `TrainingError` if a loss is no number any more.
    public func step(_ reals: Tensor, labels: [Int]? = nil) throws(TrainingError) -> StepReport {
        try step { TrainingBatch(reals: reals, labels: labels) }
    }

    /// - Parameters:
    ///   - materials: one for each of the discriminator's steps.
    ///   - players: whose parameters move.
    func step(
        _ materials: [StepMaterial], of players: [Phase.Player] = Phase.Player.allCases
    ) throws(TrainingError) -> StepReport {
        setLearningRates()
        let (report, next) = try Shards.sharing(max(configuration.recipe.shards, Ranks.count)) {
            () throws(TrainingError) in
            var next = progress
            return (try shard(of: materials, players, &next), next)
        }
        progress = next
        return report
    }

    /// A step of one shard of each batch, which does as all others do.
    private func shard(
        of materials: [StepMaterial], _ players: [Phase.Player], _ progress: inout TrainingProgress
    ) throws(TrainingError) -> StepReport {
        let average = nextAverage
        var contexts: [StepContext] = []
        for (index, material) in materials.enumerated() {
            let isLast = index == materials.count - 1
            let context = StepContext(
                material.ownShard, configuration.recipe,
                trainsGenerator: isLast && players.contains(.generator),
                progress: progress)
            let due = phases.filter {
                players.contains($0.player) && $0.isDue(step: progress.step)
                    && (isLast || $0.player == .discriminator)
            }
            // Of a step's phases of the generator the average follows the last one.
            let last = due.lastIndex { $0.player == .generator }
            for (place, phase) in due.enumerated() {
                guard let optimizer = optimizers[phase.player] else { continue }
                try phase.run(
                    context, optimizer, step: progress.step + 1, average: place == last ? average : nil,
                    frozen: frozen)
                if place == last { context.generatorHasLearned() }
            }
            (progress.dropout, progress.noise) = (context.dropout, context.noise)
            progress.transforms = context.transforms
            for margins in context.margins {
                progress.augmentation?.observe(margins: margins.gatheredOverShards())
            }
            if progress.pathLength != nil { progress.pathLength = context.pathLength }
            contexts.append(context)
        }
        if players.contains(.generator) { progress.step += 1 }
        progress.imagesSeen += materials.map { $0.reals.shape[0] }.reduce(0, +)
        return report(contexts, progress)
    }

    private var nextAverage: AverageStep? {
        configuration.recipe.movingAverage?.step(
            averagedParameters, imagesInStep: batchSize,
            imagesSeen: progress.imagesSeen / configuration.recipe.discriminatorSteps + batchSize)
    }

    /// Brings networks that grow to their stage. With a new resolution both optimizers begin anew: what they
    /// remember is of other gradients.
    private func grow() {
        guard let growing = model as? any GrowingModel else { return }
        if growing.grow(progress) { for optimizer in optimizers.values { optimizer.reset() } }
    }

    private func setLearningRates() {
        let (recipe, annealing) = (configuration.recipe, configuration.recipe.annealing)
        guard learningRateDecay != nil || annealing != nil else { return }
        let factor =
            (learningRateDecay?.factor(after: progress.step) ?? 1)
            * (annealing.map { $0.value(from: 1, to: $0.learningRateFactor, after: progress.imagesSeen) } ?? 1)
        for (player, settings) in [
            (Phase.Player.generator, recipe.effectiveGeneratorOptimizer),
            (.discriminator, recipe.effectiveDiscriminatorOptimizer),
        ] {
            guard let optimizer = optimizers[player] else { continue }
            optimizer.learningRate = factor * settings.learningRate
            annealing?.setBeta2(of: optimizer, settings, after: progress.imagesSeen)
        }
    }

    private func report(_ contexts: [StepContext], _ progress: TrainingProgress) -> StepReport {
        func mean(_ value: (StepContext) -> Double) -> Double {
            Shards.mean(contexts.map(value).reduce(0, +) / Double(contexts.count))
        }
        var parts = contexts.last?.parts ?? [:]
        for name in parts.keys.sorted() { parts[name] = parts[name].map(Shards.mean) }
        return StepReport(
            step: progress.step, imagesSeen: progress.imagesSeen,
            discriminatorLoss: mean { $0.losses[.discriminator] ?? 0 },
            generatorLoss: Shards.mean(contexts.last?.losses[.generator] ?? 0), penalty: mean(\.penalty),
            realScore: mean(\.realScore.value), fakeScore: mean(\.fakeScore.value),
            parts: parts)
    }

    /// Runs `body` while the generators have their averaged weights, if there are any.
    private func withAverages<Result>(_ body: () throws -> Result) rethrows -> Result {
        func exchanged(_ rest: ArraySlice<NetworkCopy>) throws -> Result {
            guard let first = rest.first else { return try body() }
            return try first.withExchanged { try exchanged(rest.dropFirst()) }
        }
        return try exchanged(averages.map(\.copy)[...])
    }

    /// Runs `body` while the generators have the weights that images are made with, statistics included.
    ///
    /// The same weights give the same statistics, so that nothing but the weights decides what samples look like.
    public func withSamplingWeights<Result>(_ body: () throws -> Result) rethrows -> Result {
        for (_, copy) in averages { copy.copyBuffers() }
        return try withAverages {
            if !averages.isEmpty { model.refreshStatistics(seed: configuration.seed) }
            return try body()
        }
    }

    /// Throws if a weight is no number any more: a step's loss, which is checked, is taken before the step
    /// changes the weights.
    func checkWeights() throws(TrainingError) {
        for network in model.networks where !network.network.isFinite {
            throw .spoiled(step: progress.step, network: network.name)
        }
    }
}
