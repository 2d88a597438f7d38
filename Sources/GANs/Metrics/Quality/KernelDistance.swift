import Kernels
import Tensors

/// What a kernel distance needs of one set alone. Of the real images it is computed once for many sets of
/// generated ones.
public struct KernelSet: Sendable {
    /// The feature vectors.
    public let features: FeatureSet
    /// For each image the sum of the kernel with all others.
    let rowSums: [Double]
    /// Over all ordered pairs of different images.
    let squareSum: Double

    /// Computes the kernel of all pairs.
    ///
    /// - Parameter progress: told how many pairs are done.
    public init(_ features: FeatureSet, progress: PairProgress = { _ in }) {
        self.features = features
        let sums = KernelSums(within: features, progress)
        rowSums = sums.rows
        squareSum = sums.squares
    }

    /// The mean of the kernel over pairs of different images.
    var mean: Double { rowSums.reduce(0, +) / Double(features.count) / Double(features.count - 1) }

    /// An unbiased estimate of the mean square of the kernel centered in both arguments, which the diagonal
    /// takes no part in; 0 for fewer than four images, of which nothing is left.
    ///
    /// - Source: Székely and Rizzo 2014, "Partial distance correlation with methods for dissimilarities",
    ///   definition 2 and equation 3.2.
    var centeredSquare: Double {
        let count = Double(features.count)
        guard count > 3 else { return 0 }
        let total = rowSums.reduce(0, +)
        let rowSquares = rowSums.reduce(0) { $0 + $1 * $1 }
        let sum = squareSum - 2 * rowSquares / (count - 2) + total * total / ((count - 1) * (count - 2))
        return max(0, sum) / (count * (count - 3))
    }
}

/// KID, the squared maximum mean discrepancy of two sets of features with a cubic kernel, and its error.
///
///     k(x, y) = (x y / d + 1)^3
///     KID = mean k(x, x') + mean k(y, y') - 2 mean k(x, y)
///
/// over all pairs of different images: the unbiased estimate, which of sets from one distribution is 0 on
/// average and may be negative. It is that of all images, not a mean over subsets of 1000; it equals
/// torch-fidelity's and clean-fid's to 1e-4 when these take one subset of all images.
///
/// - Source: Bińkowski et al. 2018, "Demystifying MMD GANs", section 4; Gretton et al. 2012, "A kernel
///   two-sample test", lemma 6.
public struct KernelDistance: Codable, Hashable, Sendable {
    /// The estimate.
    public let value: Double
    /// The standard error of the estimate: how far it lies from that of endlessly many images.
    ///
    /// The estimate is a sum of uncorrelated parts: what each real image adds, each generated one, and each
    /// pair beyond its two images. The variance of each part is estimated without bias:
    ///
    ///     4 V(f) / m + 4 V(g) / n + 2 E(kx^2) / (m (m - 1)) + 2 E(ky^2) / (n (n - 1)) + 4 E(kxy^2) / (m n)
    ///
    /// where f and g are the mean kernel of an image with its own set less that with the other, and kx, ky
    /// and kxy the kernel centered in both arguments. The last three tell where both sets are of one
    /// distribution, for which f and g vanish. A deviation over subsets divided by the root of their number,
    /// which other programs print, is far too small, since subsets share images.
    ///
    /// - Source: Hoeffding 1948, "A class of statistics with asymptotically normal distribution", section 5;
    ///   for sets of one size Sutherland et al. 2017, "Generative models and model criticism via optimized
    ///   maximum mean discrepancy", equation 5.
    public let standardError: Double

    /// - Parameter progress: told how many pairs are done.
    /// - Throws: `ConfigurationError` for features of different networks.
    public init(
        reals: FeatureSet, fakes: FeatureSet, progress: PairProgress = { _ in }
    ) throws(ConfigurationError) {
        try FeatureSet.check(reals, fakes)
        try self.init(
            reals: KernelSet(reals, progress: progress), fakes: KernelSet(fakes, progress: progress),
            progress: progress)
    }

    /// - Parameters:
    ///   - reals: with what was computed of them alone, as `fakes`.
    ///   - progress: told how many pairs are done.
    /// - Throws: `ConfigurationError` for features of different networks.
    public init(
        reals: KernelSet, fakes: KernelSet, progress: PairProgress = { _ in }
    ) throws(ConfigurationError) {
        try FeatureSet.check(reals.features, fakes.features)
        let cross = KernelSums(between: reals.features, fakes.features, progress)
        let (m, n) = (Double(reals.features.count), Double(fakes.features.count))
        value = reals.mean + fakes.mean - 2 * cross.rows.reduce(0, +) / (m * n)

        let (own, others) = (reals.centeredSquare, fakes.centeredSquare)
        let both = cross.centeredSquare
        let first =
            KernelDistance.variance(reals.rowSums, cross.rows, others: n) - own / max(1, m - 2) - both / n
        let second =
            KernelDistance.variance(fakes.rowSums, cross.columns, others: m) - others / max(1, n - 2) - both
            / m
        // Below 0 only by chance.
        let linear = max(0, 4 * first / m + 4 * second / n)
        let pairs = 2 * own / (m * (m - 1)) + 2 * others / (n * (n - 1)) + 4 * both / (m * n)
        standardError = (linear + pairs).squareRoot()
    }

    /// The variance over images of their mean kernel with their own set less that with the other.
    ///
    /// The own set's mean is over `count - 1` others, of which the image itself shifts the average by one
    /// part; with `count - 2` in its place the deviations have no bias.
    private static func variance(_ own: [Double], _ cross: [Double], others: Double) -> Double {
        let count = Double(own.count)
        guard count > 2 else { return 0 }
        let values = zip(own, cross).map { $0 / (count - 2) - $1 / others }
        let mean = values.reduce(0, +) / count
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    }
}

/// Sums of the kernel over the pairs of images.
private struct KernelSums {
    private(set) var rows: [Double]
    private(set) var columns: [Double] = []
    private(set) var squares = 0.0

    /// Over the pairs of different images of a set; columns are the rows.
    init(within features: FeatureSet, _ progress: PairProgress) {
        rows = [Double](repeating: 0, count: features.count)
        features.forEachBlockOfProducts(with: features, progress: progress) { block, products in
            // The kernel of this product is 0.
            for row in block {
                products[(row - block.lowerBound) * features.count + row] = -Scalar(features.dimension)
            }
            sumRows(block, products, features)
        }
    }

    /// Over the pairs of an image of one set and one of the other.
    init(between features: FeatureSet, _ others: FeatureSet, _ progress: PairProgress) {
        rows = [Double](repeating: 0, count: features.count)
        var columns = [Double](repeating: 0, count: others.count)
        features.forEachBlockOfProducts(with: others, progress: progress) { block, products in
            sumRows(block, products, others)
            columns.withUnsafeMutableBufferPointer { sums in
                Parallel.forEachElements(of: others.count) { part in
                    for row in 0..<block.count {
                        for column in part { sums[column] += Double(products[row * others.count + column]) }
                    }
                }
            }
        }
        self.columns = columns
    }

    /// Turns products into kernels and sums their rows.
    private mutating func sumRows(
        _ block: Range<Int>, _ products: UnsafeMutablePointer<Scalar>, _ others: FeatureSet
    ) {
        let (scale, width) = (1 / Double(others.dimension), others.count)
        var squareSums = [Double](repeating: 0, count: block.count)
        rows.withUnsafeMutableBufferPointer { sums in
            squareSums.withUnsafeMutableBufferPointer { squareSums in
                Parallel.forEachRows(of: block.count, columns: width) { part in
                    for row in part {
                        let start = products + row * width
                        var (sum, squares) = (0.0, 0.0)
                        for column in 0..<width {
                            let base = Double(start[column]) * scale + 1
                            let kernel = base * base * base
                            sum += kernel
                            squares += kernel * kernel
                            start[column] = Scalar(kernel)
                        }
                        sums[block.lowerBound + row] = sum
                        squareSums[row] = squares
                    }
                }
            }
        }
        squares += squareSums.reduce(0, +)
    }

    /// An unbiased estimate of the mean square of the kernel of two sets centered in both arguments.
    var centeredSquare: Double {
        let (m, n) = (Double(rows.count), Double(columns.count))
        guard m > 1, n > 1 else { return 0 }
        let total = rows.reduce(0, +)
        let rowSquares = rows.reduce(0) { $0 + $1 * $1 }
        let columnSquares = columns.reduce(0) { $0 + $1 * $1 }
        let sum = squares - rowSquares / n - columnSquares / m + total * total / (m * n)
        return max(0, sum) / ((m - 1) * (n - 1))
    }
}
