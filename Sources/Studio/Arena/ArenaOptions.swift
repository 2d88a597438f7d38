import GANs

/// What can be chosen in the arena, for the page's controls.
public struct ArenaOptions: Encodable, Sendable {
    /// A distribution to learn.
    public struct Distribution: Encodable, Sendable {
        /// As `gan toy` names it.
        public var name: String
        /// Coordinates of a point.
        public var dimensions: Int
        /// Modes that are counted; 0 where there are none.
        public var modes: Int
    }

    /// An adversarial loss.
    public struct Objective: Encodable, Sendable {
        /// As `gan toy` names it.
        public var name: String
        /// Whether labels can be smoothed.
        public var hasTargets: Bool
    }

    /// A regularizer of the discriminator.
    public struct Penalty: Encodable, Sendable {
        /// As `gan toy` names it.
        public var name: String
        /// What `gan toy` sets.
        public var strength: Double
        /// Whether it is a penalty on gradients, beside which there is no BatchNorm.
        public var isPenalty: Bool
    }

    /// A published recipe.
    public struct Recipe: Encodable, Sendable {
        /// As `gan toy` names it.
        public var name: String
        /// Its settings, with the default data, seed and networks.
        public var settings: ArenaSettings
    }

    /// The defaults.
    public var settings = ArenaSettings()
    /// Of `gan toy`.
    public var distributions: [Distribution]
    /// All of them.
    public var objectives: [Objective]
    /// All of them, but spectral normalization, which is a setting of its own.
    public var regularizers: [Penalty]
    /// Those that suit points.
    public var recipes: [Recipe]
    /// Normalizations of the discriminator.
    public var normalizations: [String]
    /// Optimizers of both networks.
    public var optimizers = ArenaSettings.Optimizer.allCases.map(\.rawValue)

    /// What can be chosen.
    public init() throws(ConfigurationError) {
        let settings = ArenaSettings()
        let model = try settings.training(dimensions: 2).model
        distributions = ToyDistribution.allCases.map {
            Distribution(name: $0.rawValue, dimensions: $0.dimensions, modes: $0.modes.count)
        }
        objectives = model.adversarialLosses.map { Objective(name: $0.rawValue, hasTargets: $0.hasTargets) }
        regularizers = Regularizer.Kind.allCases.map {
            let strength = model.strength(of: $0)
            return Penalty(
                name: $0.rawValue, strength: strength,
                isPenalty: Regularizer($0, strength: strength).isPenalty)
        }
        recipes = []
        for preset in Preset.allCases {
            recipes.append(Recipe(name: preset.rawValue, settings: try settings.published(preset)))
        }
        normalizations = DiscriminatorOptions.Normalization.allCases.map(\.rawValue).filter { name in
            var changed = settings
            changed.normalization = DiscriminatorOptions.Normalization(rawValue: name) ?? .none
            return (try? changed.training(dimensions: 2)) != nil
        }
    }
}
