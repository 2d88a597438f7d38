/// Pairs of images, decoded to a format for each side.
public final class PairedDataset: Sendable {
    /// The first image of each pair.
    public let first: Dataset
    /// The second image of each pair.
    public let second: Dataset

    /// Decodes, converts and fits all images; pairs with an image that cannot be read are skipped.
    ///
    /// - Parameters:
    ///   - storage: of both sides together.
    ///   - progress: called with the number of images done, of both sides, and their total.
    /// - Throws: `DatasetError` if there is no room, or no pair can be decoded.
    public init(
        _ source: PairSource, first firstFormat: ImageFormat, second secondFormat: ImageFormat,
        storage: StorageOptions = StorageOptions(), progress: Dataset.Progress? = nil
    ) throws(DatasetError) {
        let total = 2 * source.count
        let one = try Dataset(source.first, format: firstFormat, storage: storage.half) { done, _ in
            progress?(done, total)
        }
        let other = try Dataset(source.second, format: secondFormat, storage: storage.half) {
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

    /// Pairs of each image with itself.
    public init(of images: Dataset) { (first, second) = (images, images) }

    /// How many pairs there are.
    public var count: Int { first.count }

    /// Images that could not be decoded, of either side.
    public var skipped: [SkippedImage] {
        first.skipped + second.skipped.filter { !first.skipped.contains($0) }
    }
}
