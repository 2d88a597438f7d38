import Checkpoints
import Dispatch
import Images
import Kernels

/// Images decoded to one format and kept as bytes, in memory or in a mapped file: past a budget in a temporary one.
public final class Dataset: Sendable {
    /// The format of all images.
    public let format: ImageFormat
    /// One an image, each an index into `classNames`; nil without classes.
    public let labels: [Int]?
    /// The names of the classes that have at least one image.
    public let classNames: [String]
    /// A summary of the source before conversion; for a part of a data set, that of the whole.
    public let summary: DatasetSummary

    /// Whether the images were decoded by an earlier run.
    public let isFromCache: Bool
    private let store: ImageStore
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
            (self.store, isFromCache) = (store, true)
        } else {
            let store = try ImageStore(count: source.count, imageBytes: format.byteCount, storage)
            let start = ContinuousClock.now
            let outcomes = DecodingOutcomes(source, progress: progress) { index, image in
                store.write(format.apply(to: image).pixels, slot: index)
            }
            summary = try DatasetSummary(source, outcomes)
            (self.store, isFromCache) = (store, false)
            if let place, let cache = storage.cache, start.duration(to: .now) >= cache.leastTime {
                // The training begins meanwhile.
                DispatchQueue.global(qos: .utility).async { place.write(outcomes, store) }
            }
        }
        self.format = format
        slots = summary.usedIndices
        labels = summary.labels
        classNames = summary.classNames
    }

    /// A subset of a data set's images, in the given order; the pixels are shared.
    init(_ indices: [Int], of whole: Dataset) {
        (format, store, summary, classNames) = (whole.format, whole.store, whole.summary, whole.classNames)
        isFromCache = whole.isFromCache
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

    /// Called with the number of images done and their total.
    public typealias Progress = @Sendable (_ done: Int, _ total: Int) -> Void

    /// How many images there are.
    public var count: Int { slots.count }
    /// Images that could not be decoded.
    public var skipped: [SkippedImage] { summary.skipped }
    /// Whether the images are kept in a file rather than in memory.
    public var isOnDisk: Bool { store.isOnDisk }

    /// The `format.byteCount` samples of an image, rows from the top, channels last.
    public func withPixels<Result>(
        at index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        try store.withBytes(slot: slots[index], body)
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
