import Foundation
import Synchronization

/// Memory for tensors and scratch, kept for reuse when it is given back.
///
/// Fresh memory from the system costs a page fault every 4 KB, about twenty times the cost of filling it
/// once; a training step asks for the same sizes over and over.
public enum BufferPool {
    /// How many bytes may lie unused; beyond it, what is given back goes to the system.
    static let unusedByteLimit = 192 << 20

    private struct State: ~Copyable {
        var unused: [Int: [UInt]] = [:]
        var unusedBytes = 0
    }
    private static let state = Mutex(State())

    /// At least `count` uninitialized scalars, aligned to 64 bytes.
    public static func take(_ count: Int) -> UnsafeMutablePointer<Scalar> {
        let bytes = bucket(for: count)
        let reused = state.withLock { state -> UInt? in
            guard let address = state.unused[bytes]?.popLast() else { return nil }
            state.unusedBytes -= bytes
            return address
        }
        if let reused, let pointer = UnsafeMutableRawPointer(bitPattern: reused) {
            return pointer.assumingMemoryBound(to: Scalar.self)
        }
        guard let pointer = aligned_alloc(64, bytes) else {
            fatalError("out of memory: no \(bytes >> 20) MB for a tensor; try a smaller batch or size")
        }
        return pointer.bindMemory(to: Scalar.self, capacity: bytes / MemoryLayout<Scalar>.stride)
    }

    /// Takes back what `take(count)` gave.
    public static func give(_ pointer: UnsafeMutablePointer<Scalar>, _ count: Int) {
        let bytes = bucket(for: count)
        let kept = state.withLock { state -> Bool in
            guard state.unusedBytes + bytes <= unusedByteLimit else { return false }
            state.unused[bytes, default: []].append(UInt(bitPattern: pointer))
            state.unusedBytes += bytes
            return true
        }
        if !kept { free(pointer) }
    }

    /// Calls `body` with scratch memory for `count` uninitialized scalars.
    static func withScratch<Result>(
        _ count: Int, _ body: (UnsafeMutablePointer<Scalar>) -> Result
    ) -> Result {
        let pointer = take(count)
        defer { give(pointer, count) }
        return body(pointer)
    }

    /// The bytes that `count` scalars occupy: four sizes to each power of two, so at most a fifth is wasted.
    private static func bucket(for count: Int) -> Int {
        let bytes = max(256, count * MemoryLayout<Scalar>.stride)
        let step = 1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount - 2)
        return (bytes + step - 1) / step * step
    }
}

/// Pool memory that is given back when its owner goes.
final class PooledBuffer {
    let pointer: UnsafeMutablePointer<Scalar>
    private let count: Int

    /// Uninitialized.
    init(_ count: Int) {
        self.count = count
        pointer = BufferPool.take(count)
    }

    deinit { BufferPool.give(pointer, count) }
}
