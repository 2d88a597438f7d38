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
    ///   - goesOn: told now and then how many of the training images, or of the generated ones, are done; may end it.
    ///   - generate: the images of some indices below `fakes`; called in order.
    /// - Returns: nil for a single training image, for images that are no numbers, and if it was ended.
    func kernelDistance(
        while goesOn: (_ done: Int, _ total: Int) -> Bool, _ generate: (_ indices: Range<Int>) -> [Image]
    ) -> KernelDistance? {
        let count = min(dataset.count, RealFeatures.mostReals)
        known =
            known
            ?? kernelSet(of: count, while: goesOn) { indices in
                indices.map { dataset.image(at: $0 * dataset.count / count) }
            }
        guard let known, let fakes = kernelSet(of: RealFeatures.fakes, while: goesOn, images: generate)
        else { return nil }
        return try? KernelDistance(reals: known, fakes: fakes)
    }

    private func kernelSet(
        of count: Int, while goesOn: (_ done: Int, _ total: Int) -> Bool,
        images: (_ indices: Range<Int>) -> [Image]
    ) -> KernelSet? {
        let values = network.featureValues(count: count, goesOn: { goesOn($0, count) }, images: images)
        return values.flatMap { try? FeatureSet(values: $0, count: count, dimension: network.dimension) }
            .map { KernelSet($0) }
    }
}
