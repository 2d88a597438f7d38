import Images
import Networks
import Tensors

/// A network of a model.
public struct NamedNetwork {
    /// As a checkpoint names it.
    public let name: String
    /// The network.
    public let network: any Module
    /// Whose optimizer moves its parameters. The generators' have a moving average where the recipe says so.
    public let player: Phase.Player

    /// A network by its name in checkpoints.
    public init(_ name: String, _ network: any Module, _ player: Phase.Player) {
        (self.name, self.network, self.player) = (name, network, player)
    }
}

/// The networks of a model, and how they learn.
///
/// What else a model can do follows from the protocols that it conforms to: `LatentSampling`, `TranslatingModel`,
/// `EnlargingModel`, `GrowingModel`.
public protocol Model: AnyObject {
    /// All that is trained.
    var networks: [NamedNetwork] { get }
    /// The discriminators, with what they tell apart; none in a model without.
    var tasks: [AdversarialTask] { get }
    /// Whether a step begins with the generator.
    var generatorLearnsFirst: Bool { get }
    /// Names of the parts of the generator's loss besides the adversarial one, as steps report them.
    var partNames: [String] { get }
    /// Images of earlier steps that are shown again, by name, which a checkpoint holds.
    var pools: [(name: String, pool: ImagePool)] { get }

    /// Loads what training needs besides the networks.
    ///
    /// - Throws: `ConfigurationError` if a file cannot be used that the configuration names.
    func prepareForTraining() throws(ConfigurationError)
    /// What the generator minimizes in a step.
    func generatorPhases(_ recipe: Recipe) -> [Phase]
    /// What a step is made from.
    ///
    /// - Parameter latents: where latents are drawn from.
    func material(of batch: TrainingBatch, latents: inout RandomStream) -> StepMaterial

    /// Some examples as a batch.
    func examples(_ indices: [Int], of set: ExampleSet) -> TrainingBatch
    /// How many examples diagnostics use, and how many of them at once.
    func observation(_ recipe: Recipe) -> (count: Int, atOnce: Int)

    /// Brings running statistics in line with the averaged weights, which are in the networks' place when it is
    /// called.
    func refreshStatistics(seed: UInt64)
    /// What the networks make now, always of the same inputs.
    func sheet(_ examples: Examples) -> Image
    /// Adds to a row how good what the networks make is, by what is held out.
    func measure(_ examples: Examples, into row: inout MetricsRow)
    /// Plots of the model's own parts and measures, one below the other.
    func panels(of log: MetricsLog) -> [LinePlot.Panel]
}

extension Model {
    /// The discriminator learns first, unless said otherwise.
    public var generatorLearnsFirst: Bool { false }
    /// No parts besides the adversarial loss.
    public var partNames: [String] { [] }
    /// No pools.
    public var pools: [(name: String, pool: ImagePool)] { [] }
    /// Loads nothing.
    public func prepareForTraining() throws(ConfigurationError) {}
    /// Changes nothing.
    public func refreshStatistics(seed: UInt64) {}
    /// Enough for neighbors to be near, few enough to cost no more than a step.
    public func observation(_ recipe: Recipe) -> (count: Int, atOnce: Int) { (64, 64) }

    /// The adversarial loss alone, of every task.
    public func generatorPhases(_ recipe: Recipe) -> [Phase] {
        [
            Phase(
                .generator,
                tasks.map { task in Phase.Term { task.generatorLoss(of: task.fake($0), $0) } })
        ]
    }

    /// The networks that a player's optimizer moves.
    func networks(of player: Phase.Player) -> [NamedNetwork] { networks.filter { $0.player == player } }

    /// Trained scalars of all networks.
    public var parameterCount: Int { networks.map { $0.network.parameterCount }.reduce(0, +) }
}

/// A model whose networks begin with small images and grow.
public protocol GrowingModel: Model {
    /// Brings the networks to the stage of the training.
    ///
    /// - Returns: whether the resolution changed, so that what optimizers remember is of other gradients.
    func grow(_ progress: TrainingProgress) -> Bool
    /// How many times larger than the recipe's the next step's batch is.
    func batchFactor(_ progress: TrainingProgress) -> Int
}

/// Images that a step learns from, as a data set gives them.
public struct TrainingBatch {
    /// Images or one-hot label maps that are translated: `[n, height, width, channels]`; nil where generators begin
    /// with latents.
    public let inputs: Tensor?
    /// Real images, or the targets of the inputs: `[n, height, width, channels]` in [-1, 1].
    public let reals: Tensor
    /// Their classes; nil without.
    public let labels: [Int]?

    /// A batch, of models with latents without inputs.
    public init(inputs: Tensor? = nil, reals: Tensor, labels: [Int]? = nil) {
        (self.inputs, self.reals, self.labels) = (inputs, reals, labels)
    }
}
