import Foundation
import GANs

/// What `gan evaluate quality` prints.
struct QualityReport: Encodable {
    private let quality: ImageQuality
    private let features: String
    private let isSlicedOfImages: Bool
    private let isRandom: Bool

    /// - Parameters:
    ///   - features: what they are of.
    ///   - isSlicedOfImages: whether the sliced Wasserstein distance is of the images or of the features.
    ///   - isRandom: whether the features are an untrained network's.
    init(_ quality: ImageQuality, features: String, isSlicedOfImages: Bool, isRandom: Bool) {
        (self.quality, self.features) = (quality, features)
        (self.isSlicedOfImages, self.isRandom) = (isSlicedOfImages, isRandom)
    }

    // MARK: - JSON

    private enum Keys: String, CodingKey {
        case kid, fid, precision, recall, density, coverage, swd, copies, floor, features, dimension, reals,
            fakes
        case kidError = "kid_error"
        case fidCount = "fid_count"
        case floorCounts = "floor_counts"
        case slicedOf = "swd_of"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try encode(quality.measures, into: &container)
        var floor = container.nestedContainer(keyedBy: Keys.self, forKey: .floor)
        try encode(quality.floor, into: &floor)
        try container.encode(features, forKey: .features)
        try container.encode(quality.dimension, forKey: .dimension)
        try container.encode(quality.reals, forKey: .reals)
        try container.encode(quality.fakes, forKey: .fakes)
        try container.encode(min(quality.reals, quality.fakes), forKey: .fidCount)
        try container.encode([quality.firstHalf, quality.secondHalf], forKey: .floorCounts)
        try container.encode(isSlicedOfImages ? "images" : "features", forKey: .slicedOf)
    }

    private func encode(_ measures: QualityMeasures, into container: inout KeyedEncodingContainer<Keys>)
        throws
    {
        try container.encode(measures.kernelDistance.value, forKey: .kid)
        try container.encode(measures.kernelDistance.standardError, forKey: .kidError)
        try container.encode(measures.frechetDistance, forKey: .fid)
        try container.encode(measures.neighbors.precision, forKey: .precision)
        try container.encode(measures.neighbors.recall, forKey: .recall)
        try container.encode(measures.neighbors.density, forKey: .density)
        try container.encode(measures.neighbors.coverage, forKey: .coverage)
        try container.encode(measures.neighbors.copies, forKey: .copies)
        try container.encode(measures.slicedWasserstein, forKey: .swd)
    }

    // MARK: - Text

    /// A table of the measures, beside their floors and what they mean.
    var text: String {
        var lines = [
            "Features  \(features), \(quality.dimension) an image"
                + (isRandom ? "; figures compare with those of the same networks alone" : ""),
            "Images    \(quality.reals) real, \(quality.fakes) generated; floor between halves of "
                + "\(quality.firstHalf) and \(quality.secondHalf) real images",
            "",
            line("Measure", "generated", "floor", "better"),
        ]
        lines += rows.map { name, better, value in
            line(name, value(quality.measures), value(quality.floor), better)
        }
        let fewest = min(quality.reals, quality.fakes)
        if fewest <= quality.dimension {
            lines += [
                "",
                "FID is of \(fewest) images, fewer than the \(quality.dimension) features: it comes out too "
                    + "large, and compares only with FID of as many images.",
            ]
        } else if quality.firstHalf <= quality.dimension {
            lines += [
                "",
                "The floor of FID is of \(quality.firstHalf) images, fewer than the \(quality.dimension) "
                    + "features: it comes out too large.",
            ]
        }
        return lines.joined(separator: "\n")
    }

    private typealias Row = (name: String, better: String, value: (QualityMeasures) -> String)

    private var rows: [Row] {
        [
            ("KID", "lower: distance of the distributions, 0 when equal", { kernel($0.kernelDistance) }),
            ("FID", "lower: distance of means and covariances", { fixed($0.frechetDistance, 3) }),
            ("Precision", "higher: generated images that look real", { fixed($0.neighbors.precision, 3) }),
            ("Recall", "higher: real images that could be generated", { fixed($0.neighbors.recall, 3) }),
            ("Density", "higher: how near to real ones they crowd", { fixed($0.neighbors.density, 3) }),
            (
                "Coverage", "higher: real images with a generated one near",
                { fixed($0.neighbors.coverage, 3) }
            ),
            (
                "SWD",
                "lower: difference of " + (isSlicedOfImages ? "details, times 1000" : "the features, sliced"),
                { fixed($0.slicedWasserstein, 3) }
            ),
            ("Copies", "near the floor: 1 when real images are repeated", { fixed($0.neighbors.copies, 3) }),
        ]
    }

    private func line(_ name: String, _ value: String, _ floor: String, _ better: String) -> String {
        [(name, 11), (value, 27), (floor, 27), (better, 0)].map { text, width in
            text + String(repeating: " ", count: max(0, width - text.count))
        }.joined()
    }
}

/// `0.00123 +- 0.00012`: the error in two digits.
private func kernel(_ distance: KernelDistance) -> String {
    let error = distance.standardError
    let decimals = error > 0 ? min(max(1 - Int(log10(error).rounded(.down)), 1), 8) : 4
    return "\(fixed(distance.value, decimals)) +- \(fixed(error, decimals))"
}
