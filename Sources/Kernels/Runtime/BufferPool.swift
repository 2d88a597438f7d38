import Foundation
import Synchronization

/// Memory for tensors and scratch space, kept for reuse when it is returned.
///
/// Fresh memory from the system costs a page fault every 4 KB, about twenty times the cost of filling it
/// once; a training step asks for the same sizes over and over.
public enum BufferPool {
    /// The bytes that may lie unused; what is returned beyond that is released to the system.
    ///
    /// A GAN's training step at 128x128 leaves 700 MB unused between its parts, and takes 4 % longer if it
    /// must request them again.
    static let unusedByteLimit = 768 << 20

    private struct State: ~Copyable {
        /// Small ones, by their size.
        var unused: [Int: [UInt]] = [:]
        var unusedSmallBytes = 0
        var unusedLarge = UnusedBlocks()
        /// The bytes taken from the system, in use or not.
        var heldBytes = 0

        var unusedBytes: Int { unusedSmallBytes + unusedLarge.bytes }

        /// The address of unused memory; nil if there is none of the size.
        mutating func take(_ bytes: Int) -> UInt? {
            if bytes >= largeBytes { return unusedLarge.take(bytes) }
            guard let address = unused[bytes]?.popLast() else { return nil }
            unusedSmallBytes -= bytes
            return address
        }

        mutating func give(_ address: UInt, _ bytes: Int) {
            if bytes >= largeBytes {
                return unusedLarge.give(UnusedBlocks.Block(address: address, bytes: bytes))
            }
            unused[bytes, default: []].append(address)
            unusedSmallBytes += bytes
        }

        /// Counts more bytes; false if that is more than the process may use.
        mutating func hold(_ bytes: Int) -> Bool {
            if heldBytes + bytes > memoryLimit { releaseUnused() }
            guard bytes <= memoryLimit - heldBytes else { return false }
            heldBytes += bytes
            return true
        }

        private mutating func releaseUnused() {
            heldBytes -= unusedBytes
            let small = unused.flatMap { bytes, addresses in addresses.map { ($0, bytes) } }
            let large = unusedLarge.removeAll().map { ($0.address, $0.bytes) }
            for (address, bytes) in small + large { BufferPool.release(address, bytes) }
            (unused, unusedSmallBytes) = ([:], 0)
        }
    }
    private static let state = Mutex(State())

    /// Ends the program when there is no memory left, given a message of one line: by a fatal error, unless
    /// the program sets another way.
    public static let whenExhausted = Mutex<@Sendable (String) -> Never>({ fatalError($0) })

    /// At least `count` uninitialized scalars, aligned to 64 bytes.
    public static func take(_ count: Int) -> UnsafeMutablePointer<Scalar> {
        let bytes = size(for: count)
        if let unused = state.withLock({ $0.take(bytes) }),
            let pointer = UnsafeMutableRawPointer(bitPattern: unused)
        {
            return pointer.assumingMemoryBound(to: Scalar.self)
        }
        guard state.withLock({ $0.hold(bytes) }), let pointer = allocate(bytes) else { exhausted(bytes) }
        return pointer.bindMemory(to: Scalar.self, capacity: bytes / MemoryLayout<Scalar>.stride)
    }

    /// Returns what `take(count)` gave.
    public static func give(_ pointer: UnsafeMutablePointer<Scalar>, _ count: Int) {
        let (address, bytes) = (UInt(bitPattern: pointer), size(for: count))
        let isKept = state.withLock { state -> Bool in
            guard state.unusedBytes + bytes <= unusedByteLimit else {
                state.heldBytes -= bytes
                return false
            }
            state.give(address, bytes)
            return true
        }
        if !isKept { release(address, bytes) }
    }

    private static func exhausted(_ bytes: Int) -> Never {
        let held = state.withLock { $0.heldBytes }
        whenExhausted.withLock { $0 }(
            "out of memory: \(bytes >> 20) MB more are needed beside \(held >> 20) MB, of "
                + "\(memoryLimit >> 20) MB in all; make the batch, the size or the networks smaller")
    }

    /// Large buffers are mapped and unmapped directly: the standard allocator would keep much of the freed
    /// memory, fragmented.
    private static let largeBytes = 1 << 20

    private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
        guard bytes >= largeBytes else { return aligned_alloc(64, bytes) }
        let address = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let address, address != MAP_FAILED else { return nil }
        // Fewer page faults and fewer TLB misses.
        madvise(address, bytes, MADV_HUGEPAGE)
        return address
    }

    private static func release(_ address: UInt, _ bytes: Int) {
        let pointer = UnsafeMutableRawPointer(bitPattern: address)
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

    /// The bytes that `count` scalars occupy: of large buffers whole pages, of small ones one of eight sizes to each
    /// power of two, so that at most a ninth is wasted.
    private static func size(for count: Int) -> Int {
        let bytes = max(256, count * MemoryLayout<Scalar>.stride)
        // Whole cache lines at least, as an aligned allocation must be.
        let step =
            bytes > largeBytes - pageBytes
            ? pageBytes : max(64, 1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount - 3))
        return (bytes + step - 1) / step * step
    }

    /// Such that few unused blocks are too small for whatever comes.
    private static let pageBytes = 1 << 16
}

/// Memory of the pool that is returned when this object is released.
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
