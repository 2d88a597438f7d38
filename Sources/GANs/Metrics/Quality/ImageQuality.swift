/// What generated images are measured by, beside the real ones that they imitate.
public struct QualityMeasures: Codable, Hashable, Sendable {
    /// KID, and its standard error.
    public var kernelDistance: KernelDistance
    /// FID, the squared Fréchet distance of the features; its name is that of Inception's.
    public var frechetDistance: Double
    /// Precision, recall, density, coverage and copies.
    public var neighbors: NeighborMeasures
    /// The sliced Wasserstein distance.
    public var slicedWasserstein: Double

    /// - Parameters:
    ///   - slicedWasserstein: that of the images themselves, where there are any; without it that of the
    ///     features is measured.
    ///   - progress: told how many pairs are done.
    /// - Throws: `ConfigurationError` for features of different networks, and for fewer than six images of a
    ///   kind.
    public init(
        reals: FeatureSet, fakes: FeatureSet, slicedWasserstein: Double? = nil,
        progress: PairProgress = { _ in }
    ) throws(ConfigurationError) {
        neighbors = try NeighborMeasures(reals: reals, fakes: fakes, progress: progress)
        kernelDistance = try KernelDistance(reals: reals, fakes: fakes, progress: progress)
        frechetDistance = try FeatureMoments(reals).frechetDistance(to: FeatureMoments(fakes))
        if let slicedWasserstein {
            self.slicedWasserstein = slicedWasserstein
        } else {
            self.slicedWasserstein = try reals.slicedDistance(to: fakes)
        }
    }

    /// The pairs that are compared of so many images: within each set and between them, once for neighbors
    /// and once for KID.
    static func pairs(reals: Int, fakes: Int) -> Int { 2 * (reals * reals + fakes * fakes + reals * fakes) }
}

/// Measures of generated images, beside the same measures between two halves of the real ones: what images
/// from the same distribution would reach, so that nothing better can be asked for.
public struct ImageQuality: Codable, Hashable, Sendable {
    /// Of the generated images beside the real ones.
    public let measures: QualityMeasures
    /// Of one half of the real images beside the other.
    public let floor: QualityMeasures
    /// How many images were measured: real and generated ones, and of the two halves.
    public let reals, fakes, firstHalf, secondHalf: Int
    /// Numbers of each feature vector.
    public let dimension: Int

    /// The least number of real images, whose halves have the five neighbors that density takes.
    public static let fewestReals = 12

    /// - Parameters:
    ///   - reals: at least `fewestReals`.
    ///   - slicedWasserstein: that of the images themselves, beside the generated ones and between the
    ///     halves that `seed` gives; without them that of the features is measured.
    ///   - seed: the same one gives the same halves.
    ///   - progress: told how many of all pairs of images have been compared.
    /// - Throws: `ConfigurationError` for features of different networks, and for too few images.
    public init(
        reals: FeatureSet, fakes: FeatureSet, slicedWasserstein: (measure: Double, floor: Double)? = nil,
        seed: UInt64 = 0, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(ConfigurationError) {
        guard reals.count >= ImageQuality.fewestReals else {
            throw ConfigurationError(
                "\(reals.count) real images are too few to measure by; give at least "
                    + "\(ImageQuality.fewestReals)")
        }
        let halves = reals.halves(seed: seed)
        let total =
            QualityMeasures.pairs(reals: reals.count, fakes: fakes.count)
            + QualityMeasures.pairs(reals: halves.first.count, fakes: halves.second.count)
        var done = 0
        func add(_ pairs: Int) {
            done += pairs
            progress(done, total)
        }
        measures = try QualityMeasures(
            reals: reals, fakes: fakes, slicedWasserstein: slicedWasserstein?.measure, progress: add)
        floor = try QualityMeasures(
            reals: halves.first, fakes: halves.second, slicedWasserstein: slicedWasserstein?.floor,
            progress: add)
        (self.reals, self.fakes, dimension) = (reals.count, fakes.count, reals.dimension)
        (firstHalf, secondHalf) = (halves.first.count, halves.second.count)
    }
}
