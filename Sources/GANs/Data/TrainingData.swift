import Datasets
import Images
import Toys
import Tensors

/// Training data, read and prepared as its configuration says.
public protocol TrainingData {
    /// Where it lies.
    var path: String { get }
    /// Where images of the second kind lie, if elsewhere.
    var target: String? { get }
    /// Images or pairs that an epoch shows.
    var count: Int { get }
    /// Images or pairs in all, held-out ones included.
    var total: Int { get }
    /// Images that could not be read.
    var skipped: [SkippedImage] { get }
    /// Examples for sheets and measurements.
    var examples: Examples { get }

    /// Goes on where a training stands.
    func makeSource() -> any BatchSource
    /// Some of what is trained on, in one image.
    func realsSheet() -> Image
}

extension TrainingData {
    /// Nil: all images lie in one place.
    public var target: String? { nil }
    /// None.
    public var skipped: [SkippedImage] { [] }
}

/// Gives batch after batch without end. The batch at a position depends on the data, the configuration and the
/// position alone, or on the stream that it is drawn from.
public protocol BatchSource: AnyObject {
    /// - Parameters:
    ///   - position: images that were shown before.
    ///   - stream: what data is drawn from that is made anew in every step.
    /// - Throws: `TrainingError.lost` for an image that cannot be read any more.
    func batch(
        at position: Int, count: Int, drawing stream: inout RandomStream
    ) throws(TrainingError) -> TrainingBatch
}

/// Images with what they are made from.
public struct ExampleSet {
    /// The images that are translated; nil where images are made of latents.
    public let inputs: Dataset?
    /// Real images, or the targets of the inputs.
    public let reals: Dataset

    /// Examples of two sets whose images belong together, or of one.
    public init(inputs: Dataset? = nil, reals: Dataset) { (self.inputs, self.reals) = (inputs, reals) }

    /// How many there are of both kinds.
    public var count: Int { min(inputs?.count ?? reals.count, reals.count) }

    /// Places spread evenly over the set.
    func spread(_ count: Int) -> [Int] { (0..<count).map { $0 * self.count / count } }
}

/// Examples for sheets and measurements.
public struct Examples {
    /// How the data was prepared.
    public let configuration: TrainingConfiguration
    /// Training examples; nil for points.
    public let training: ExampleSet?
    /// Held-out examples; nil if nothing is held out.
    public let heldOut: ExampleSet?
    /// Where points come from.
    public let distribution: ToyDistribution?
    /// Of the training images; nil for points.
    let realFeatures: RealFeatures?
    /// Told now and then how many of the images of a measurement are done; whether it goes on.
    public var measuringGoesOn: (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
    /// The training's figures so far.
    public var rows: [MetricsRow] = []
    /// The step that the training stands at.
    public var step = 0
    /// The step that the training ends after, where that is known.
    public var lastStep: Int?

    init(
        _ configuration: TrainingConfiguration, training: ExampleSet? = nil, heldOut: ExampleSet? = nil,
        distribution: ToyDistribution? = nil
    ) {
        (self.configuration, self.training) = (configuration, training)
        (self.heldOut, self.distribution) = (heldOut, distribution)
        realFeatures = training.map { RealFeatures($0.reals) }
    }
}

extension Dataset {
    /// The training images and the held-out ones, nil if nothing is held out.
    func parts(
        for configuration: TrainingConfiguration
    ) throws(ConfigurationError) -> (training: Dataset, heldOut: Dataset?) {
        let heldOut = configuration.data.heldOut
        guard heldOut < count else {
            throw ConfigurationError("heldOut", heldOut, "there are \(count) images in all")
        }
        let parts = split(heldOut: heldOut, seed: configuration.seed)
        return (parts.training, heldOut == 0 ? nil : parts.heldOut)
    }
}
