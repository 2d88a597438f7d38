import ArgumentParser
import GANs
import Networks

/// The options of `gan train` and `gan toy` that decide what the two networks play for, and how.
struct GameOptions: ParsableArguments {
    @Option(
        help: """
            A published recipe, of which every part can still be chosen otherwise. (default: the model's own, or what --objective and --regularizer were published with)
            """)
    var preset: Preset?

    @Option(help: "What is played for. (default: non-saturating)")
    var objective: Objective?

    @Option(
        help: ArgumentHelp(
            """
            What keeps the discriminator smooth; several may be given, each with its strength, such as r1=10.
            """, valueName: "name[=strength]"))
    var regularizer: [RegularizerChoice] = []

    @Option(
        help: ArgumentHelp(
            "Apply r1 and r2 only every so many steps, and as much stronger. (default: 1; 16 for r1)",
            valueName: "steps"))
    var regularizationInterval: Int?

    @Option(help: "Steps of the discriminator for each of the generator. (default: 1; 5 for wgan, sngan)")
    var criticSteps: Int?

    @Option(
        help: """
            Scales how fast the discriminator learns against the generator: whole multiples by its steps, \
            the rest by its learning rate. (default: 1)
            """)
    var discriminatorStrength: Double?

    @Option(help: "Optimizer of both networks. (default: adam)")
    var optimizer: OptimizerChoice?

    @Option(
        help: "Learning rate of both networks. (default: 0.0002; 0.002 for stylegan, 0.0025 for stylegan2)")
    var lr: Double?

    @Option(name: .customLong("g-lr"), help: "Learning rate of the generator alone.")
    var generatorRate: Double?

    @Option(name: .customLong("d-lr"), help: "Learning rate of the discriminator alone.")
    var discriminatorRate: Double?

    @Option(name: .customLong("beta1"), help: "Adam's first beta, 0 to below 1. (default: 0.5)")
    var beta1: Double?

    @Option(name: .customLong("beta2"), help: "Adam's second beta, 0 to below 1. (default: 0.999)")
    var beta2: Double?

    @Option(
        help: """
            Normalization in the discriminator. (default: batch; layer or none where the regularizer asks for it)
            """)
    var normalization: DiscriminatorOptions.Normalization?

    @Flag(
        inversion: .prefixedNo,
        help: "Show the discriminator how much the images of a batch differ. (default: no)")
    var minibatchDeviation: Bool?

    @Option(help: "Images that the discriminator judges together, against collapse. (default: 1)")
    var pack: Int?

    @Option(help: "What is taken from the target 1 for reals, such as 0.1. (default: 0)")
    var labelSmoothing: Double?

    @Option(
        help: """
            Standard deviation of noise on all that the discriminator sees, such as 0.1; images reach \
            from -1 to 1. (default: 0)
            """)
    var instanceNoise: Double?

    /// Changes a training by the options that were given.
    func apply(to training: inout TrainingConfiguration) throws {
        if let preset, let model = preset.model, case .points = training.architecture {
            throw ValidationError("--preset \(preset.rawValue) is for a \(model), which makes no points")
        }
        chosenPreset(isOfStyles: training.architecture.isOfStyles)?.apply(to: &training)
        if let objective { training.objective = objective }
        applyRegularizers(to: &training)
        if let regularizationInterval { training.regularizationInterval = regularizationInterval }
        if let criticSteps { training.criticSteps = criticSteps }
        if let discriminatorStrength { training.discriminatorStrength = discriminatorStrength }
        if let optimizer {
            for place in [\TrainingConfiguration.generatorOptimizer, \.discriminatorOptimizer] {
                training[keyPath: place] = optimizer.configuration(
                    learningRate: training[keyPath: place].learningRate)
            }
        }
        training.generatorOptimizer = try changed(training.generatorOptimizer, rate: generatorRate)
        training.discriminatorOptimizer = try changed(
            training.discriminatorOptimizer, rate: discriminatorRate)
        applyDiscriminator(to: &training.architecture.family.discriminator)
        if let labelSmoothing { training.labelSmoothing = labelSmoothing }
        if let instanceNoise { training.instanceNoise = instanceNoise }
    }

    /// The recipe asked for, or the one that a lone objective or regularizer was published with. A style-based
    /// model's own recipe has R1 already.
    private func chosenPreset(isOfStyles: Bool) -> Preset? {
        let partner = regularizer.lazy.compactMap(\.partner).first { !isOfStyles || $0 != .r1 }
        return preset ?? partner ?? objective.flatMap(Preset.init(partnerOf:))
    }

    private func applyRegularizers(to training: inout TrainingConfiguration) {
        guard !regularizer.isEmpty else { return }
        training.regularizers = regularizer.compactMap(\.regularizer)
        training.architecture.family.discriminator.spectral = regularizer.contains { $0.name == .spectral }
        let mixes = training.architecture.family.discriminator.normalization == .batch
        if mixes && training.regularizers.contains(where: \.isPenalty) {
            training.architecture.family.discriminator.normalization = .none
        }
    }

    private func applyDiscriminator(to options: inout DiscriminatorOptions) {
        if let normalization { options.normalization = normalization }
        if let minibatchDeviation { options.minibatchDeviation = minibatchDeviation }
        if let pack { options.pack = pack }
    }

    func changed(
        _ optimizer: OptimizerConfiguration, rate: Double?
    ) throws -> OptimizerConfiguration {
        var optimizer = optimizer
        if let rate = rate ?? lr { optimizer.learningRate = rate }
        guard beta1 != nil || beta2 != nil else { return optimizer }
        guard case .adam(let rate, let first, let second, let epsilon) = optimizer else {
            throw ValidationError("--beta1 and --beta2 are Adam's; this training has another optimizer")
        }
        return .adam(learningRate: rate, beta1: beta1 ?? first, beta2: beta2 ?? second, epsilon: epsilon)
    }
}

/// A regularizer as it is given: `r1` or `r1=10`.
struct RegularizerChoice: ExpressibleByArgument {
    enum Name: String, CaseIterable {
        case clip
        case gradientPenalty = "gradient-penalty"
        case r1, r2, dragan, spectral, none
    }

    let name: Name
    let strength: Double?

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = Name(rawValue: String(parts[0])) else { return nil }
        self.name = name
        strength = parts.count == 2 ? Double(parts[1]) : nil
        let takesStrength = name != .spectral && name != .none
        if parts.count == 2 && (strength == nil || !takesStrength) { return nil }
    }

    static var allValueStrings: [String] { Name.allCases.map(\.rawValue) }

    /// With its strength, or the published one.
    var regularizer: Regularizer? {
        switch name {
        case .clip: .clip(limit: strength ?? 0.01)
        case .gradientPenalty: .gradientPenalty(weight: strength ?? 10)
        case .r1: .r1(gamma: strength ?? 10)
        case .r2: .r2(gamma: strength ?? 10)
        case .dragan: .dragan(weight: strength ?? 10)
        case .spectral, .none: nil
        }
    }

    /// The recipe it was published with.
    var partner: Preset? {
        switch name {
        case .clip: .wgan
        case .gradientPenalty: .wganGP
        case .r1, .r2: .r1
        case .dragan: .dragan
        case .spectral: .sngan
        case .none: nil
        }
    }
}

enum OptimizerChoice: String, CaseIterable, ExpressibleByArgument {
    case adam, rmsprop, sgd

    func configuration(learningRate: Double) -> OptimizerConfiguration {
        switch self {
        case .adam: .adam(learningRate: learningRate, beta1: 0.5, beta2: 0.999, epsilon: 1e-8)
        case .rmsprop: .rmsProp(learningRate: learningRate, decay: 0.99, epsilon: 1e-8)
        case .sgd: .sgd(learningRate: learningRate, momentum: 0)
        }
    }
}

extension Preset: ExpressibleByArgument {}
extension Objective: ExpressibleByArgument {}
extension DiscriminatorOptions.Normalization: ExpressibleByArgument {}
