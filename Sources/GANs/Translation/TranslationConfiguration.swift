import Images
import Networks

/// Everything that the course of a training to translate pictures depends on besides the pictures.
public struct TranslationConfiguration: TrainingSettings {
    public var architecture: TranslationArchitecture
    /// Non-saturating or least-squares.
    public var objective: Objective
    public var generatorOptimizer: OptimizerConfiguration
    public var discriminatorOptimizer: OptimizerConfiguration
    /// When both learning rates fall; nil if they never do.
    public var learningRateDecay: LearningRateDecay?
    /// Pictures in a step.
    public var batchSize: Int
    /// Which of a pair's pictures is made from the other one; without pairs both are.
    public var direction: TranslationDirection
    /// Width and height that pictures are brought to before a part of the networks' size is cut out at random,
    /// the same of both pictures of a pair.
    public var cropFrom: Int
    /// How pictures that are not square become so.
    public var fit: FitMode
    /// Whether pictures are mirrored at random, both of a pair alike.
    public var flip: Bool
    /// Pairs kept from training, to measure it by.
    public var heldOut: Int
    /// The same seed gives the same networks, to the bit.
    public var seed: UInt64

    /// Objective, Adam's settings, batch and cropping as published: Isola et al. 2017, appendix 6.2; Zhu et al.
    /// 2017, section 4 and appendix 7.1; of super-resolution as `SuperResolution` says.
    public init(
        architecture: TranslationArchitecture, direction: TranslationDirection = .a2b, fit: FitMode = .crop,
        flip: Bool = true, heldOut: Int = 0, seed: UInt64 = 0
    ) {
        self.architecture = architecture
        objective = if case .pix2pix = architecture { .nonSaturating } else { .leastSquares }
        let adam: OptimizerConfiguration
        if case .superResolution(let family) = architecture {
            adam = family.publishedOptimizer
            (batchSize, cropFrom) = (16, family.size)
        } else {
            adam = .adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8)
            (batchSize, cropFrom) = (
                1, TranslationConfiguration.publishedCrop(size: architecture.family.size)
            )
        }
        (generatorOptimizer, discriminatorOptimizer) = (adam, adam)
        self.direction = direction
        (self.fit, self.flip, self.heldOut, self.seed) = (fit, flip, heldOut, seed)
    }

    /// As 286 is to 256.
    public static func publishedCrop(size: Int) -> Int { (size * 286 + 128) / 256 }

    public func validate() throws(ConfigurationError) {
        let family = architecture.family
        try family.validate()
        guard [.nonSaturating, .leastSquares].contains(objective) else {
            throw ConfigurationError(
                "objective is \(objective.rawValue); \(architecture.name) plays for "
                    + "\(Objective.nonSaturating.rawValue) or \(Objective.leastSquares.rawValue)")
        }
        for optimizer in [generatorOptimizer, discriminatorOptimizer] { try optimizer.check() }
        try learningRateDecay?.validate()
        try ConfigurationError.check("batch", batchSize, in: 1...256)
        let isSuperResolution = if case .superResolution = architecture { true } else { false }
        try ConfigurationError.check(
            "crop-from", cropFrom,
            in: family.size...(isSuperResolution ? SuperResolution.maximumSide : 2 * family.size))
        try ConfigurationError.check("held-out", heldOut, in: 0...1_000_000)
    }

    /// The game in words, a line for each part.
    public var gameDescription: [String] {
        func game(_ family: some PatchJudgedFamily) -> [String] {
            let field = PatchGANDiscriminator.receptiveField(layers: family.patchLayers)
            return [
                "objective \(objective.rawValue)",
                "discriminator judges patches of \(field)x\(field) pixels",
            ]
        }
        var lines: [String]
        switch architecture {
        case .pix2pix(let family):
            lines = game(family)
            lines.append("\(family.differenceWeight) times the mean absolute difference from the target")
        case .cycleGAN(let family):
            lines = game(family)
            lines.append(
                "\(family.cycleWeight) times the difference after both ways, "
                    + "\(family.identityWeight) of that for pictures of the right kind already")
        case .superResolution(let family):
            lines = ["mean absolute difference from the pictures in full"]
            if let game = family.game {
                lines.append(
                    "\(game.featureWeight) times the difference of the discriminator's features, "
                        + "\(game.adversarialWeight) times the game, objective \(objective.rawValue)")
            }
        }
        lines.append(
            generatorOptimizer == discriminatorOptimizer
                ? "all learn by \(generatorOptimizer.description)"
                : "generators learn by \(generatorOptimizer.description), discriminators by "
                    + discriminatorOptimizer.description)
        if let decay = learningRateDecay {
            lines.append("learning rates fall to nothing from step \(decay.from) to \(decay.to)")
        }
        lines.append(
            (cropFrom > architecture.family.size
                ? "random parts of pictures at \(cropFrom)x\(cropFrom)" : "whole pictures")
                + (flip ? ", mirrored at random" : ""))
        return lines
    }
}
