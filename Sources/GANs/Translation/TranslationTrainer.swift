import Checkpoints
import Networks
import Tensors

/// Networks that translate images in training, step by step, with everything that the next step depends on.
public final class TranslationTrainer: ResumableTrainer {
    public private(set) var configuration: TranslationConfiguration
    public internal(set) var progress: TrainingProgress
    let networks: any TranslationNetworks
    private let generators: any Optimizer
    private let discriminators: any Optimizer

    /// - Throws: `ConfigurationError` if no training can be made from the settings, or a file cannot be used that they
    ///   name.
    public convenience init(_ configuration: TranslationConfiguration) throws(ConfigurationError) {
        try self.init(
            configuration,
            source: .drawn(RandomStream(seed: configuration.seed, purpose: .initialization)))
    }

    /// A training that begins with the generator of another one, such as the game after the content phase.
    ///
    /// - Parameter path: a checkpoint of a run with the same generator.
    /// - Throws: `ConfigurationError`, or `CheckpointError` if the file cannot be read or its generator is another.
    public convenience init(_ configuration: TranslationConfiguration, generatorFrom path: String) throws {
        try self.init(configuration)
        let generator = networks.pair(configuration.direction).generator
        try Checkpoint.read(generator, prefix: Checkpoint.generatorPrefix, from: SafetensorsFile(path: path))
    }

    private init(
        _ configuration: TranslationConfiguration, source: ParameterSource
    ) throws(ConfigurationError) {
        try configuration.validate()
        self.configuration = configuration
        progress = TrainingProgress(seed: configuration.seed)
        var source = source
        let networks = try configuration.architecture.family.makeNetworks(from: &source)
        func optimizer(_ settings: OptimizerConfiguration, _ player: Int) -> any Optimizer {
            let names = networks.players[player].networks
            return settings.makeOptimizer(
                for: names.flatMap { name in
                    networks.networks.first { $0.name == name }?.network.parameters ?? []
                })
        }
        generators = optimizer(configuration.generatorOptimizer, 0)
        discriminators = optimizer(configuration.discriminatorOptimizer, 1)
        self.networks = networks
    }

    /// When the learning rates fall, which may be put off where a training goes on past its first end.
    public var learningRateDecay: LearningRateDecay? {
        get { configuration.learningRateDecay }
        set { configuration.learningRateDecay = newValue }
    }

    /// Trained scalars of each network.
    public var parameterCounts: [(name: String, count: Int)] {
        networks.networks.map { ($0.name, $0.network.parameterCount) }
    }

    /// Trains a step of all networks.
    ///
    /// - Shapes: inputs `[n, size, size, inputChannels]` in [-1, 1], or label maps one-hot with a channel for each
    ///   label; targets `[n, size, size, outputChannels]` in [-1, 1].
    /// - Throws: `TrainingError` if a loss is no number any more.
    public func step(_ inputs: Tensor, _ targets: Tensor) throws(TrainingError) -> StepReport {
        let factor = configuration.learningRateDecay?.factor(after: progress.step) ?? 1
        generators.learningRate = factor * configuration.generatorOptimizer.learningRate
        discriminators.learningRate = factor * configuration.discriminatorOptimizer.learningRate
        let turn = TranslationTurn(
            inputs: inputs, targets: targets, objective: configuration.objective, generators: generators,
            discriminators: discriminators, step: progress.step + 1, dropout: progress.dropout)
        try networks.learn(turn)
        progress.dropout = turn.dropout
        progress.step += 1
        progress.imagesSeen += inputs.shape[0]
        var report = StepReport(
            step: progress.step, imagesSeen: progress.imagesSeen,
            discriminatorLoss: turn.losses[.discriminator] ?? 0,
            generatorLoss: turn.losses[.generator] ?? 0, penalty: 0, realOpinion: turn.realOpinion,
            fakeOpinion: turn.fakeOpinion)
        report.parts = turn.parts
        return report
    }

    /// Throws if a weight is no number any more.
    func checkWeights() throws(TrainingError) {
        for (name, network) in networks.networks {
            let isSound = network.parameters.allSatisfy { $0.value.withScalars { $0.allSatisfy(\.isFinite) } }
            guard isSound else { throw .spoiled(step: progress.step, network: name) }
        }
    }

    private var checkpointed: CheckpointedState {
        let all = networks.networks.map { (prefix: $0.name + ".", network: $0.network) }
        return CheckpointedState(
            networks: all,
            optimizers: zip(networks.players, [generators, discriminators]).map { player, optimizer in
                (
                    player.name, optimizer,
                    player.networks.flatMap { name in all.filter { $0.prefix == name + "." } }
                )
            })
    }

    /// Writes everything the next step depends on.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    public func save(to path: String) throws {
        let state = checkpointed
        let header = TranslationHeader(
            configuration: configuration, progress: progress, optimizerSteps: state.optimizerSteps)
        let pools = networks.pools.compactMap { name, pool in
            pool.content.map { Checkpoint.entry(name, $0) }
        }
        try SafetensorsFile.write(
            state.entries + pools, metadata: Checkpoint.metadata(header), to: path)
    }

    /// The training that a checkpoint was saved from, ready for its next step.
    ///
    /// - Parameter classifier: where the weights lie now of the classifier whose features are compared; nil for where
    ///   they lay before.
    /// - Throws: `CheckpointError` if the file cannot be read or is of another kind of training, `ConfigurationError` if
    ///   the classifier's is not the same.
    public convenience init(resumingFrom path: String, classifier: String? = nil) throws {
        let file = try SafetensorsFile(path: path)
        let header = try TranslationHeader(file)
        var configuration = header.configuration
        if let classifier {
            guard case .superResolution(var family) = configuration.architecture,
                family.game?.classifier != nil
            else {
                throw ConfigurationError("the training in \(path) was begun without --vgg; leave it out")
            }
            family.game?.moveClassifier(to: classifier)
            configuration.architecture = .superResolution(family)
        }
        try self.init(configuration, source: .blank)
        progress = header.progress
        try checkpointed.read(from: file, optimizerSteps: header.optimizerSteps)
        for (name, pool) in networks.pools {
            guard let shape = file[name]?.shape else { continue }
            guard pool.holds(shape) else {
                throw Checkpoint.malformed(file, "its tensor \"\(name)\" holds no images to show again")
            }
            let content = Tensor.zeros(Shape(shape))
            try Checkpoint.read(content, name, from: file)
            pool.content = content
        }
    }
}

/// What is written beside the tensors of a checkpoint of networks that translate.
public struct TranslationHeader: Codable, Sendable {
    /// Always of a run; read first by commands for other models, which then say what it is instead.
    public let kind: CheckpointHeader.Kind
    public let configuration: TranslationConfiguration
    public let progress: TrainingProgress
    let optimizerSteps: [String: Int]

    init(configuration: TranslationConfiguration, progress: TrainingProgress, optimizerSteps: [String: Int]) {
        (kind, self.configuration, self.progress) = (.run, configuration, progress)
        self.optimizerSteps = optimizerSteps
    }

    /// Reads the header and checks everything that memory will be taken by.
    public init(_ file: SafetensorsFile) throws {
        self = try Checkpoint.header(TranslationHeader.self, of: file)
        do { try configuration.validate() } catch { throw Checkpoint.malformed(file, error.description) }
        try Checkpoint.check(progress, optimizerSteps, of: file)
        let stored = file.tensors.filter { !$0.name.hasPrefix("optimizer.") }.map(\.elementCount)
            .reduce(0, +)
        let expected = configuration.architecture.family.parameterCount
        guard stored >= expected else {
            throw Checkpoint.malformed(
                file, "its networks hold \(stored) numbers, its configuration needs \(expected)")
        }
    }
}
