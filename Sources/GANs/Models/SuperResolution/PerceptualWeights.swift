/// What is weighed in the loss of a generator that enlarges.
public struct PerceptualWeights: Codable, Hashable, Sendable {
    /// Of the adversarial loss, beside 1 of the L1 loss: Ledig et al. 2017, equation 3.
    public var adversarialWeight: Double
    /// Of the mean absolute difference of features. Of the discriminator's ten times the adversarial loss's as in Wang
    /// et al. 2018, "High-resolution image synthesis and semantic manipulation with conditional GANs", section 3.2.
    public var featureWeight: Double
    /// Whose features are compared, of images gray or in color; nil for the discriminator's.
    public private(set) var classifier: VGG19Weights?

    /// Of the L1 loss; beside a classifier's features as in Wang et al. 2018, "ESRGAN", section 4.1.
    public var l1Weight: Double { classifier == nil ? 1 : 0.01 }

    /// The published weights, unless said otherwise.
    public init(adversarialWeight: Double = 1e-3, featureWeight: Double = 1e-2) {
        (self.adversarialWeight, self.featureWeight) = (adversarialWeight, featureWeight)
    }

    /// Beside a classifier's features, as in Wang et al. 2018, "ESRGAN", section 4.1.
    public init(classifier: VGG19Weights) {
        self.init(adversarialWeight: 5e-3, featureWeight: 1)
        self.classifier = classifier
    }

    /// Reads the same weights of the classifier, if there is one, from where they lie now.
    public mutating func moveClassifier(to path: String) { classifier?.path = path }
}

/// A configuration of a model that enlarges with an adversarial and a perceptual loss.
public protocol PerceptualSuperResolution: SuperResolutionConfiguration, DiscriminatorConfigurable {
    /// The model with the same generator that learns by differences alone, whose runs the training can begin with.
    associatedtype Content: SuperResolutionConfiguration

    /// What the L1 loss is multiplied by besides its weight: one half of a model that was published for pixels in
    /// [0, 1], whose differences are half of those in [-1, 1].
    static var l1Scale: Double { get }
    /// Whether a step begins with the generator.
    static var generatorLearnsFirst: Bool { get }
    /// The weights of the parts of the loss.
    var weights: PerceptualWeights { get set }
}

extension PerceptualSuperResolution {
    /// Of pixels in [-1, 1].
    public static var l1Scale: Double { 1 }
    /// The discriminator learns first.
    public static var generatorLearnsFirst: Bool { false }

    /// The generator's settings, also of the model that learns by differences alone.
    public mutating func adopt(_ trained: any ModelConfiguration) {
        guard trained is Self || trained is Content,
            let trained = trained as? any SuperResolutionConfiguration
        else { return }
        (size, channels) = (trained.size, trained.channels)
        (scale, width, blocks) = (trained.scale, trained.width, trained.blocks)
    }

    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] {
        let owner = weights.classifier.map { "VGG19 (\($0.path))" } ?? "the discriminator"
        return [
            "L1 loss times \(weights.l1Weight * Self.l1Scale), difference of the features of \(owner) times "
                + "\(weights.featureWeight), adversarial loss times \(weights.adversarialWeight)"
        ]
    }

    func checkPerceptualLoss() throws(ConfigurationError) {
        try ConfigurationError.check("adversarialWeight", weights.adversarialWeight, in: 0...1e6)
        try ConfigurationError.check("featureWeight", weights.featureWeight, in: 0...1e6)
        guard weights.classifier == nil || channels != 4 else {
            throw ConfigurationError(
                "channels", channels,
                "VGG19 sees no transparency, so that beside its features it must be 1 or 3")
        }
    }
}
