import Datasets
import Images

/// How far the measuring of generated images is.
public enum QualityProgress: Sendable {
    /// Features of the real images.
    case reals(done: Int, of: Int)
    /// Images are generated, and their features computed.
    case fakes(done: Int, of: Int)
    /// Pairs of images are compared.
    case comparing(pair: Int, of: Int)
}

extension ImageQuality {
    /// The images of each set that the sliced Wasserstein distance compares at most: more would take long
    /// and tell little more.
    static let mostSliced = 500
    /// The smallest side of images whose neighborhoods have a sliced Wasserstein distance, in pixels.
    static let smallestSliced = 7

    /// Measures the images that `generate` makes beside all of a data set.
    ///
    /// The sliced Wasserstein distance is the mean of `SlicedWassersteinDistance` over its levels, for which
    /// both comparisons take equally many images, 500 at most.
    ///
    /// - Parameters:
    ///   - dataset: the real images, in the format of the generated ones.
    ///   - network: computes the features.
    ///   - realFeatures: of the data set by this network, where they are known; otherwise they are computed.
    ///   - count: how many images are generated, at least 6.
    ///   - seed: the same one gives the same halves of the real images.
    ///   - progress: told how far it is.
    ///   - generate: the images of some indices below `count`; called in order.
    /// - Throws: `ConfigurationError` for too few images.
    public init(
        of count: Int, beside dataset: Dataset, by network: any FeatureNetwork,
        realFeatures: FeatureSet? = nil, seed: UInt64 = 0, progress: (QualityProgress) -> Void = { _ in },
        generate: (_ indices: Range<Int>) -> [Image]
    ) throws(ConfigurationError) {
        guard dataset.count >= ImageQuality.fewestReals else {
            throw ConfigurationError(
                "\(dataset.count) real images are too few to measure by; give at least "
                    + "\(ImageQuality.fewestReals)")
        }
        let sliced = min(dataset.count / 2, count, ImageQuality.mostSliced)
        var kept: [Image] = []
        let reals: FeatureSet
        if let realFeatures {
            reals = realFeatures
        } else {
            reals = try network.features(of: dataset) { progress(.reals(done: $0, of: dataset.count)) }
        }
        let fakes = try network.features(count: count) {
            progress(.fakes(done: $0, of: count))
        } images: { indices in
            let images = generate(indices)
            // Spread over all, which may be sorted by class.
            for (index, image) in zip(indices, images)
            where (index + 1) * sliced / count > index * sliced / count {
                kept.append(image)
            }
            return images
        }
        try self.init(
            reals: reals, fakes: fakes,
            slicedWasserstein: ImageQuality.slicedDistances(kept, dataset, seed: seed), seed: seed
        ) { progress(.comparing(pair: $0, of: $1)) }
    }

    /// Of generated images beside as many real ones, and between as many of two halves; nil for images that
    /// are too small.
    private static func slicedDistances(
        _ fakes: [Image], _ dataset: Dataset, seed: UInt64
    ) -> (measure: Double, floor: Double)? {
        guard min(dataset.format.width, dataset.format.height) >= smallestSliced else { return nil }
        let halves = FeatureSet.halves(of: dataset.count, seed: seed)
        let chosen = [halves.first, halves.second].map { half in
            fakes.indices.map { dataset.image(at: half[$0 * half.count / fakes.count]) }
        }
        return (
            SlicedWassersteinDistance(reals: chosen[0], fakes: fakes).mean,
            SlicedWassersteinDistance(reals: chosen[0], fakes: chosen[1]).mean
        )
    }
}

extension FeatureNetwork {
    /// The features of a data set's images.
    ///
    /// - Parameter progress: told now and then how many are done.
    /// - Throws: `ConfigurationError` for too few images, and if a feature is not finite.
    public func features(
        of dataset: Dataset, progress: (_ done: Int) -> Void = { _ in }
    ) throws(ConfigurationError) -> FeatureSet {
        try features(count: dataset.count, progress: progress) { $0.map(dataset.image(at:)) }
    }
}
