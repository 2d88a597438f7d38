import Foundation
import Synchronization

/// Memory for tensors and scratch, kept for reuse when it is given back.
///
/// Fresh memory from the system costs a page fault every 4 KB, about twenty times the cost of filling it
/// once; a training step asks for the same sizes over and over.
public enum BufferPool {
    /// How many bytes may lie unused; beyond it, what is given back goes to the system. A 128x128 DCGAN's step
    /// lets 700 MB lie between its parts, and takes 4 % longer if it must ask for them again.
    static let unusedByteLimit = 768 << 20

    private struct State: ~Copyable {
        var unused: [Int: [UInt]] = [:]
        var unusedBytes = 0
        /// All that the system gave, in use or not.
        var heldBytes = 0

        /// Counts more bytes; false where that would be more than the process may use.
        mutating func hold(_ bytes: Int) -> Bool {
            if heldBytes + bytes > memoryLimit { releaseUnused() }
            guard bytes <= memoryLimit - heldBytes else { return false }
            heldBytes += bytes
            return true
        }

        private mutating func releaseUnused() {
            for (bytes, addresses) in unused {
                for case let pointer? in addresses.map(UnsafeMutableRawPointer.init(bitPattern:)) {
                    release(pointer, bytes)
                }
            }
            heldBytes -= unusedBytes
            (unused, unusedBytes) = ([:], 0)
        }
    }
    private static let state = Mutex(State())

    /// What ends the program when there is no memory left, told so in a line: a fatal error, unless the program
    /// has a way of its own.
    public static let whenExhausted = Mutex<@Sendable (String) -> Never>({ fatalError($0) })

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
        guard state.withLock({ $0.hold(bytes) }), let pointer = allocate(bytes) else { exhausted(bytes) }
        return pointer.bindMemory(to: Scalar.self, capacity: bytes / MemoryLayout<Scalar>.stride)
    }

    /// Takes back what `take(count)` gave.
    public static func give(_ pointer: UnsafeMutablePointer<Scalar>, _ count: Int) {
        let bytes = bucket(for: count)
        let kept = state.withLock { state -> Bool in
            guard state.unusedBytes + bytes <= unusedByteLimit else {
                state.heldBytes -= bytes
                return false
            }
            state.unused[bytes, default: []].append(UInt(bitPattern: pointer))
            state.unusedBytes += bytes
            return true
        }
        if !kept { release(pointer, bytes) }
    }

    private static func exhausted(_ bytes: Int) -> Never {
        let held = state.withLock { $0.heldBytes }
        whenExhausted.withLock { $0 }(
            "out of memory: \(bytes >> 20) MB more are needed beside \(held >> 20) MB, of \(memoryLimit >> 20) MB "
                + "in all; make the batch, the size or the networks smaller")
    }

    /// Large buffers come from the system and go back to it themselves: the standard allocator would keep
    /// much of what is freed, in pieces.
    private static let largeBytes = 1 << 20

    private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
        guard bytes >= largeBytes else { return aligned_alloc(64, bytes) }
        let address = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let address, address != MAP_FAILED else { return nil }
        // Fewer page faults, and fewer misses in the processor's table of pages.
        madvise(address, bytes, MADV_HUGEPAGE)
        return address
    }

    private static func release(_ pointer: UnsafeMutableRawPointer, _ bytes: Int) {
        if bytes >= largeBytes { munmap(pointer, bytes) } else { free(pointer) }
    }

    /// Calls `body` with scratch memory for `count` uninitialized scalars.
    package static func withScratch<Result>(
        _ count: Int, _ body: (UnsafeMutablePointer<Scalar>) -> Result
    ) -> Result {
        let pointer = take(count)
        defer { give(pointer, count) }
        return body(pointer)
    }

    /// The bytes that `count` scalars occupy: eight sizes to each power of two, so at most a ninth is wasted.
    private static func bucket(for count: Int) -> Int {
        let bytes = max(256, count * MemoryLayout<Scalar>.stride)
        // Whole lines of the cache, as an aligned allocation must be.
        let step = max(64, 1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount - 3))
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
