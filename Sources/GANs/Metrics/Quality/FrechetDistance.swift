import Kernels
import Tensors

/// The mean and the covariance of a set of feature vectors, in double precision.
public struct FeatureMoments: Sendable {
    /// How many images they were computed from.
    public let count: Int
    /// Of each feature.
    public let mean: [Double]
    /// `[dimension, dimension]`, over `count - 1`.
    public let covariance: [Double]

    /// The moments of a set of feature vectors.
    public init(_ features: FeatureSet) {
        let (count, dimension) = (features.count, features.dimension)
        var mean = [Double](repeating: 0, count: dimension)
        for index in features.values.indices { mean[index % dimension] += Double(features.values[index]) }
        for index in mean.indices { mean[index] /= Double(count) }
        // Each feature's deviations in a row, so that the covariance is products of rows.
        var deviations = [Double](repeating: 0, count: count * dimension)
        for image in 0..<count {
            for feature in 0..<dimension {
                deviations[feature * count + image] =
                    Double(features.values[image * dimension + feature]) - mean[feature]
            }
        }
        let products = rowProducts(
            deviations, deviations, rows: dimension, columns: dimension, inner: count)
        (self.count, self.mean) = (count, mean)
        covariance = products.map { $0 / Double(count - 1) }
    }

    /// The squared Fréchet distance of two normal distributions with these moments: FID, where the features
    /// are those of Inception.
    ///
    ///     |m1 - m2|^2 + trace(S1 + S2 - 2 (S1 S2)^(1/2))
    ///
    /// The trace of the root is the sum of the roots of the eigenvalues of `S1 S2`, which are those of the
    /// symmetric `F S2 F^T`, where `S1 = F^T F`. It equals pytorch-fid's and torch-fidelity's to 1e-4 on the
    /// same features; those of fewer images than features, too. Small sets bias it upward, the more the more
    /// features there are, so that it is told with the counts.
    ///
    /// - Source: Heusel et al. 2017, "GANs trained by a two time-scale update rule", section 4, equation 6.
    public func frechetDistance(to other: FeatureMoments) throws(ConfigurationError) -> Double {
        let size = mean.count
        guard other.mean.count == size else {
            throw ConfigurationError(
                "moments of \(size) features and of \(other.mean.count) cannot be compared; one network must "
                    + "have computed both")
        }
        let (factor, rank) = semidefiniteFactor(covariance, size: size)
        let half = rowProducts(factor, other.covariance, rows: rank, columns: size, inner: size)
        let product = rowProducts(half, factor, rows: rank, columns: rank, inner: size)
        let root = symmetricEigenvalues(product, size: rank).reduce(0) { $0 + max(0, $1).squareRoot() }
        func trace(_ matrix: [Double]) -> Double { (0..<size).reduce(0) { $0 + matrix[$1 * (size + 1)] } }
        let shift = zip(mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return shift + trace(covariance) + trace(other.covariance) - 2 * root
    }
}
