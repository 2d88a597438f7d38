/// Pairs of images decoded once, each side brought to a format of its own.
public final class PairedDataset: Sendable {
    public let first: Dataset
    public let second: Dataset

    /// Decodes, converts and fits all images; a pair of which one image cannot be read is left out.
    ///
    /// - Parameters:
    ///   - memoryBudget: in bytes, of both sides together.
    ///   - progress: told how many images of both sides are done, and how many there are.
    /// - Throws: `DatasetError` if there is no room, or no pair can be decoded.
    public init(
        _ source: PairSource, first firstFormat: ImageFormat, second secondFormat: ImageFormat,
        memoryBudget: Int = defaultMemoryBudget(), progress: Dataset.Progress? = nil
    ) throws(DatasetError) {
        let total = 2 * source.count
        let one = try Dataset(source.first, format: firstFormat, memoryBudget: memoryBudget / 2) { done, _ in
            progress?(done, total)
        }
        let other = try Dataset(source.second, format: secondFormat, memoryBudget: memoryBudget / 2) {
            done, count in progress?(count + done, total)
        }
        let (ones, others) = (one.summary.usedIndices, other.summary.usedIndices)
        let both = Set(ones).intersection(others)
        guard !both.isEmpty else {
            throw .malformed(path: source.path, reason: "there is no pair of which both images can be read")
        }
        first = Dataset(ones.indices.filter { both.contains(ones[$0]) }, of: one)
        second = Dataset(others.indices.filter { both.contains(others[$0]) }, of: other)
    }

    /// Images that are both of a pair.
    public init(of images: Dataset) { (first, second) = (images, images) }

    public var count: Int { first.count }

    /// Images that could not be decoded, of either side.
    public var skipped: [SkippedImage] {
        first.skipped + second.skipped.filter { !first.skipped.contains($0) }
    }
}
