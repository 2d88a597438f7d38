import Foundation
import Kernels

/// Bounds the memory of images that are decoded at once: each of many threads may have one of a hundred million pixels.
///
/// Who holds memory for pixels never waits for that of a file, so that nobody waits for ever.
final class DecodingMemory: @unchecked Sendable {
    /// For the content of files.
    static let files = DecodingMemory(limit: memoryLimit / 8)
    /// For decoded pixels.
    static let pixels = DecodingMemory(limit: memoryLimit / 4)

    private let limit: Int
    private let condition = NSCondition()
    private var held = 0

    init(limit: Int) { self.limit = limit }

    /// Calls `body` once the memory that it takes is free.
    ///
    /// - Throws: `ImageError.noMemory` if it is never free.
    func holding<Result>(
        _ bytes: Int, path: String, _ body: () throws(ImageError) -> Result
    ) throws(ImageError) -> Result {
        guard bytes <= limit else { throw .noMemory(path: path, needed: bytes, limit: limit) }
        condition.withLock {
            while held + bytes > limit { condition.wait() }
            held += bytes
        }
        defer {
            condition.withLock {
                held -= bytes
                condition.broadcast()
            }
        }
        return try body()
    }
}
