import Foundation
import GANs

/// The training images nearest to those that a generator makes, as `gan neighbors` finds them.
///
/// Images are read and compared on a queue of its own.
actor NeighborFinder {
    /// What was found, beside the images themselves.
    struct Found: Codable, Sendable {
        /// Of the files, or their places in one.
        let names: [String]
        /// Root mean square differences of the pixels, 0 to 255.
        let distances: [Double]
        let areMirrored: [Bool]
        /// The median distance of training images from each other's nearest one; nil of a single image.
        let usual: Double?
        /// The path of the data.
        let data: String
    }

    /// Where a checkpoint's training images lie, and how they were shown.
    struct Training: Hashable, Sendable {
        let data: String
        let isMirrored: Bool
    }

    private struct Loaded {
        let training: Training
        let format: ImageFormat
        let source: any ImageSource
        let dataset: Dataset
        let usual: Double?
    }

    private let executor = QueueExecutor("studio.neighbors")
    /// Those that were compared with last, the newest at the end.
    private var loaded: [Loaded] = []
    private static let capacity = 2
    private static let neighborCount = 6

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - image: in the format that training images are brought to.
    ///   - progress: told the share of the images that are read.
    /// - Throws: `DatasetError` if they cannot be read, `CancellationError` if the task was cancelled before.
    func nearest(
        to image: Image, as format: ImageFormat, in training: Training,
        progress: @Sendable @escaping (Double) -> Void
    ) throws -> (found: Found, images: [Image]) {
        try Task.checkCancellation()
        let loaded = try images(of: training, as: format, progress)
        let dataset = loaded.dataset
        let neighbors = NearestImages(
            to: [image], in: dataset, count: min(NeighborFinder.neighborCount, dataset.count),
            mirrored: training.isMirrored
        ).neighbors[0]
        return (
            Found(
                names: neighbors.map { loaded.source.name(at: dataset.sourceIndex(at: $0.index)) },
                distances: neighbors.map(\.distance), areMirrored: neighbors.map(\.isFlipped),
                usual: loaded.usual, data: training.data),
            neighbors.map {
                let image = dataset.image(at: $0.index)
                return $0.isFlipped ? image.flippedHorizontally() : image
            }
        )
    }

    private func images(
        of training: Training, as format: ImageFormat, _ progress: @Sendable @escaping (Double) -> Void
    ) throws -> Loaded {
        if let place = loaded.firstIndex(where: { $0.training == training && $0.format == format }) {
            let known = loaded.remove(at: place)
            loaded.append(known)
            return known
        }
        let source = try openImageSource(training.data)
        let dataset = try Dataset(source, format: format) { done, total in
            if done % 256 == 0 { progress(Double(done) / Double(total)) }
        }
        let new = Loaded(
            training: training, format: format, source: source, dataset: dataset,
            usual: usualDistance(in: dataset, mirrored: training.isMirrored))
        loaded.append(new)
        if loaded.count > NeighborFinder.capacity { loaded.removeFirst() }
        return new
    }

    private func usualDistance(in dataset: Dataset, mirrored: Bool) -> Double? {
        guard dataset.count > 1 else { return nil }
        let examples = MemorizationReport.examples(of: dataset.count)
        let nearest = NearestImages(
            to: examples.map(dataset.image(at:)), in: dataset, count: 1, mirrored: mirrored,
            excluding: examples
        ).neighbors.map { $0[0].distance }
        return MemorizationReport(generated: nearest, real: nearest).real
    }
}
