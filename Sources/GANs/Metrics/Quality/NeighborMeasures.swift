import Kernels
import Tensors

/// Measures of generated images by their nearest neighbors among the real ones: precision, recall, density,
/// coverage and the share of copies.
public struct NeighborMeasures: Codable, Hashable, Sendable {
    /// The share of generated images that lie within the distance of a real one to its k-th neighbor.
    ///
    /// It equals torch-fidelity's to 1e-4: a distance equal to the neighbor's counts.
    ///
    /// - Source: Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative
    ///   models", section 2.
    public let precision: Double
    /// The share of real images that lie within the distance of a generated one to its k-th neighbor.
    public let recall: Double
    /// In how many real images' neighborhoods, which reach to the k-th neighbor, a generated image lies on
    /// average, divided by k; 1 for sets of one distribution.
    ///
    /// It equals prdc's to 1e-4, as does coverage: a distance equal to the neighbor's does not count.
    ///
    /// - Source: Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models",
    ///   equations 3 and 4.
    public let density: Double
    /// The share of real images in whose neighborhood a generated one lies; of sets of one distribution and
    /// size `1 - 2^-k` on average.
    public let coverage: Double
    /// The share of generated images that lie no farther from the nearest real image than that lies from its
    /// own nearest real one: 1 less the authenticity.
    ///
    /// Of sets of one distribution it is about a half, of copies 1, of images unlike the real ones 0; so it
    /// is read beside its floor.
    ///
    /// - Source: Alaa et al. 2022, "How faithful is your synthetic data? Sample-level metrics for evaluating
    ///   and auditing generative models", section 3.
    public let copies: Double

    /// - Parameters:
    ///   - precisionNeighbors: k of precision and recall, 3 as published.
    ///   - densityNeighbors: k of density and coverage, 5 as published.
    ///   - progress: told how many pairs are done.
    /// - Throws: `ConfigurationError` for features of different networks, and for sets of no more images
    ///   than k.
    public init(
        reals: FeatureSet, fakes: FeatureSet, precisionNeighbors: Int = 3, densityNeighbors: Int = 5,
        progress: PairProgress = { _ in }
    ) throws(ConfigurationError) {
        try FeatureSet.check(reals, fakes)
        let neighbors = max(precisionNeighbors, densityNeighbors)
        for (name, count) in [("real", reals.count), ("generated", fakes.count)] where count <= neighbors {
            throw ConfigurationError(
                "\(count) \(name) images have no \(neighbors) neighbors each; give at least \(neighbors + 1)")
        }
        // The distances stay, but small ones lose fewer digits.
        let center = reals.mean
        let (reals, fakes) = (reals.shifted(by: center), fakes.shifted(by: center))
        let (realNearest, fakeNearest) = (
            reals.nearestSquares(neighbors, progress), fakes.nearestSquares(neighbors, progress)
        )
        let wide = realNearest.map { $0[precisionNeighbors - 1] }
        let fakeWide = fakeNearest.map { $0[precisionNeighbors - 1] }
        let dense = realNearest.map { $0[densityNeighbors - 1] }

        var isPrecise = [Bool](repeating: false, count: fakes.count)
        var (isRecalled, isCovered) = (
            [Bool](repeating: false, count: reals.count), [Bool](repeating: false, count: reals.count)
        )
        var (nearest, isCopy) = ([Double](repeating: .infinity, count: fakes.count), isPrecise)
        var inside = 0
        reals.forEachSquaredDistances(to: fakes, progress) { real, distances in
            var count = 0
            for fake in distances.indices {
                let distance = distances[fake]
                if distance <= wide[real] { isPrecise[fake] = true }
                if distance <= fakeWide[fake] { isRecalled[real] = true }
                if distance < dense[real] { count += 1 }
                if distance < nearest[fake] {
                    nearest[fake] = distance
                    isCopy[fake] = distance <= realNearest[real][0]
                }
            }
            inside += count
            isCovered[real] = count > 0
        }
        (precision, recall) = (isPrecise.share, isRecalled.share)
        (density, coverage) = (Double(inside) / Double(densityNeighbors * fakes.count), isCovered.share)
        copies = isCopy.share
    }
}

extension [Bool] {
    /// Of those that are true.
    fileprivate var share: Double { Double(count { $0 }) / Double(count) }
}

extension FeatureSet {
    /// Of each feature.
    fileprivate var mean: [Double] {
        var sums = [Double](repeating: 0, count: dimension)
        for image in 0..<count {
            for feature in 0..<dimension { sums[feature] += Double(values[image * dimension + feature]) }
        }
        return sums.map { $0 / Double(count) }
    }

    /// The features less something.
    fileprivate func shifted(by center: [Double]) -> FeatureSet {
        FeatureSet(
            unchecked: values.indices.map { Scalar(Double(values[$0]) - center[$0 % dimension]) },
            count: count,
            dimension: dimension)
    }

    /// The squared length of each feature vector.
    private var squares: [Double] {
        (0..<count).map { image in
            values[image * dimension..<(image + 1) * dimension].reduce(0) { $0 + Double($1) * Double($1) }
        }
    }

    /// Hands on the squared distances of each of these feature vectors, in order, to all of another set.
    fileprivate func forEachSquaredDistances(
        to others: FeatureSet, _ progress: PairProgress,
        _ body: (_ image: Int, _ distances: UnsafeBufferPointer<Double>) -> Void
    ) {
        let (own, other) = (squares, others.squares)
        var distances = [Double](repeating: 0, count: others.count)
        // Differences below it are only rounding of the products.
        let rounding = 16 * Double(Scalar.ulpOfOne)
        forEachBlockOfProducts(with: others, progress: progress) { rows, products in
            for image in rows {
                let products = products + (image - rows.lowerBound) * others.count
                for index in distances.indices {
                    let sum = own[image] + other[index]
                    let distance = sum - 2 * Double(products[index])
                    distances[index] = distance > rounding * sum ? distance : 0
                }
                distances.withUnsafeBufferPointer { body(image, $0) }
            }
        }
    }

    /// Squared distances of each image to the nearest others of its set, in rising order.
    fileprivate func nearestSquares(_ neighbors: Int, _ progress: PairProgress) -> [[Double]] {
        var result: [[Double]] = []
        result.reserveCapacity(count)
        forEachSquaredDistances(to: self, progress) { image, distances in
            var nearest = [Double](repeating: .infinity, count: neighbors)
            for index in distances.indices where index != image && distances[index] < nearest[neighbors - 1] {
                var place = neighbors - 1
                while place > 0 && nearest[place - 1] > distances[index] {
                    nearest[place] = nearest[place - 1]
                    place -= 1
                }
                nearest[place] = distances[index]
            }
            result.append(nearest)
        }
        return result
    }
}
