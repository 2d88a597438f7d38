import ArgumentParser
import GANs
import Networks

/// Options of a model's training recipe.
protocol RecipeOptions: ParsableArguments {
    associatedtype Configuration: ModelConfiguration

    /// The step that learning rates fall from on; nil for the default.
    var decayFrom: Int? { get }
    /// Changes a training by the options that were given.
    ///
    /// - Parameter traits: what the data is like, where the training begins; nil where it goes on.
    func apply(to training: inout TrainingConfiguration, beginning traits: DataTraits?) throws
}

/// The recipe options of every model.
struct PlainRecipe<Configuration: ModelConfiguration>: RecipeOptions {
    @Option(help: "Images in a step, 1 to 4096. (default: \(Configuration.defaultBatch))")
    var batch: Int?

    @Option(
        help: ArgumentHelp(
            """
            Parts of a batch that are computed apart, a power of two: a training is the same to the bit on any number \
            of ranks up to it. (default: the number of ranks)
            """, valueName: "parts"))
    var shards: Int?

    @Option(
        help: ArgumentHelp(
            """
            Let the learning rates fall linearly from this step on, to zero at the end, which must be one in \
            steps, images or epochs. (default: \(Configuration.ratesFall ? "half of the steps" : "they stay"))
            """, valueName: "step"))
    var decayFrom: Int?

    @Option(
        help: ArgumentHelp(
            """
            Half-life of the moving average of the generator's weights, which samples are made with, in \
            training images; 0 for no average. (default: \(Configuration.defaultHalfLife))
            """, valueName: "images"))
    var halfLife: Double?

    @Option(
        help: """
            Optimizer of all networks. (default: \
            \(OptimizerChoice(of: Configuration.defaults.recipe).rawValue))
            """)
    var optimizer: OptimizerChoice?

    @Option(
        name: .customLong("beta1"),
        help: "Adam's first beta, 0 to 0.9999. (default: \(Configuration.defaultBetas.0))")
    var beta1: Double?

    @Option(
        name: .customLong("beta2"),
        help: "Adam's second beta, 0 to 0.999999. (default: \(Configuration.defaultBetas.1))")
    var beta2: Double?

    @Option(help: "Learning rate of all networks. (default: \(Configuration.defaultRates))")
    var lr: Double?

    func apply(to training: inout TrainingConfiguration, beginning traits: DataTraits?) throws {
        if let batch { training.recipe.batchSize = batch }
        if let shards = shards ?? (traits == nil ? nil : Ranks.count) { training.recipe.shards = shards }
        try applyOptimizers(to: &training.recipe)
        if let halfLife { setAverage(halfLife, in: &training.recipe) }
    }

    private func applyOptimizers(to recipe: inout Recipe) throws {
        for place in [\Recipe.generatorOptimizer, \.discriminatorOptimizer] {
            var settings = recipe[keyPath: place]
            if let optimizer {
                settings = optimizer.configuration(
                    insteadOf: settings, own: Configuration.defaults.recipe[keyPath: place])
            }
            if let lr { settings.learningRate = lr }
            recipe[keyPath: place] = try withBetas(settings)
        }
    }

    private func withBetas(_ optimizer: OptimizerConfiguration) throws -> OptimizerConfiguration {
        guard beta1 != nil || beta2 != nil else { return optimizer }
        guard case .adam(let rate, let first, let second, let epsilon) = optimizer else {
            throw ValidationError("--beta1 and --beta2 are Adam's; this training has another optimizer")
        }
        return .adam(learningRate: rate, beta1: beta1 ?? first, beta2: beta2 ?? second, epsilon: epsilon)
    }

    private func setAverage(_ halfLife: Double, in recipe: inout Recipe) {
        // Earlier versions wrote an average of no half-life where there was none.
        if halfLife == 0 && recipe.movingAverage?.halfLifeInImages != 0 {
            recipe.movingAverage = nil
        } else if recipe.movingAverage == nil {
            recipe.movingAverage = MovingAverage(halfLifeInImages: halfLife)
        } else {
            recipe.movingAverage?.halfLifeInImages = halfLife
        }
    }
}

extension DataTraits {
    /// Images that a model may suit by a narrower network and a higher learning rate, in words.
    static var fewAndSmall: String { "fewer than \(many) images of at most 32x32" }
}

extension ModelConfiguration {
    /// Whether learning rates fall from the middle of the training on by default: not of models that make
    /// images of latent vectors, as published.
    static var ratesFall: Bool { data != .images }

    /// The default batch, which may depend on the number of images.
    fileprivate static var defaultBatch: String {
        var traits = DataTraits.any
        let many = defaults.recipe(suiting: traits).batchSize
        traits.count = 1
        let few = defaults.recipe(suiting: traits).batchSize
        return few == many ? "\(many)" : "\(few) for fewer than \(DataTraits.many) images, or else \(many)"
    }

    /// The default learning rates, which may depend on the number of images and their size.
    fileprivate static var defaultRates: String {
        var traits = DataTraits.any
        (traits.size, traits.count) = (32, 1)
        let small = rates(of: Self(suiting: traits).recipe(suiting: traits))
        let usual = rates(of: defaults.recipe)
        return small == usual ? usual : "\(small) for \(DataTraits.fewAndSmall), or else \(usual)"
    }

    private static func rates(of recipe: Recipe) -> String {
        let rates = (recipe.generatorOptimizer.learningRate, recipe.discriminatorOptimizer.learningRate)
        return rates.0 == rates.1
            ? "\(rates.0)" : "\(rates.0) of the generator, \(rates.1) of the discriminator"
    }

    fileprivate static var defaultBetas: (Double, Double) {
        guard case .adam(_, let beta1, let beta2, _) = defaults.recipe.generatorOptimizer else {
            return (0, 0)
        }
        return (beta1, beta2)
    }

    fileprivate static var defaultHalfLife: String {
        defaults.recipe.movingAverage.map { "\(Int($0.halfLifeInImages))" } ?? "0"
    }
}

/// An optimizer as it is given.
enum OptimizerChoice: String, CaseIterable, ExpressibleByArgument {
    case adam, rmsprop, sgd

    init(of recipe: Recipe) { self.init(recipe.generatorOptimizer) }

    private init(_ optimizer: OptimizerConfiguration) {
        self =
            switch optimizer {
            case .adam: .adam
            case .rmsProp: .rmsprop
            case .sgd: .sgd
            }
    }

    /// With the learning rate of another one, and where these are Adam's betas, the model's own.
    func configuration(
        insteadOf other: OptimizerConfiguration, own: OptimizerConfiguration
    ) -> OptimizerConfiguration {
        if self == OptimizerChoice(other) { return other }
        let rate = other.learningRate
        switch self {
        case .adam:
            guard case .adam(_, let beta1, let beta2, let epsilon) = own else { return own }
            return .adam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .rmsprop: return .rmsProp(learningRate: rate, decay: 0.99, epsilon: 1e-8)
        case .sgd: return .sgd(learningRate: rate, momentum: 0)
        }
    }
}
