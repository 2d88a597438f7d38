import Kernels
import Tensors

extension FeatureSet {
    /// The sliced Wasserstein-1 distance of two sets of feature vectors, which need not be of one size: the
    /// mean over random directions of length 1 of the distance of the projections' distributions.
    ///
    /// - Parameters:
    ///   - directions: how many; 512 as Karras et al. 2018, "Progressive growing of GANs", section 5, take.
    ///   - seed: the same one takes the same directions.
    /// - Throws: `ConfigurationError` for features of different networks.
    /// - Source: Rabin et al. 2011, "Wasserstein barycenter and its application to texture mixing", section
    ///   2.2.
    public func slicedDistance(
        to other: FeatureSet, directions: Int = 512, seed: UInt64 = 0
    ) throws(ConfigurationError) -> Double {
        try FeatureSet.check(self, other)
        var random = RandomStream(seed: seed, purpose: .slicing)
        let normal = Tensor.normal([directions, dimension], from: &random)
        let unit = normal / normal.squared().sum(axes: [1], keepingAxes: true).squareRoot()
        let (own, others) = (projections(on: unit), other.projections(on: unit))
        var distances = [Double](repeating: 0, count: directions)
        distances.withUnsafeMutableBufferPointer { distances in
            own.withScalars { own in
                others.withScalars { others in
                    Parallel.forEachRows(of: directions, columns: count + other.count) { rows in
                        for row in rows {
                            distances[row] = distance(
                                own[row * count..<(row + 1) * count].sorted(),
                                others[row * other.count..<(row + 1) * other.count].sorted())
                        }
                    }
                }
            }
        }
        return distances.reduce(0, +) / Double(directions)
    }

    /// - Shapes: directions `[k, dimension]` to `[k, count]`.
    private func projections(on directions: Tensor) -> Tensor {
        directions.matrixProduct(Tensor(values, shape: [count, dimension]), transposingOther: true)
    }
}

/// The Wasserstein-1 distance of two samples in rising order: the area between their distribution functions,
/// by quantiles.
private func distance(_ a: [Scalar], _ b: [Scalar]) -> Double {
    var (first, second, sum) = (0, 0, 0.0)
    // In parts of 1 / (a.count * b.count), which both samples' steps are whole numbers of.
    var place = 0
    while first < a.count && second < b.count {
        let end = min((first + 1) * b.count, (second + 1) * a.count)
        sum += Double(end - place) * abs(Double(a[first]) - Double(b[second]))
        if end == (first + 1) * b.count { first += 1 }
        if end == (second + 1) * a.count { second += 1 }
        place = end
    }
    return sum / Double(a.count) / Double(b.count)
}
