import Images
import Tensors

/// A network whose features images are compared by.
public protocol FeatureNetwork {
    /// What it is called in a report.
    var name: String { get }
    /// Numbers of each feature vector.
    var dimension: Int { get }
    /// Images that go through it together, so that memory stays small.
    var atATime: Int { get }

    /// An image in color, of the size that the network takes; all become one size.
    func prepared(_ image: Image) -> Image

    /// - Shapes: `[n, h, w, 3]` in [-1, 1], prepared, to `[n, dimension]`.
    func features(of images: Tensor) -> Tensor
}

extension FeatureNetwork {
    /// The features of a number of images, made or read some at a time.
    ///
    /// Images in gray stand for all three colors; transparent ones lie on white.
    ///
    /// - Parameters:
    ///   - progress: told now and then how many images are done.
    ///   - images: the images of some indices below `count`, all of one size; called in order.
    /// - Throws: `ConfigurationError` for too few images, and if a feature is not finite.
    public func features(
        count: Int, progress: (_ done: Int) -> Void = { _ in }, images: (_ indices: Range<Int>) -> [Image]
    ) throws(ConfigurationError) -> FeatureSet {
        let values = featureValues(
            count: count,
            goesOn: {
                progress($0)
                return true
            }, images: images)
        return try FeatureSet(values: values ?? [], count: count, dimension: dimension)
    }

    /// The numbers of the features of a number of images; nil where `goesOn`, which is told now and then how many
    /// are done, ends it.
    func featureValues(
        count: Int, goesOn: (_ done: Int) -> Bool, images: (_ indices: Range<Int>) -> [Image]
    ) -> [Scalar]? {
        var values: [Scalar] = []
        values.reserveCapacity(count * dimension)
        for indices in (0..<count).pieces(of: atATime) {
            let found = features(of: Tensor(images(indices).map { prepared($0.converted(toChannels: 3)) }))
            values += found.scalars
            guard goesOn(indices.upperBound) else { return nil }
        }
        return values
    }

    /// The features of some images.
    ///
    /// - Throws: `ConfigurationError` for too few images, and if a feature is not finite.
    public func features(of images: [Image]) throws(ConfigurationError) -> FeatureSet {
        try features(count: images.count) { indices in Array(images[indices]) }
    }
}
