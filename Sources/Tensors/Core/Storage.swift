import Kernels

/// The memory of a tensor, from the pool and back to it.
final class Storage {
    let pointer: UnsafeMutablePointer<Scalar>
    let count: Int

    /// Uninitialized.
    init(_ count: Int) {
        self.count = count
        pointer = BufferPool.take(count)
    }

    deinit { BufferPool.give(pointer, count) }
}
