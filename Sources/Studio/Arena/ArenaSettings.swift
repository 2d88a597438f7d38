import GANs
import Networks

/// All that a training in the arena depends on, as the page sends it and as its address holds it.
public struct ArenaSettings: Codable, Hashable, Sendable {
    /// Optimizers, as `gan toy --optimizer` names them.
    public enum Optimizer: String, CaseIterable, Codable, Sendable { case adam, rmsprop, sgd }

    /// A regularizer of the discriminator with its strength.
    public struct Penalty: Codable, Hashable, Sendable {
        /// Which one.
        public var kind: Regularizer.Kind
        /// Clipping's limit, or the weight of a penalty.
        public var strength: Double

        /// A regularizer with its strength.
        public init(_ kind: Regularizer.Kind, strength: Double) {
            (self.kind, self.strength) = (kind, strength)
        }
    }

    /// The name of a toy distribution, or `ArenaData.drawnName`.
    public var data = ToyDistribution.eightGaussians.rawValue
    /// Of first weights, latents and points.
    public var seed: UInt64 = 0

    /// Numbers in a latent.
    public var latentSize = 2
    /// Units of each hidden layer, in both networks.
    public var width = 128
    /// Hidden layers, in both networks.
    public var depth = 3
    /// Points in a step.
    public var batchSize = 256
    /// Points that the discriminator sees at once.
    public var pack = 1
    /// Whether the discriminator is shown how much the points of a batch differ.
    public var minibatchDeviation = false
    /// Normalization in the discriminator.
    public var normalization = DiscriminatorOptions.Normalization.none
    /// Whether the discriminator's weights are divided by their largest singular value.
    public var spectral = false

    /// What both networks minimize.
    public var objective = AdversarialLoss.nonSaturating
    /// Regularizers of the discriminator.
    public var regularizers: [Penalty] = []
    /// Steps from one application of R1 and R2 to the next.
    public var regularizationInterval = 1
    /// The optimizer of both networks.
    public var optimizer = Optimizer.adam
    /// Adam's first beta.
    public var beta1 = 0.5
    /// Adam's second beta.
    public var beta2 = 0.999
    /// The generator's learning rate.
    public var generatorRate = 2e-3
    /// The discriminator's learning rate.
    public var discriminatorRate = 2e-3
    /// Steps of the discriminator for each step of the generator.
    public var criticSteps = 1
    /// Scales how fast the discriminator learns.
    public var discriminatorStrength = 1.0
    /// The deviation of noise on all points that the discriminator sees.
    public var instanceNoise = 0.0
    /// Taken from the target for real points.
    public var labelSmoothing = 0.0

    /// The defaults of `gan toy`.
    public init() {}

    /// Reads settings; what an older address lacks has its default.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ value: inout Value, _ key: CodingKeys) throws {
            value = try values.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        try read(&data, .data)
        try read(&seed, .seed)
        try read(&latentSize, .latentSize)
        try read(&width, .width)
        try read(&depth, .depth)
        try read(&batchSize, .batchSize)
        try read(&pack, .pack)
        try read(&minibatchDeviation, .minibatchDeviation)
        try read(&normalization, .normalization)
        try read(&spectral, .spectral)
        try read(&objective, .objective)
        try read(&regularizers, .regularizers)
        try read(&regularizationInterval, .regularizationInterval)
        try read(&optimizer, .optimizer)
        try read(&beta1, .beta1)
        try read(&beta2, .beta2)
        try read(&generatorRate, .generatorRate)
        try read(&discriminatorRate, .discriminatorRate)
        try read(&criticSteps, .criticSteps)
        try read(&discriminatorStrength, .discriminatorStrength)
        try read(&instanceNoise, .instanceNoise)
        try read(&labelSmoothing, .labelSmoothing)
    }
}

extension ArenaSettings {
    /// More points in a step, or larger networks, would not move while one watches.
    private static let limits = (latentSize: 1...64, width: 1...512, depth: 1...6, batchSize: 1...2048)

    /// The training that the settings stand for.
    ///
    /// - Parameter dimensions: coordinates of a point.
    /// - Throws: `ConfigurationError` if no training can be made from them.
    public func training(dimensions: Int) throws(ConfigurationError) -> TrainingConfiguration {
        try check("latentSize", latentSize, in: ArenaSettings.limits.latentSize)
        try check("width", width, in: ArenaSettings.limits.width)
        try check("depth", depth, in: ArenaSettings.limits.depth)
        try check("batchSize", batchSize, in: ArenaSettings.limits.batchSize)
        try check("criticSteps", criticSteps, in: 1...20)
        try check("discriminatorStrength", discriminatorStrength, in: 0.05...20)
        try check("regularizers", regularizers.count, in: 0...Regularizer.Kind.allCases.count)
        guard let model = ModelRegistry.first(learningFrom: .points) else {
            throw ConfigurationError("no model learns from points")
        }
        var training = TrainingConfiguration(
            try networks(model.init(suiting: DataTraits(size: 1, channels: dimensions, count: 0))), seed: seed
        )
        training.discriminator?.normalization = normalization
        training.discriminator?.spectral = spectral
        training.discriminator?.minibatchDeviation = minibatchDeviation
        training.discriminator?.pack = pack
        change(&training.recipe, lossWeights: training.model.lossWeights(for: objective))
        try training.validate()
        return training
    }

    private func networks(
        _ model: any ModelConfiguration
    ) throws(ConfigurationError) -> any ModelConfiguration {
        guard var model = model as? any LatentModelConfiguration & WidthConfigurable & DepthConfigurable
        else {
            throw ConfigurationError("the model \(model.name) has no layers to choose")
        }
        model.latentSize = latentSize
        (model.width, model.depth) = (width, depth)
        return model
    }

    private func change(_ recipe: inout Recipe, lossWeights: LossWeights) {
        (recipe.adversarialLoss, recipe.lossWeights) = (objective, lossWeights)
        recipe.regularizers = regularizers.map { Regularizer($0.kind, strength: $0.strength) }
        recipe.regularizationInterval = regularizationInterval
        recipe.generatorOptimizer = optimizerConfiguration(rate: generatorRate)
        recipe.discriminatorOptimizer = optimizerConfiguration(rate: discriminatorRate)
        (recipe.criticSteps, recipe.discriminatorStrength) = (criticSteps, discriminatorStrength)
        (recipe.instanceNoise, recipe.labelSmoothing) = (instanceNoise, labelSmoothing)
        recipe.batchSize = batchSize
    }

    private func optimizerConfiguration(rate: Double) -> OptimizerConfiguration {
        switch optimizer {
        case .adam: .adam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: 1e-8)
        case .rmsprop: .rmsProp(learningRate: rate, decay: 0.99, epsilon: 1e-8)
        case .sgd: .sgd(learningRate: rate, momentum: 0)
        }
    }

    private func check<Value: Comparable>(
        _ setting: String, _ value: Value, in range: ClosedRange<Value>
    ) throws(ConfigurationError) {
        guard range.contains(value) else {
            throw ConfigurationError(
                setting, value, "in the arena it must lie between \(range.lowerBound) and \(range.upperBound)"
            )
        }
    }
}

extension ArenaSettings {
    /// How far a change reaches: what goes on and what begins anew.
    enum Reach { case nothing, recipe, discriminator, everything }

    func reach(from old: ArenaSettings) -> Reach {
        if self == old { return .nothing }
        func places(_ settings: ArenaSettings) -> [AnyHashable] {
            [
                settings.data, settings.seed, settings.latentSize, settings.width, settings.depth,
                settings.pack,
            ]
        }
        func layers(_ settings: ArenaSettings) -> [AnyHashable] {
            [settings.spectral, settings.minibatchDeviation, settings.normalization]
        }
        if places(self) != places(old) { return .everything }
        return layers(self) == layers(old) ? .recipe : .discriminator
    }
}

extension ArenaSettings {
    /// The settings of a published recipe, with the data, seed, networks and batch of these.
    public func published(_ preset: Preset) throws(ConfigurationError) -> ArenaSettings {
        var training = try self.training(dimensions: 2)
        preset.apply(to: &training)
        var settings = self
        settings.take(training)
        return settings
    }

    private mutating func take(_ training: TrainingConfiguration) {
        let recipe = training.recipe
        objective = recipe.adversarialLoss
        regularizers = recipe.regularizers.map { Penalty($0.kind, strength: $0.strength) }
        regularizationInterval = recipe.regularizationInterval
        (generatorRate, discriminatorRate) = (
            recipe.generatorOptimizer.learningRate, recipe.discriminatorOptimizer.learningRate
        )
        switch recipe.generatorOptimizer {
        case .adam(_, let first, let second, _): (optimizer, beta1, beta2) = (.adam, first, second)
        case .rmsProp: optimizer = .rmsprop
        case .sgd: optimizer = .sgd
        }
        criticSteps = recipe.criticSteps
        if !objective.hasTargets { labelSmoothing = 0 }
        guard let options = training.discriminator else { return }
        (normalization, spectral, pack) = (options.normalization, options.spectral, options.pack)
        minibatchDeviation = options.minibatchDeviation
    }
}
