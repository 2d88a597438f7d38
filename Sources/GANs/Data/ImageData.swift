import Datasets
import Images
import Tensors

/// Images for a model that is sampled from latents.
public struct ImageData: TrainingData {
    /// All images, held-out ones included.
    public let all: Dataset
    /// The training images.
    public let training: Dataset
    /// Images that the training is measured by and does not learn from; nil if nothing is held out.
    public let heldOut: Dataset?
    /// Examples for sheets and measurements.
    public let examples: Examples
    private let configuration: TrainingConfiguration

    /// - Parameter dataset: all images, those to be held out included.
    /// - Throws: `ConfigurationError` if the images do not suit the training.
    public init(_ dataset: Dataset, for configuration: TrainingConfiguration) throws(ConfigurationError) {
        let parts = try dataset.parts(for: configuration)
        if let classes = (configuration.model as? any LatentModelConfiguration)?.conditioning?.classes {
            guard dataset.labels != nil, dataset.classNames == classes else {
                throw ConfigurationError(
                    "the networks are made for the classes \(classes.joined(separator: ", ")); the images have "
                        + (dataset.labels == nil ? "none" : dataset.classNames.joined(separator: ", ")))
            }
        }
        (all, training, heldOut) = (dataset, parts.training, parts.heldOut)
        self.configuration = configuration
        examples = Examples(
            configuration, training: ExampleSet(reals: training),
            heldOut: heldOut.map { ExampleSet(reals: $0) })
    }

    /// The path of the images.
    public var path: String { all.summary.path }
    /// Images that are trained on.
    public var count: Int { training.count }
    /// All images.
    public var total: Int { all.count }
    /// Images that could not be read.
    public var skipped: [SkippedImage] { all.skipped }

    /// Batches of the training images.
    public func makeSource() -> any BatchSource { ImageSource(training, configuration) }

    /// Up to 64 images, spread evenly over all.
    public func realsSheet() -> Image {
        let shown = min(all.count, 64)
        return Image.grid((0..<shown).map { all.image(at: $0 * all.count / shown) }, columns: 8)
    }
}

/// Batches of images, each prepared while the one before is used.
private final class ImageSource: BatchSource {
    private let dataset: Dataset
    private let configuration: TrainingConfiguration
    private var loader: BatchLoader?
    private var position = 0

    init(_ dataset: Dataset, _ configuration: TrainingConfiguration) {
        (self.dataset, self.configuration) = (dataset, configuration)
    }

    func batch(
        at position: Int, count: Int, drawing stream: inout RandomStream
    ) throws(TrainingError) -> TrainingBatch {
        if loader?.batchSize != count || self.position != position {
            loader = BatchLoader(
                dataset: dataset, batchSize: count, seed: configuration.seed, flip: configuration.data.flip,
                position: position)
        }
        guard let batch = loader?.next() else { fatalError("a loader without an end ended") }
        if let lost = dataset.lost { throw .lost(lost) }
        self.position = batch.position
        return TrainingBatch(reals: Tensor(batch, dataset.format), labels: batch.labels)
    }
}

extension Tensor {
    /// A batch as a tensor `[n, height, width, channels]`.
    init(_ batch: Batch, _ format: ImageFormat) {
        self.init(filling: [batch.count, format.height, format.width, format.channels]) { target in
            batch.pixels.withUnsafeBufferPointer { _ = target.update(from: $0) }
        }
    }
}
