import ArgumentParser
import GANs

/// A training recipe as it is given: a preset that suits the model, or the model's own, by its name.
struct PresetChoice<Configuration: DiscriminatorConfigurable>: ExpressibleByArgument {
    private enum Choice {
        case preset(Preset)
        case own(model: String)
    }

    private let choice: Choice

    init?(argument: String) {
        if let preset = Self.presets.first(where: { $0.rawValue == argument }) {
            choice = .preset(preset)
        } else if ModelOptionsRegistry[argument] != nil {
            choice = .own(model: argument)
        } else {
            return nil
        }
    }

    /// Those that the model can be trained by.
    private static var presets: [Preset] {
        Preset.allCases.filter { preset in
            var training = TrainingConfiguration(Configuration.defaults)
            preset.apply(to: &training)
            return (try? training.validate()) != nil
        }
    }

    static var allValueStrings: [String] { [Configuration.name] + presets.map(\.rawValue) }

    /// - Parameter begins: whether the training begins, by what suits its data already.
    func apply(to training: inout TrainingConfiguration, begins: Bool) throws {
        switch choice {
        case .preset(let preset): preset.apply(to: &training)
        case .own(let model):
            guard model == Configuration.name else {
                throw ValidationError(
                    "--preset asks for a \(model), and the model is \(Configuration.nameWithArticle)")
            }
            applyOwn(to: &training, begins: begins)
        }
    }

    /// What a preset sets, as the model has it.
    private func applyOwn(to training: inout TrainingConfiguration, begins: Bool) {
        let own = training.model.recipe
        var recipe = training.recipe
        (recipe.adversarialLoss, recipe.lossWeights) = (own.adversarialLoss, own.lossWeights)
        (recipe.regularizers, recipe.regularizationInterval) = (own.regularizers, own.regularizationInterval)
        (recipe.pathLength, recipe.criticSteps) = (own.pathLength, own.criticSteps)
        recipe.marginJitter = own.marginJitter
        if !begins {
            recipe.generatorOptimizer = own.generatorOptimizer
            recipe.discriminatorOptimizer = own.discriminatorOptimizer
        }
        training.recipe = recipe
        training.discriminator = Configuration.defaults.discriminator
    }
}

/// An adversarial loss as it is given, of those that a model can be trained with.
struct LossChoice<Configuration: ModelConfiguration>: ExpressibleByArgument {
    let loss: AdversarialLoss

    init?(argument: String) {
        guard let loss = AdversarialLoss(rawValue: argument),
            Configuration.defaults.adversarialLosses.contains(loss)
        else { return nil }
        self.loss = loss
    }

    static var allValueStrings: [String] { Configuration.defaults.adversarialLosses.map(\.rawValue) }
}

/// A regularizer as it is given: `r1` or `r1=10`.
struct RegularizerChoice: ExpressibleByArgument {
    enum Name: Equatable {
        case regularizer(Regularizer.Kind)
        case spectral, none

        var rawValue: String {
            switch self {
            case .regularizer(let kind): kind.rawValue
            case .spectral: "spectral"
            case .none: "none"
            }
        }

        static let all = Regularizer.Kind.allCases.map(Name.regularizer) + [.spectral, .none]
    }

    let name: Name
    /// Nil for the model's.
    private let strength: Double?

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = Name.all.first(where: { $0.rawValue == parts[0] }) else { return nil }
        self.name = name
        strength = parts.count == 2 ? Double(parts[1]) : nil
        let takesStrength = if case .regularizer = name { true } else { false }
        if parts.count == 2 && (strength == nil || !takesStrength) { return nil }
    }

    static var allValueStrings: [String] { Name.all.map(\.rawValue) }

    /// Nil for what is a part of the discriminator.
    func regularizer(of model: any ModelConfiguration) -> Regularizer? {
        guard case .regularizer(let kind) = name else { return nil }
        return Regularizer(kind, strength: strength ?? model.strength(of: kind))
    }

    /// The recipe it was published with.
    var partner: Preset? {
        switch name {
        case .regularizer(let kind): Preset(partnerOf: kind)
        case .spectral: .sngan
        case .none: nil
        }
    }
}

/// The discriminator's normalization as it is given, of those that a model can be trained with.
struct NormalizationChoice<Configuration: DiscriminatorConfigurable>: ExpressibleByArgument {
    let normalization: DiscriminatorOptions.Normalization

    init?(argument: String) {
        guard let normalization = DiscriminatorOptions.Normalization(rawValue: argument) else { return nil }
        self.normalization = normalization
    }

    static var allValueStrings: [String] {
        DiscriminatorOptions.Normalization.allCases.filter { normalization in
            var model = Configuration.defaults
            model.discriminator.normalization = normalization
            return (try? model.validate()) != nil
        }.map(\.rawValue)
    }
}

/// An augmentation as it is given.
struct AugmentChoice<Configuration: ModelConfiguration>: ExpressibleByArgument {
    /// Nil to choose by the number of images.
    let augmentation: Augmentation?

    init?(argument: String) {
        if argument == "auto" {
            augmentation = nil
        } else if let named = Augmentation(name: argument) {
            augmentation = named
        } else if let policy = try? DifferentiablePolicy(argument) {
            augmentation = .differentiable(policy: policy)
        } else {
            return nil
        }
    }

    /// Whether the number of images decides by default, of models that were published without augmentation.
    static var suggests: Bool { Configuration.data == .images && own == .none }
    /// As the model was published.
    private static var own: Augmentation { Configuration.defaults.recipe.augmentation }
    /// What is done by default, as it is given.
    static var standard: String {
        if suggests { return "auto" }
        if case .differentiable(let policy) = own { return "\(policy)" }
        return own.name
    }

    static var allValueStrings: [String] { (suggests ? ["auto"] : []) + Augmentation.names }
}
