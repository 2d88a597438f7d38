import Datasets
import Tensors

/// Where a training stands: with the networks' and optimizers' state, all that is needed to go on.
public struct TrainingProgress: Codable, Hashable, Sendable {
    /// Steps of the generator.
    public internal(set) var step = 0
    /// Training images shown, each time counted; also the position in the stream of images.
    public internal(set) var imagesSeen = 0
    /// Time spent in training, in seconds.
    public internal(set) var seconds = 0.0
    var latents: RandomStream
    var dropout: RandomStream
    var noise: RandomStream
    var transforms: RandomStream
    /// Where data comes from that is drawn anew in every step.
    var data: RandomStream
    /// How likely adaptive augmentation transforms an image; nil where the augmentation is not adaptive.
    public internal(set) var augmentation: AdaptiveProbability?

    /// The mean that path lengths are drawn toward; nil where none are taken.
    public internal(set) var pathLength: Double?
    /// Figures of the steps since the last row of a run's metrics; nil where that row is of the last step.
    var metrics: MetricsSums?
    /// What the training went on with otherwise than it began, in the order of the steps.
    public internal(set) var changes: [TrainingChange] = []

    init(seed: UInt64) {
        latents = RandomStream(seed: seed, purpose: .latents)
        dropout = RandomStream(seed: seed, purpose: .dropout)
        noise = RandomStream(seed: seed, purpose: .noise)
        transforms = RandomStream(seed: seed, purpose: .imageTransforms)
        data = RandomStream(seed: seed, purpose: .samplingOrder)
    }

    /// Reads where a training stands; streams that earlier versions lacked begin anew.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        step = try container.decode(Int.self, forKey: .step)
        imagesSeen = try container.decode(Int.self, forKey: .imagesSeen)
        seconds = try container.decode(Double.self, forKey: .seconds)
        latents = try container.decode(RandomStream.self, forKey: .latents)
        dropout = try container.decode(RandomStream.self, forKey: .dropout)
        noise = try container.decode(.noise, default: RandomStream(seed: latents.seed, purpose: .noise))
        transforms = try container.decode(
            .transforms, default: RandomStream(seed: latents.seed, purpose: .imageTransforms))
        data = try container.decode(.data, default: RandomStream(seed: latents.seed, purpose: .samplingOrder))
        augmentation = try container.decodeIfPresent(AdaptiveProbability.self, forKey: .augmentation)
        pathLength = try container.decodeIfPresent(Double.self, forKey: .pathLength)
        metrics = try container.decodeIfPresent(MetricsSums.self, forKey: .metrics)
        changes = try container.decode(.changes, default: [])
    }

    /// All random streams, for checking where they stand.
    var streams: [RandomStream] { [latents, dropout, noise, transforms, data] }
}

/// The figures of a step; means over the discriminator's steps in it.
public struct StepReport: Codable, Hashable, Sendable {
    /// The step that the report is of, from 1.
    public var step: Int
    /// Training images shown so far, each time counted.
    public var imagesSeen: Int
    /// The adversarial loss of the discriminator, without penalties.
    public var discriminatorLoss: Double
    /// The adversarial loss of the generator, without the other parts.
    public var generatorLoss: Double
    /// Sum of the penalties that were due in this step.
    public var penalty: Double
    /// D(x): the discriminator's output for real images before it learned from them: the mean probability of
    /// real where it is a logit, or else the mean score.
    public var realScore: Double
    /// D(G(z)): its output for generated images.
    public var fakeScore: Double
    /// Other parts of the losses, by name, before they are weighted.
    public var parts: [String: Double] = [:]
}

/// Why a training cannot go on.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A loss is no number any more.
    case diverged(step: Int, phase: String, loss: String)
    /// A network's weights are no numbers any more.
    case spoiled(step: Int, network: String)
    /// An image that was there when the training began cannot be read any more.
    case lost(SkippedImage)

    /// In words, with the step.
    public var description: String {
        switch self {
        case .diverged(let step, let phase, let loss):
            "step \(step): the \(phase)'s loss is \(loss); nothing was saved over the last checkpoint"
        case .spoiled(let step, let network):
            """
            step \(step): the \(network)'s weights are no numbers any more; nothing was saved over the last \
            checkpoint
            """
        case .lost(let image):
            """
            \(image.file) cannot be read any more: \(image.reason); put it back or remove it, and go on with \
            --resume
            """
        }
    }
}
