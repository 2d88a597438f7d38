import Networks

/// A training that is steered while it goes on.
extension Trainer {
    /// Trains a step on the next batches of a source, which is drawn from where the training stands.
    ///
    /// - Throws: `TrainingError` if a loss is no number any more, or if an image cannot be read any more; then nothing
    ///   has changed.
    package func step(from source: any BatchSource) throws(TrainingError) -> StepReport {
        try step(rounds: configuration.recipe.discriminatorSteps, of: Phase.Player.allCases, from: source)
    }

    /// Trains a step of one network alone, on one batch; the other network stays as it is. Only steps of the generator
    /// are counted.
    ///
    /// - Throws: `TrainingError` if a loss is no number any more, or if an image cannot be read any more; then nothing
    ///   has changed.
    package func step(
        of player: Phase.Player, from source: any BatchSource
    ) throws(TrainingError) -> StepReport {
        try step(rounds: 1, of: [player], from: source)
    }

    private func step(
        rounds: Int, of players: [Phase.Player], from source: any BatchSource
    ) throws(TrainingError) -> StepReport {
        let count = batchSize
        var position = progress.imagesSeen
        return try step(rounds: rounds, of: players) { () throws(TrainingError) in
            defer { position += count }
            return try source.batch(at: position, count: count, drawing: &progress.data)
        }
    }

    /// Goes on by another recipe, which has a moving average if the present one has.
    ///
    /// Optimizers keep what they remember where their learning rates alone change, and begin anew otherwise, as they do
    /// where other parameters shall stay as they are.
    ///
    /// - Throws: `ConfigurationError` if no training can follow it; then nothing has changed.
    package func change(to recipe: Recipe) throws(ConfigurationError) {
        var changed = configuration
        changed.recipe = recipe
        try changed.validate()
        guard (recipe.movingAverage == nil) == averages.isEmpty else {
            throw ConfigurationError("a training begins with a moving average, or goes on without")
        }
        frozen = try FrozenParameters(of: model, recipe)
        let old = configuration.recipe
        configuration = changed
        // By what they remember, optimizers would move what shall not learn any more.
        let isFrozenAnew =
            (old.frozenDiscriminatorLayers, old.freezesMapping)
            != (recipe.frozenDiscriminatorLayers, recipe.freezesMapping)
        change(
            .generator, from: old.effectiveGeneratorOptimizer, to: recipe.effectiveGeneratorOptimizer,
            anew: isFrozenAnew)
        change(
            .discriminator, from: old.effectiveDiscriminatorOptimizer,
            to: recipe.effectiveDiscriminatorOptimizer, anew: isFrozenAnew)
        if recipe.augmentation != old.augmentation {
            progress.augmentation = recipe.augmentation.makeProbability()
        }
        progress.pathLength = recipe.pathLength.map { _ in progress.pathLength ?? 0 }
        phases = model.phases(recipe)
    }

    /// Goes on by other settings, which the training's progress records with the step; the networks and the seed stay.
    ///
    /// - Parameters:
    ///   - changed: what it goes on by. Optimizers begin anew where more than their learning rates changes.
    ///   - data: of another set of training images, its name before and after.
    /// - Returns: what is recorded; nil where everything stays.
    /// - Throws: `ConfigurationError` if no training can follow it; then nothing has changed.
    @discardableResult
    public func change(
        to changed: TrainingConfiguration, data: TrainingChange.Setting? = nil
    ) throws(ConfigurationError) -> TrainingChange? {
        let settings = changed.changes(from: configuration)
        if let fixed = settings.first(where: { $0.path.hasPrefix("configuration.") || $0.path == "seed" }) {
            throw ConfigurationError(
                fixed.name, fixed.after,
                "the training was begun with \(fixed.before), and neither networks nor seed can change on the way"
            )
        }
        try changed.data.validate(for: changed.model)
        try change(to: changed.recipe)
        configuration.data = changed.data
        let change = TrainingChange(step: progress.step, settings: (data.map { [$0] } ?? []) + settings)
        if change.settings.isEmpty { return nil }
        progress.changes.append(change)
        return change
    }

    private func change(
        _ player: Phase.Player, from old: OptimizerConfiguration, to new: OptimizerConfiguration,
        anew isAnew: Bool
    ) {
        guard let optimizer = optimizers[player] else { return }
        var sameBut = old
        sameBut.learningRate = new.learningRate
        if sameBut == new && !isAnew {
            optimizer.learningRate = new.learningRate
        } else {
            optimizers[player] = new.makeOptimizer(for: optimizer.parameters)
        }
    }

    /// A training that goes on from where another one stands, by other settings of the discriminator or the recipe.
    ///
    /// Networks whose parameters have the same shapes go on as they are, others and all optimizers begin anew.
    ///
    /// - Throws: `ConfigurationError` if no training can be made from the settings.
    package convenience init(
        _ configuration: TrainingConfiguration, goingOnFrom other: Trainer
    ) throws(ConfigurationError) {
        try self.init(configuration)
        for (own, others) in zip(model.networks, other.model.networks)
        where own.network.parameters.map(\.shape) == others.network.parameters.map(\.shape) {
            own.network.copyParameters(from: others.network)
        }
        for (own, others) in zip(averages, other.averages) {
            for (target, source) in zip(own.copy.parameters, others.copy.parameters)
            where target.shape == source.shape {
                target.value.interpolate(toward: source.value, weight: 1)
            }
        }
        progress = other.progress
    }
}
