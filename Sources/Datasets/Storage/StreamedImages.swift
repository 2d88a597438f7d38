import Images
import Synchronization

/// Images that are decoded anew each time they are asked for, but for as many as memory has room for.
///
/// The order of training is another in each epoch, so that the first of the source are as good to keep as any.
final class StreamedImages: DecodedImages {
    private let source: any ImageSource
    private let format: ImageFormat
    /// The first of the source.
    private let kept: ImageStore
    private let keptCount: Int
    private let firstLost = Mutex<SkippedImage?>(nil)

    /// - Throws: `DatasetError` if there is no memory for those that are to be kept.
    init(_ source: any ImageSource, _ format: ImageFormat, _ storage: StorageOptions) throws(DatasetError) {
        (self.source, self.format) = (source, format)
        keptCount = min(source.count, storage.memoryBudget / format.byteCount)
        kept = try ImageStore(count: keptCount, imageBytes: format.byteCount, storage)
    }

    var place: Dataset.Place { .source }
    var lost: SkippedImage? { firstLost.withLock(\.self) }

    func write(_ bytes: [UInt8], slot: Int) {
        if slot < keptCount { kept.write(bytes, slot: slot) }
    }

    func withBytes<Result>(slot: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows
        -> Result
    {
        if slot < keptCount { return try kept.withBytes(slot: slot, body) }
        return try decoded(slot).withUnsafeBufferPointer(body)
    }

    private func decoded(_ slot: Int) -> [UInt8] {
        do { return try format.apply(to: source.image(at: slot)).pixels } catch {
            let lost = SkippedImage(file: source.name(at: slot), reason: "\(error)")
            firstLost.withLock { $0 = $0 ?? lost }
            return [UInt8](repeating: 0, count: format.byteCount)
        }
    }
}
