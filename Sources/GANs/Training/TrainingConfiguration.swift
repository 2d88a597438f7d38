import Foundation
import Images
import Networks

/// Everything that the course of a training depends on besides the images.
public struct TrainingConfiguration: TrainingSettings {
    public var architecture: Architecture
    public var objective: Objective
    public var regularizers: [Regularizer]
    /// Steps from one application of the lazy regularizers to the next, where they are so much stronger.
    public var regularizationInterval: Int
    /// What keeps a style-based generator smooth; nil for nothing.
    public var pathLength: PathLengthRegularization?
    public var generatorOptimizer: OptimizerConfiguration
    public var discriminatorOptimizer: OptimizerConfiguration
    /// When both learning rates fall; nil if they never do.
    public var learningRateDecay: LearningRateDecay?
    /// Steps of the discriminator for each of the generator.
    public var criticSteps: Int
    /// Scales how fast the discriminator learns: see `discriminatorSteps`.
    public var discriminatorStrength: Double
    /// What is taken from the target for reals, 1.
    ///
    /// - Source: Salimans et al. 2016, "Improved techniques for training GANs", section 3.4.
    public var labelSmoothing: Double
    /// The standard deviation of the noise added to all that the discriminator sees.
    ///
    /// - Source: Sønderby et al. 2017, "Amortised MAP inference for image super-resolution", section 4.
    public var instanceNoise: Double
    /// What happens to all images before the discriminator sees them.
    public var augmentation: Augmentation
    /// Images kept from training, to measure it by.
    public var heldOut: Int
    /// Images in a step.
    public var batchSize: Int
    public var movingAverage: MovingAverage
    /// How images that are not square become so.
    public var fit: FitMode
    /// Whether images are mirrored at random.
    public var flip: Bool
    /// The same seed gives the same networks, to the bit.
    public var seed: UInt64

    /// Adam's rate and first beta as in PyTorch's DCGAN example and Radford et al. 2015, section 4.
    public init(
        architecture: Architecture, learningRate: Double = 2e-4, beta1: Double = 0.5, batchSize: Int = 64,
        movingAverage: MovingAverage = MovingAverage(), fit: FitMode = .crop, flip: Bool = false,
        seed: UInt64 = 0
    ) {
        self.architecture = architecture
        (objective, regularizers, regularizationInterval) = (.nonSaturating, [], 1)
        let adam = OptimizerConfiguration.adam(
            learningRate: learningRate, beta1: beta1, beta2: 0.999, epsilon: 1e-8)
        (generatorOptimizer, discriminatorOptimizer) = (adam, adam)
        (criticSteps, discriminatorStrength) = (1, 1)
        (labelSmoothing, instanceNoise) = (0, 0)
        (augmentation, heldOut) = (.none, 0)
        self.batchSize = batchSize
        self.movingAverage = movingAverage
        self.fit = fit
        self.flip = flip
        self.seed = seed
    }

    /// What older files do not name has the value that was in force then.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        architecture = try container.decode(Architecture.self, forKey: .architecture)
        objective = try container.decode(Objective.self, forKey: .objective)
        regularizers = try container.decode(.regularizers, default: [])
        regularizationInterval = try container.decode(.regularizationInterval, default: 1)
        pathLength = try container.decodeIfPresent(PathLengthRegularization.self, forKey: .pathLength)
        generatorOptimizer = try container.decode(OptimizerConfiguration.self, forKey: .generatorOptimizer)
        discriminatorOptimizer = try container.decode(
            OptimizerConfiguration.self, forKey: .discriminatorOptimizer)
        learningRateDecay = try container.decodeIfPresent(
            LearningRateDecay.self, forKey: .learningRateDecay)
        criticSteps = try container.decode(.criticSteps, default: 1)
        discriminatorStrength = try container.decode(.discriminatorStrength, default: 1)
        labelSmoothing = try container.decode(.labelSmoothing, default: 0)
        instanceNoise = try container.decode(.instanceNoise, default: 0)
        augmentation = try container.decode(.augmentation, default: .none)
        heldOut = try container.decode(.heldOut, default: 0)
        batchSize = try container.decode(Int.self, forKey: .batchSize)
        movingAverage = try container.decode(MovingAverage.self, forKey: .movingAverage)
        fit = try container.decode(FitMode.self, forKey: .fit)
        flip = try container.decode(Bool.self, forKey: .flip)
        seed = try container.decode(UInt64.self, forKey: .seed)
    }

    /// Steps that the discriminator takes for each of the generator: the critic steps times the
    /// discriminator's strength, at least one. What whole steps leave of the strength scales its rate.
    public var discriminatorSteps: Int {
        max(1, Int((Double(criticSteps) * discriminatorStrength).rounded()))
    }

    /// The generator's optimizer, told of the steps that its lazy regularizer takes; see the discriminator's.
    var effectiveGeneratorOptimizer: OptimizerConfiguration {
        guard let interval = pathLength?.interval, interval > 1 else { return generatorOptimizer }
        return generatorOptimizer.forLazyRegularization(stepShare: Double(interval) / Double(interval + 1))
    }

    /// The discriminator's optimizer, with its strength, and told of the steps that lazy regularizers take
    /// besides the loss's own.
    ///
    /// - Source: Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN", appendix B:
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
}

extension TrainingConfiguration {
    /// Throws if no training can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try architecture.family.validate()
        try ConfigurationError.check("batch", batchSize, in: 1...4096)
        for optimizer in [generatorOptimizer, discriminatorOptimizer] { try optimizer.check() }
        for regularizer in regularizers { try regularizer.validate() }
        try ConfigurationError.check("regularization-interval", regularizationInterval, in: 1...1000)
        try pathLength?.validate()
        try learningRateDecay?.validate()
        try ConfigurationError.check("critic-steps", criticSteps, in: 1...100)
        try ConfigurationError.check("discriminator-strength", discriminatorStrength, in: 0.01...100)
        try ConfigurationError.check("label-smoothing", labelSmoothing, in: 0...0.5)
        try ConfigurationError.check("instance-noise", instanceNoise, in: 0...10)
        try augmentation.validate()
        try ConfigurationError.check("held-out", heldOut, in: 0...1_000_000)
        try ConfigurationError.check("half-life", movingAverage.halfLifeInImages, in: 0...1e12)
        try checkPartners()
    }

    /// Throws where two settings cannot go together.
    private func checkPartners() throws(ConfigurationError) {
        let (options, conditioning) = (
            architecture.family.discriminator, architecture.family.conditioning
        )
        func check(_ isFine: Bool, _ message: String) throws(ConfigurationError) {
            if !isFine { throw ConfigurationError(message) }
        }
        try check(
            options.normalization != .batch || !regularizers.contains(where: \.isPenalty),
            """
            normalization is batch, which mixes the images of a batch, so that no single one has the \
            gradient that a penalty is on; choose layer or none
            """)
        try check(
            labelSmoothing == 0 || objective.hasTargets,
            "label-smoothing lowers a target, and the objective \(objective.rawValue) has none")
        try check(
            batchSize % options.pack == 0,
            "batch is \(batchSize); it must be a multiple of pack, \(options.pack)")
        if pathLength != nil {
            try check(
                architecture.isOfStyles,
                "path-length is for style-based models; choose the model stylegan or stylegan2")
        }
        if case .points = architecture {
            try check(augmentation == .none, "augment is for images, and points are none")
        }
        if case .adaptive = augmentation {
            try check(
                objective != .wasserstein,
                "augment is adaptive, by how many reals score above 0, which a Wasserstein critic's scores do "
                    + "not tell; choose differentiable or none")
        }
        try check(
            options.pack == 1 || conditioning == nil,
            "pack puts images of different classes together; it cannot be used with conditional networks")
    }
}

extension OptimizerConfiguration {
    func check() throws(ConfigurationError) {
        try ConfigurationError.check("lr", learningRate, in: 1e-12...10)
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
