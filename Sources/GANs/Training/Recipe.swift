import Networks

/// How a model is trained: losses, regularizers, optimizers, and all else that does not change the networks'
/// layers.
public struct Recipe: Codable, Hashable, Sendable {
    /// The adversarial loss, which discriminator and generator minimize.
    public var adversarialLoss: AdversarialLoss
    /// The factors of that loss.
    public var lossWeights: LossWeights
    /// Regularizers of the discriminator.
    public var regularizers: [Regularizer] = []
    /// Steps from one application of the lazy regularizers, R1 and R2, to the next, where they weigh as many
    /// times more.
    public var regularizationInterval = 1
    /// Path-length regularization of a style-based generator; nil for none.
    public var pathLength: PathLengthRegularization?
    /// Of the generators.
    public var generatorOptimizer: OptimizerConfiguration
    /// Of the discriminators.
    public var discriminatorOptimizer: OptimizerConfiguration
    /// When both learning rates fall; nil if they never do.
    public var learningRateDecay: LearningRateDecay?
    /// How rates and penalties change in the first part of the training; nil if they do not.
    public var annealing: Annealing?
    /// Steps of the discriminator for each step of the generator.
    public var criticSteps = 1
    /// Scales how fast the discriminator learns: see `discriminatorSteps`.
    public var discriminatorStrength = 1.0
    /// One-sided label smoothing: subtracted from the target for real images, 1.
    ///
    /// - Source: one-sided label smoothing, Salimans et al. 2016, "Improved techniques for training GANs",
    ///   section 3.4.
    public var labelSmoothing = 0.0
    /// Margin jitter of the hinge loss: the margin of each of the discriminator's outputs is drawn from 1 minus so much
    /// to 1. Other losses have no margin.
    ///
    /// - Source: the program of Liu et al. 2021, "Towards faster and stabilized GAN training for high-fidelity
    ///   few-shot image synthesis".
    public var marginJitter = 0.0
    /// The standard deviation of the noise that is added to all images that the discriminator sees.
    ///
    /// - Source: Sønderby et al. 2017, "Amortised MAP inference for image super-resolution", section 4.
    public var instanceNoise = 0.0
    /// How all images are augmented before the discriminator sees them.
    public var augmentation = Augmentation.none
    /// Images in a step.
    public var batchSize: Int
    /// Equal parts of a batch that are computed apart, a power of two: trainings on any number of processes up to it are
    /// the same, to the bit.
    public var shards = 1
    /// Layers of each discriminator, from the image on, that keep the weights that the training begins with. A layer is
    /// what holds weights, in the order of a checkpoint.
    ///
    /// - Source: Mo et al. 2020, "Freeze the discriminator: a simple baseline for fine-tuning GANs", section 3.
    public var frozenDiscriminatorLayers = 0
    /// Whether a style-based generator's mapping network keeps the weights that the training begins with.
    public var freezesMapping = false
    /// The moving average of the generators, which images are made with; nil for the trained weights.
    public var movingAverage: MovingAverage?

    /// - Parameter lossWeights: nil for those that the loss was published with.
    public init(
        _ adversarialLoss: AdversarialLoss = .nonSaturating, lossWeights: LossWeights? = nil,
        generatorOptimizer: OptimizerConfiguration, discriminatorOptimizer: OptimizerConfiguration? = nil,
        batchSize: Int, movingAverage: MovingAverage? = nil
    ) {
        self.adversarialLoss = adversarialLoss
        self.lossWeights = lossWeights ?? .published(for: adversarialLoss)
        self.generatorOptimizer = generatorOptimizer
        self.discriminatorOptimizer = discriminatorOptimizer ?? generatorOptimizer
        (self.batchSize, self.movingAverage) = (batchSize, movingAverage)
    }

    private enum CodingKeys: String, CodingKey {
        case adversarialLoss, lossWeights, regularizers, regularizationInterval, pathLength
        case generatorOptimizer, discriminatorOptimizer, learningRateDecay, annealing, criticSteps
        case discriminatorStrength
        case labelSmoothing, marginJitter, instanceNoise, augmentation, batchSize, shards, movingAverage
        case frozenDiscriminatorLayers, freezesMapping
    }

    /// Reads a recipe; settings that earlier versions lacked have their defaults.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        adversarialLoss = try values.decode(AdversarialLoss.self, forKey: .adversarialLoss)
        lossWeights = try values.decode(.lossWeights, default: .published(for: adversarialLoss))
        regularizers = try values.decode(.regularizers, default: [])
        regularizationInterval = try values.decode(.regularizationInterval, default: 1)
        pathLength = try values.decodeIfPresent(PathLengthRegularization.self, forKey: .pathLength)
        generatorOptimizer = try values.decode(OptimizerConfiguration.self, forKey: .generatorOptimizer)
        discriminatorOptimizer = try values.decode(
            OptimizerConfiguration.self, forKey: .discriminatorOptimizer)
        learningRateDecay = try values.decodeIfPresent(LearningRateDecay.self, forKey: .learningRateDecay)
        annealing = try values.decodeIfPresent(Annealing.self, forKey: .annealing)
        criticSteps = try values.decode(.criticSteps, default: 1)
        discriminatorStrength = try values.decode(.discriminatorStrength, default: 1)
        labelSmoothing = try values.decode(.labelSmoothing, default: 0)
        marginJitter = try values.decode(.marginJitter, default: 0)
        instanceNoise = try values.decode(.instanceNoise, default: 0)
        augmentation = try values.decode(.augmentation, default: .none)
        batchSize = try values.decode(Int.self, forKey: .batchSize)
        shards = try values.decode(.shards, default: 1)
        frozenDiscriminatorLayers = try values.decode(.frozenDiscriminatorLayers, default: 0)
        freezesMapping = try values.decode(.freezesMapping, default: false)
        movingAverage = try values.decodeIfPresent(MovingAverage.self, forKey: .movingAverage)
    }
}

extension Recipe {
    /// Steps that the discriminator takes for each step of the generator: the critic steps times the
    /// discriminator's strength, at least one. What whole steps leave of the strength scales its learning rate.
    public var discriminatorSteps: Int {
        max(1, Int((Double(criticSteps) * discriminatorStrength).rounded()))
    }

    /// Training images that are shown in a step of the generator.
    public var imagesInStep: Int { batchSize * discriminatorSteps }

    /// The discriminator's loss at the equilibrium.
    public var equilibriumLoss: Double { adversarialLoss.equilibriumLoss * lossWeights.discriminator }

    /// The same at the pace of a training's length: adaptive augmentation as `Augmentation.paced` says, annealing over
    /// the first fifth, about as the published one is of the published trainings.
    ///
    /// - Parameter planned: training images that the discriminator will be shown; nil where that is not known.
    public func paced(forImages planned: Double?) -> Recipe {
        var recipe = self
        recipe.augmentation = augmentation.paced(forImages: planned)
        // Of an hour's training on a small machine, where only the time is known.
        recipe.annealing?.images = Int(min(max(1, (planned ?? 250_000) / 5), 1e12))
        return recipe
    }

    /// Sets the learning rate of both optimizers.
    public mutating func setLearningRates(_ rate: Double) {
        (generatorOptimizer.learningRate, discriminatorOptimizer.learningRate) = (rate, rate)
    }

    /// The generator's optimizer, adjusted to the steps that path-length regularization takes besides the loss's
    /// own; see the discriminator's.
    var effectiveGeneratorOptimizer: OptimizerConfiguration {
        guard let interval = pathLength?.interval, interval > 1 else { return generatorOptimizer }
        return generatorOptimizer.forLazyRegularization(
            stepShare: Double(interval) / Double(interval + 1))
    }

    /// The discriminator's optimizer, with its strength, adjusted to the steps that lazy regularizers take
    /// besides the loss's own.
    ///
    /// - Source: Karras et al. 2020 (arXiv:1912.04958), appendix B:
    ///   with `c = k / (k + 1)`, the rate becomes `c rate` and the betas `beta^c`.
    var effectiveDiscriminatorOptimizer: OptimizerConfiguration {
        let interval = Double(regularizationInterval)
        let isLazy = interval > 1 && regularizers.contains(where: \.isLazy)
        var optimizer = discriminatorOptimizer
        if discriminatorStrength != 1 {
            optimizer.learningRate *=
                discriminatorStrength * Double(criticSteps) / Double(discriminatorSteps)
        }
        return isLazy ? optimizer.forLazyRegularization(stepShare: interval / (interval + 1)) : optimizer
    }

    /// Throws if no training can follow this recipe.
    func validate() throws(ConfigurationError) {
        try ConfigurationError.check("batchSize", batchSize, in: 1...4096)
        try ConfigurationError.check("shards", shards, in: 1...1024)
        guard shards & (shards - 1) == 0 else {
            throw ConfigurationError("shards", shards, "it must be a power of two")
        }
        for optimizer in [generatorOptimizer, discriminatorOptimizer] { try optimizer.validate() }
        for regularizer in regularizers { try regularizer.validate() }
        for weight in [lossWeights.discriminator, lossWeights.generator] {
            try ConfigurationError.check("lossWeights", weight, in: 0...1e6)
        }
        try ConfigurationError.check("regularizationInterval", regularizationInterval, in: 1...1000)
        try pathLength?.validate()
        try learningRateDecay?.validate()
        try annealing?.validate()
        try ConfigurationError.check("criticSteps", criticSteps, in: 1...100)
        try ConfigurationError.check("discriminatorStrength", discriminatorStrength, in: 0.01...100)
        try ConfigurationError.check("labelSmoothing", labelSmoothing, in: 0...0.5)
        try ConfigurationError.check("marginJitter", marginJitter, in: 0...1)
        try ConfigurationError.check("instanceNoise", instanceNoise, in: 0...10)
        try augmentation.validate()
        try ConfigurationError.check("frozenDiscriminatorLayers", frozenDiscriminatorLayers, in: 0...1000)
        if let movingAverage {
            try ConfigurationError.check("halfLife", movingAverage.halfLifeInImages, in: 0...1e12)
        }
        if labelSmoothing > 0 && !adversarialLoss.hasTargets {
            throw ConfigurationError(
                "labelSmoothing", labelSmoothing,
                "it lowers a target, and the adversarial loss \(adversarialLoss.rawValue) has none")
        }
        if case .adaptive = augmentation, adversarialLoss == .wasserstein {
            throw ConfigurationError(
                "augmentation", "adaptive",
                """
                it follows how many real images have an output above 0, and a Wasserstein critic's has no \
                such border; choose differentiable or none
                """)
        }
    }
}

extension OptimizerConfiguration {
    func validate() throws(ConfigurationError) {
        try ConfigurationError.check("learningRate", learningRate, in: 1e-12...10)
        switch self {
        case .adam(_, let beta1, let beta2, let epsilon):
            try ConfigurationError.check("beta1", beta1, in: 0...0.9999)
            try ConfigurationError.check("beta2", beta2, in: 0...0.999999)
            try ConfigurationError.check("epsilon", epsilon, in: 0...1)
        case .rmsProp(_, let decay, let epsilon):
            try ConfigurationError.check("decay", decay, in: 0...0.999999)
            try ConfigurationError.check("epsilon", epsilon, in: 0...1)
        case .sgd(_, let momentum): try ConfigurationError.check("momentum", momentum, in: 0...0.9999)
        }
    }
}
