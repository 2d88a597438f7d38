/// Decoded images, each by its index in the source.
protocol DecodedImages: Sendable {
    /// Where they are kept.
    var place: Dataset.Place { get }
    /// The first image that cannot be read any more; its pixels are black.
    var lost: SkippedImage? { get }

    /// Keeps an image, if there is room for it.
    func write(_ bytes: [UInt8], slot: Int)
    func withBytes<Result>(slot: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows
        -> Result
}
