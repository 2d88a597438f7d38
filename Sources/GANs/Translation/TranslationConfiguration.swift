import Images
import Networks

/// Everything that the course of a training to translate images depends on besides the images.
public struct TranslationConfiguration: TrainingSettings {
    public var architecture: TranslationArchitecture
    /// Non-saturating or least-squares.
    public var objective: Objective
    public var generatorOptimizer: OptimizerConfiguration
    public var discriminatorOptimizer: OptimizerConfiguration
    /// When both learning rates fall; nil if they never do.
    public var learningRateDecay: LearningRateDecay?
    /// Images in a step.
    public var batchSize: Int
    /// Which of a pair's images is made from the other one; without pairs both are.
    public var direction: TranslationDirection
    /// Width and height that images are brought to before a part of the networks' size is cut out at random,
    /// the same of both images of a pair.
    public var cropFrom: Int
    /// How images that are not square become so.
    public var fit: FitMode
    /// Whether images are mirrored at random, both of a pair alike.
    public var flip: Bool
    /// Pairs kept from training, to measure it by.
    public var heldOut: Int
    /// The same seed gives the same networks, to the bit.
    public var seed: UInt64

    /// Objective, optimizers, batch and cropping as the architecture was published with.
    public init(
        architecture: TranslationArchitecture, direction: TranslationDirection = .a2b, fit: FitMode = .crop,
        flip: Bool = true, heldOut: Int = 0, seed: UInt64 = 0
    ) {
        self.architecture = architecture
        let published = architecture.family.published
        objective = published.objective
        generatorOptimizer = published.generatorOptimizer
        discriminatorOptimizer = published.discriminatorOptimizer
        (batchSize, cropFrom) = (published.batchSize, published.cropFrom)
        self.direction = direction
        (self.fit, self.flip, self.heldOut, self.seed) = (fit, flip, heldOut, seed)
    }

    public func validate() throws(ConfigurationError) {
        let family = architecture.family
        try family.validate()
        guard family.objectives.contains(objective) else {
            throw ConfigurationError(
                "objective is \(objective.rawValue); \(architecture.name) plays for "
                    + family.objectives.map(\.rawValue).joined(separator: " or "))
        }
        if fit == .pad && family.labels != nil {
            throw ConfigurationError("fit is pad, and there is no label for added edges; crop or stretch")
        }
        for optimizer in [generatorOptimizer, discriminatorOptimizer] { try optimizer.check() }
        try learningRateDecay?.validate()
        try ConfigurationError.check("batch", batchSize, in: 1...256)
        try ConfigurationError.check("crop-from", cropFrom, in: family.size...family.largestCrop)
        try ConfigurationError.check("held-out", heldOut, in: 0...1_000_000)
    }

    /// The game in words, a line for each part.
    public var gameDescription: [String] {
        var lines = architecture.family.gameDescription(objective)
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
                ? "random parts of images at \(cropFrom)x\(cropFrom)" : "whole images")
                + (flip ? ", mirrored at random" : ""))
        return lines
    }
}
