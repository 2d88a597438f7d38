import Datasets
import Images

/// The features of the training images, which generated ones are measured by during a training. They are computed when
/// they are first asked for, and once.
final class RealFeatures {
    private let dataset: Dataset
    private lazy var network = RandomFeatures(
        suitingWidth: dataset.format.width, height: dataset.format.height)
    private var known: KernelSet?

    /// More tell little more, and take long.
    private static let mostReals = 10_000
    /// Generated images of a measurement.
    static let fakes = 2_000

    init(_ dataset: Dataset) { self.dataset = dataset }

    /// Places of the set's images in the order of a measurement, so that generated images can have their classes as
    /// often.
    func places(_ indices: Range<Int>) -> [Int] { indices.map { $0 * dataset.count / RealFeatures.fakes } }

    /// KID between all training images, 10,000 at most, and 2,000 generated ones, by the features of random networks.
    ///
    /// - Parameters:
    ///   - progress: told now and then how many of the training images, or of the generated ones, are done.
    ///   - generate: the images of some indices below `fakes`; called in order.
    /// - Returns: nil for a single training image, and for images that are no numbers.
    func kernelDistance(
        progress: (_ done: Int, _ total: Int) -> Void, _ generate: (_ indices: Range<Int>) -> [Image]
    ) -> KernelDistance? {
        known = known ?? reals(progress)
        guard let known else { return nil }
        let fakes = try? network.features(
            count: RealFeatures.fakes, progress: { progress($0, RealFeatures.fakes) }, images: generate)
        return fakes.flatMap { try? KernelDistance(reals: known, fakes: KernelSet($0)) }
    }

    private func reals(_ progress: (_ done: Int, _ total: Int) -> Void) -> KernelSet? {
        let count = min(dataset.count, RealFeatures.mostReals)
        let features = try? network.features(count: count, progress: { progress($0, count) }) { indices in
            indices.map { dataset.image(at: $0 * dataset.count / count) }
        }
        return features.map { KernelSet($0) }
    }
}
