import Checkpoints
import Files
import Kernels
import Tensors

/// What a network sees in each of a set of images: a feature vector an image.
///
/// - Shapes: `[count, dimension]`
public struct FeatureSet: Sendable {
    /// How many images.
    public let count: Int
    /// Numbers of each feature vector.
    public let dimension: Int
    /// The feature vectors, one after the other.
    public let values: [Scalar]

    /// More images than this would be compared for days.
    public static let largestCount = 1_000_000
    /// The covariance of more features than this takes more than a gigabyte; those of published measures have
    /// 2048 or 4096.
    public static let largestDimension = 8192
    /// The third powers of larger features' products, which KID is made of, are no single-precision numbers.
    public static let largestMagnitude: Scalar = 1e6

    /// - Parameters:
    ///   - values: `[count, dimension]`, in row-major order.
    ///   - name: what they are called in an error.
    /// - Throws: `ConfigurationError` for fewer than two images, more than `largestCount`, no features, more
    ///   than `largestDimension`, or numbers that are not finite or beyond `largestMagnitude`.
    public init(
        values: [Scalar], count: Int, dimension: Int, name: String = "the features"
    ) throws(ConfigurationError) {
        try FeatureSet.check([count, dimension], name)
        require(
            values.count == count * dimension,
            "FeatureSet: \(values.count) numbers are not \(count) of \(dimension)")
        // A comparison with what is no number is false.
        if let place = values.firstIndex(where: { !(abs($0) <= FeatureSet.largestMagnitude) }) {
            throw ConfigurationError(
                "\(name) of image \(place / dimension) hold \(values[place]); nothing can be measured with "
                    + "numbers that are not finite or beyond a million")
        }
        (self.values, self.count, self.dimension) = (values, count, dimension)
    }

    /// Features that are known to be possible.
    init(unchecked values: [Scalar], count: Int, dimension: Int) {
        (self.values, self.count, self.dimension) = (values, count, dimension)
    }

    /// The features in a `.npy` file, of floating-point numbers; its shape is seen before memory is taken.
    ///
    /// - Throws: `CheckpointError` if the file cannot be read, `ConfigurationError` as the other initializer.
    public init(path: String) throws {
        let array = try NumpyArray(path: path)
        try FeatureSet.check(array.shape, path)
        try self.init(
            values: array.values(as: Scalar.self), count: array.shape[0], dimension: array.shape[1],
            name: "the features in \(path)")
    }

    /// Writes the features to a `.npy` file, float32, which `init(path:)` reads.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    public func write(to path: String) throws {
        try NumpyArray(shape: [count, dimension], values: values.map { Float($0) }).write(to: path)
    }

    /// Two halves, drawn at random; of an odd number the second has one more.
    ///
    /// - Parameter seed: the same one gives the same halves.
    public func halves(seed: UInt64 = 0) -> (first: FeatureSet, second: FeatureSet) {
        let halves = FeatureSet.halves(of: count, seed: seed)
        return (subset(halves.first), subset(halves.second))
    }

    /// The indices of two halves of so many images, drawn at random, each in rising order.
    static func halves(of count: Int, seed: UInt64) -> (first: [Int], second: [Int]) {
        var random = RandomStream(seed: seed, purpose: .halves)
        let order = random.permutation(of: count)
        return (order.prefix(count / 2).sorted(), order.dropFirst(count / 2).sorted())
    }

    /// The features of some of the images, in the given order.
    public func subset(_ indices: [Int]) -> FeatureSet {
        FeatureSet(
            unchecked: indices.flatMap { values[$0 * dimension..<($0 + 1) * dimension] },
            count: indices.count,
            dimension: dimension)
    }

    private static func check(_ shape: [Int], _ name: String) throws(ConfigurationError) {
        guard shape.count == 2 else {
            throw ConfigurationError(
                "\(name): the array has shape \(shape); features have two extents, count x dimension")
        }
        guard (2...largestCount).contains(shape[0]) else {
            throw ConfigurationError(
                "\(name): \(shape[0]) images cannot be measured; give 2 to \(largestCount)")
        }
        guard (1...largestDimension).contains(shape[1]) else {
            throw ConfigurationError(
                "\(name): \(shape[1]) features an image cannot be measured; give 1 to \(largestDimension)")
        }
        // What is measured with them takes some copies, of which two are in double precision.
        let bytes = 4 * shape[0] * shape[1] * MemoryLayout<Double>.size
        guard bytes <= memoryLimit else {
            throw ConfigurationError(
                "\(name): \(shape[0]) images with \(shape[1]) features take \(bytes >> 20) MB to measure, of "
                    + "\(memoryLimit >> 20) MB; give fewer images")
        }
    }
}

/// Told how many pairs of images have been compared, each time those since the last.
public typealias PairProgress = (_ pairs: Int) -> Void

extension FeatureSet {
    /// Throws unless two sets can be compared.
    static func check(_ reals: FeatureSet, _ fakes: FeatureSet) throws(ConfigurationError) {
        guard reals.dimension == fakes.dimension else {
            throw ConfigurationError(
                "the real images have \(reals.dimension) features and the generated ones \(fakes.dimension); "
                    + "they are compared only when one network computed both")
        }
    }

    /// Hands on the inner products of each of these feature vectors with all of another set, some of these
    /// at a time so that memory stays small.
    ///
    /// - Parameters:
    ///   - progress: told how many products are done.
    ///   - body: is given which of these, and the products `[rows, other.count]`, which it may change.
    func forEachBlockOfProducts(
        with other: FeatureSet, progress: PairProgress,
        _ body: (_ rows: Range<Int>, _ products: UnsafeMutablePointer<Scalar>) -> Void
    ) {
        // Enough rows for a fast product; of 100,000 others they take 100 MB.
        let atATime = 256
        values.withUnsafeBufferPointer { own in
            other.values.withUnsafeBufferPointer { others in
                guard let own = own.baseAddress, let others = others.baseAddress else { return }
                BufferPool.withScratch(atATime * other.count) { products in
                    for rows in (0..<count).pieces(of: atATime) {
                        multiplyInParallel(
                            MatrixOperand(own + rows.lowerBound * dimension, rowStride: dimension),
                            MatrixOperand(others, rowStride: dimension, transposed: true), into: products,
                            rows: rows.count, inner: dimension, columns: other.count)
                        body(rows, products)
                        progress(rows.count * other.count)
                    }
                }
            }
        }
    }
}
