import Tensors

/// Where a training stands: with the networks' and optimizers' state, all that is needed to go on.
public struct TrainingProgress: Codable, Hashable, Sendable {
    public internal(set) var step = 0
    /// Training pictures shown, each time counted; also the position in the stream of pictures.
    public internal(set) var imagesSeen = 0
    /// Time spent in training, in seconds.
    public internal(set) var seconds = 0.0
    var latents: RandomStream
    var dropout: RandomStream

    init(seed: UInt64) {
        latents = RandomStream(seed: seed, purpose: .latents)
        dropout = RandomStream(seed: seed, purpose: .dropout)
    }
}

/// What a step showed.
public struct StepReport: Codable, Hashable, Sendable {
    public var step: Int
    public var imagesSeen: Int
    public var discriminatorLoss: Double
    public var generatorLoss: Double
    /// D(x): the mean probability the discriminator gave reals.
    public var realProbability: Double
    /// D(G(z)): the mean probability it gave fakes, before it learned from them.
    public var fakeProbability: Double
}

/// Why a training cannot go on.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A loss is no number any more.
    case diverged(step: Int, phase: String, loss: String)
    /// A network's weights are no numbers any more.
    case spoiled(step: Int, network: String)

    public var description: String {
        switch self {
        case .diverged(let step, let phase, let loss):
            "step \(step): the \(phase)'s loss is \(loss); \(TrainingError.advice)"
        case .spoiled(let step, let network):
            "step \(step): the \(network)'s weights are no numbers any more; \(TrainingError.advice)"
        }
    }

    private static let advice =
        "nothing was saved over the last checkpoint. Try a lower --lr, or resume from an earlier checkpoint"
}
