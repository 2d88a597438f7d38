import Checkpoints
import Dispatch
import Images
import Kernels

/// Images decoded to one format and kept as bytes, in memory or in a mapped file: past a budget in a temporary one, or
/// where the disk has no room for that decoded whenever they are asked for.
public final class Dataset: Sendable {
    /// The format of all images.
    public let format: ImageFormat
    /// One an image, each an index into `classNames`; nil without classes.
    public let labels: [Int]?
    /// The names of the classes that have at least one image.
    public let classNames: [String]
    /// A summary of the source before conversion; for a part of a data set, that of the whole.
    public let summary: DatasetSummary

    private let images: any DecodedImages
    /// The slot of each image in the store; those of skipped images stay unused.
    private let slots: [Int]

    /// Decodes, converts and fits all images of a source in parallel, or takes them as the storage's cache holds them.
    ///
    /// - Parameter progress: called after each image with how many are done and how many there are, by one
    ///   thread at a time.
    /// - Throws: `DatasetError` if there is no room or no image can be decoded.
    public init(
        _ source: any ImageSource, format: ImageFormat, storage: StorageOptions = StorageOptions(),
        progress: Progress? = nil
    ) throws(DatasetError) {
        let place = storage.cache?.place(of: source, format)
        if let (outcomes, store) = place?.read() {
            summary = try DatasetSummary(source, outcomes)
            images = store
        } else {
            let images = try Self.makeRoom(for: source, format, storage)
            let start = ContinuousClock.now
            let outcomes = DecodingOutcomes(source, progress: progress) { index, image in
                images.write(format.apply(to: image).pixels, slot: index)
            }
            summary = try DatasetSummary(source, outcomes)
            self.images = images
            if let place, let store = images as? ImageStore, let cache = storage.cache,
                start.duration(to: .now) >= cache.leastTime
            {
                // The training begins meanwhile.
                DispatchQueue.global(qos: .utility).async { place.write(outcomes, store) }
            }
        }
        self.format = format
        slots = summary.usedIndices
        labels = summary.labels
        classNames = summary.classNames
    }

    /// Room for all images, or for as many as memory holds where the disk has none for the others either.
    private static func makeRoom(
        for source: any ImageSource, _ format: ImageFormat, _ storage: StorageOptions
    ) throws(DatasetError) -> any DecodedImages {
        do { return try ImageStore(count: source.count, imageBytes: format.byteCount, storage) } catch {
            guard case .noSpace = error, format.byteCount <= StorageOptions.defaultMemoryBudget / 64 else {
                throw error
            }
            return try StreamedImages(source, format, storage)
        }
    }

    /// A subset of a data set's images, in the given order; the pixels are shared.
    init(_ indices: [Int], of whole: Dataset) {
        (format, images, summary, classNames) = (whole.format, whole.images, whole.summary, whole.classNames)
        slots = indices.map { whole.slots[$0] }
        labels = whole.labels.map { all in indices.map { all[$0] } }
    }

    /// Loads the data at a path, whose kind is detected; see `openImageSource`.
    public static func load(
        _ path: String, format: ImageFormat, storage: StorageOptions = StorageOptions(),
        progress: Progress? = nil
    ) throws(DatasetError) -> Dataset {
        try Dataset(openImageSource(path), format: format, storage: storage, progress: progress)
    }

    /// Where decoded images are kept.
    public enum Place: Sendable {
        case memory
        /// A file without a name, which is gone with the process.
        case temporaryFile
        /// A file of an earlier run's.
        case cache
        /// Nowhere but for as many as memory holds: the others are decoded each time they are asked for.
        case source
    }

    /// Called with the number of images done and their total.
    public typealias Progress = @Sendable (_ done: Int, _ total: Int) -> Void

    /// How many images there are.
    public var count: Int { slots.count }
    /// Images that could not be decoded.
    public var skipped: [SkippedImage] { summary.skipped }
    /// Where the decoded images are kept.
    public var place: Place { images.place }
    /// The first image that could be decoded when the data were read, and cannot be any more; its pixels are black.
    public var lost: SkippedImage? { images.lost }

    /// The `format.byteCount` samples of an image, rows from the top, channels last.
    public func withPixels<Result>(
        at index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        try images.withBytes(slot: slots[index], body)
    }

    /// The index of an image in the source of the data set, which knows its name.
    public func sourceIndex(at index: Int) -> Int { slots[index] }

    /// A SHA-256 over format, classes, labels and all images, as 64 hexadecimal digits: it identifies the
    /// data, wherever it is stored.
    public func digest() -> String {
        let hash = SHA256()
        hash.update(Array("\(format.width)x\(format.height)x\(format.channels) \(classNames)".utf8))
        (labels ?? []).withUnsafeBytes { hash.update($0) }
        for index in 0..<count { withPixels(at: index) { hash.update(UnsafeRawBufferPointer($0)) } }
        return hash.hexadecimal()
    }

    /// A copy of one of the images.
    public func image(at index: Int) -> Image {
        withPixels(at: index) {
            Image(
                width: format.width, height: format.height, channels: format.channels, pixels: Array($0))
        }
    }
}
