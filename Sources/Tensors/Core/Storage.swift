import Foundation
import Kernels

/// The memory of a tensor, from the pool and back to it.
final class Storage {
    let count: Int
    private var memory: UnsafeMutablePointer<Scalar>?
    /// What convolutions prepared from these scalars as a weight; dropped when the scalars change.
    private(set) var weightForms: ConvolutionWeightForms?

    /// Uninitialized.
    ///
    /// - Parameter isAllocated: whether there is memory from the start, or first with `allocate()`.
    init(_ count: Int, isAllocated: Bool = true) {
        self.count = count
        memory = isAllocated ? BufferPool.take(count) : nil
    }

    var isAllocated: Bool { memory != nil }

    var pointer: UnsafeMutablePointer<Scalar> {
        guard let memory else { fatalError("a tensor of \(count) scalars was used that has a shape alone") }
        return memory
    }

    /// Takes the memory that is missing; the scalars become zeros.
    func allocate() {
        guard memory == nil else { return }
        let taken = BufferPool.take(count)
        taken.update(repeating: 0, count: count)
        memory = taken
    }

    /// Exchanges the memory of two tensors of one size.
    func exchange(with other: Storage) {
        swap(&memory, &other.memory)
        swap(&weightForms, &other.weightForms)
    }

    /// These scalars as a convolution's weight.
    var convolutionWeight: ConvolutionWeight {
        // Shards of a batch share weights.
        Self.creatingForms.lock()
        defer { Self.creatingForms.unlock() }
        let forms = weightForms ?? ConvolutionWeightForms()
        weightForms = forms
        return ConvolutionWeight(pointer, forms: forms)
    }
    private static let creatingForms = NSLock()

    /// To be called whenever the scalars are changed in place.
    func scalarsDidChange() { weightForms = nil }

    deinit { if let memory { BufferPool.give(memory, count) } }
}
