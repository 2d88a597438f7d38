import ArgumentParser
import GANs
import Networks

/// The recipe options of models with a discriminator.
struct AdversarialRecipe<Configuration: DiscriminatorConfigurable>: RecipeOptions {
    @Option(
        help: """
            Training recipe: adversarial loss, regularizers, optimizers and discriminator as published \
            together; each part can still be chosen otherwise. (default: the model's own, \
            \(Configuration.name), or what --objective and --regularizer were published with)
            """)
    var preset: PresetChoice<Configuration>?

    @Option(
        help: """
            Adversarial loss: what discriminator and generator minimize. (default: \
            \(Configuration.defaults.recipe.adversarialLoss.rawValue))
            """)
    var objective: LossChoice<Configuration>?

    @Option(
        help: ArgumentHelp(
            """
            Regularizer, which keeps the discriminator smooth; several may be given, each with its strength, \
            such as r1=10: the limit of clip, or the weight of a penalty. (default: \
            \(Configuration.defaultRegularizers))
            """, valueName: "name[=strength]"))
    var regularizer: [RegularizerChoice] = []

    @Option(
        help: ArgumentHelp(
            """
            Lazy regularization: apply r1 and r2 only every so many steps, 1 to 1000, and as much stronger. \
            (default: \(Configuration.defaults.recipe.regularizationInterval), or the preset's)
            """, valueName: "steps"))
    var regularizationInterval: Int?

    @Option(
        help: ArgumentHelp(
            """
            Steps of the discriminator for each step of the generator, 1 to 100. (default: \
            \(Configuration.defaults.recipe.criticSteps), or the preset's)
            """, valueName: "steps"))
    var criticSteps: Int?

    @Option(
        help: ArgumentHelp(
            """
            Scales how fast the discriminator learns, 0.01 to 100: whole multiples by its steps, the rest by \
            its learning rate. (default: \(Configuration.defaults.recipe.discriminatorStrength))
            """, valueName: "factor"))
    var discriminatorStrength: Double?

    @Option(
        help: """
            Normalization in the discriminator. (default: \
            \(Configuration.defaults.discriminator.normalization.rawValue), or the preset's; none beside a \
            gradient penalty)
            """)
    var normalization: NormalizationChoice<Configuration>?

    @Option(
        help: ArgumentHelp(
            """
            One-sided label smoothing: what is taken from the target 1 for real images, 0 to 0.5, such as \
            0.1. (default: \(Configuration.defaults.recipe.labelSmoothing))
            """, valueName: "amount"))
    var labelSmoothing: Double?

    @Option(
        help: ArgumentHelp(
            """
            Standard deviation of the noise on all images that the discriminator sees, 0 to 10, such as 0.1; \
            images reach from -1 to 1. (default: \(Configuration.defaults.recipe.instanceNoise))
            """, valueName: "deviation"))
    var instanceNoise: Double?

    @OptionGroup var plain: PlainRecipe<Configuration>

    @Option(name: .customLong("g-lr"), help: "Learning rate of the generator alone.")
    var generatorRate: Double?

    @Option(name: .customLong("d-lr"), help: "Learning rate of the discriminator alone.")
    var discriminatorRate: Double?

    var decayFrom: Int? { plain.decayFrom }

    func apply(to training: inout TrainingConfiguration, beginning traits: DataTraits?) throws {
        try applyPreset(to: &training, begins: traits != nil)
        if let loss = objective?.loss {
            training.recipe.adversarialLoss = loss
            training.recipe.lossWeights = training.model.lossWeights(for: loss)
        }
        applyRegularizers(to: &training)
        if let regularizationInterval { training.recipe.regularizationInterval = regularizationInterval }
        if let criticSteps { training.recipe.criticSteps = criticSteps }
        if let discriminatorStrength { training.recipe.discriminatorStrength = discriminatorStrength }
        if let normalization = normalization?.normalization {
            training.discriminator?.normalization = normalization
        }
        if let labelSmoothing { training.recipe.labelSmoothing = labelSmoothing }
        if let instanceNoise { training.recipe.instanceNoise = instanceNoise }
        try plain.apply(to: &training, beginning: traits)
        if let generatorRate { training.recipe.generatorOptimizer.learningRate = generatorRate }
        if let discriminatorRate { training.recipe.discriminatorOptimizer.learningRate = discriminatorRate }
    }

    /// The recipe asked for, or the one that a lone adversarial loss or regularizer was published with. A
    /// regularizer that the model's own recipe has already brings nothing, nor does what a run goes on with.
    private func applyPreset(to training: inout TrainingConfiguration, begins: Bool) throws {
        if let preset { return try preset.apply(to: &training, begins: begins) }
        guard begins else { return }
        let own = training.model.recipe.regularizers.map { Preset(partnerOf: $0.kind) }
        let partner = regularizer.lazy.compactMap(\.partner).first { !own.contains($0) }
        (partner ?? objective.flatMap { Preset(partnerOf: $0.loss) })?.apply(to: &training)
    }

    private func applyRegularizers(to training: inout TrainingConfiguration) {
        guard !regularizer.isEmpty, var discriminator = training.discriminator else { return }
        training.recipe.regularizers = regularizer.compactMap { $0.regularizer(of: training.model) }
        discriminator.spectral =
            regularizer.contains { $0.name == .spectral } || Configuration.defaults.discriminator.spectral
        let needsGradients = training.recipe.regularizers.contains(where: \.isPenalty)
        if discriminator.normalization == .batch && needsGradients { discriminator.normalization = .none }
        training.discriminator = discriminator
    }
}

/// The recipe options of models whose discriminator may see several examples at once.
struct BatchRecipe<Configuration: LatentModelConfiguration>: RecipeOptions {
    @OptionGroup var adversarial: AdversarialRecipe<Configuration>

    @Flag(
        inversion: .prefixedNo,
        help: """
            Minibatch deviation: show the discriminator how much the images of a batch differ. (default: \
            --\(Configuration.defaults.discriminator.minibatchDeviation ? "" : "no-")minibatch-deviation)
            """)
    var minibatchDeviation: Bool?

    @Option(
        help: ArgumentHelp(
            """
            Images that the discriminator sees at once, 1 to 16, against mode collapse. (default: \
            \(Configuration.defaults.discriminator.pack))
            """, valueName: "images"))
    var pack: Int?

    var decayFrom: Int? { adversarial.decayFrom }

    func apply(to training: inout TrainingConfiguration, beginning traits: DataTraits?) throws {
        try adversarial.apply(to: &training, beginning: traits)
        if let minibatchDeviation { training.discriminator?.minibatchDeviation = minibatchDeviation }
        if let pack { training.discriminator?.pack = pack }
    }
}

/// The recipe options of models of images with a discriminator: those of `Base`, and augmentation.
struct ImageRecipe<Base: RecipeOptions>: RecipeOptions {
    typealias Configuration = Base.Configuration

    @OptionGroup var base: Base

    @Option(
        help: ArgumentHelp(
            """
            Augmentation of all images that the discriminator sees: \
            \(suggests ? "by the number of images (auto), " : "")none, differentiable, adaptive, or some of \
            color,translation,cutout. (default: \(AugmentChoice<Configuration>.standard))
            """, valueName: "kind"))
    var augment: AugmentChoice<Configuration>?

    @Option(
        help: ArgumentHelp(
            """
            Fine-tuning: keep the first layers of the discriminator, from the image on, as --from has them (Mo \
            et al. 2020). (default: \(Configuration.defaults.recipe.frozenDiscriminatorLayers))
            """, valueName: "layers"))
    var freezeDiscriminator: Int?

    private static var suggests: Bool { AugmentChoice<Configuration>.suggests }

    var decayFrom: Int? { base.decayFrom }

    func apply(to training: inout TrainingConfiguration, beginning traits: DataTraits?) throws {
        try base.apply(to: &training, beginning: traits)
        if let freezeDiscriminator { training.recipe.frozenDiscriminatorLayers = freezeDiscriminator }
        if let augmentation = augment?.augmentation {
            training.recipe.augmentation = augmentation
        } else if let traits, Self.suggests {
            training.recipe.augmentation = training.suggestedAugmentation(images: traits.count).augmentation
            // Which a critic without a border between real and generated images cannot steer.
            if case .adaptive = training.recipe.augmentation, training.recipe.adversarialLoss == .wasserstein
            {
                training.recipe.augmentation = .none
            }
        }
    }
}

extension TrainingConfiguration {
    /// What suits so many images, and why.
    func suggestedAugmentation(images: Int) -> (augmentation: Augmentation, reason: String) {
        Augmentation.suggested(images: images, isOfStyles: model is any StyleModelConfiguration)
    }
}

extension DiscriminatorConfigurable {
    fileprivate static var defaultRegularizers: String {
        let names = defaults.recipe.regularizers.map(\.kind.rawValue)
        let spectral = defaults.discriminator.spectral ? [RegularizerChoice.Name.spectral.rawValue] : []
        return names + spectral == [] ? "none" : (names + spectral).joined(separator: ", ")
    }
}
