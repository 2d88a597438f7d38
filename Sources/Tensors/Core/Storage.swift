import Kernels

/// The memory of a tensor, from the pool and back to it.
final class Storage {
    let pointer: UnsafeMutablePointer<Scalar>
    let count: Int
    /// What convolutions prepared from these scalars as a weight; dropped when the scalars change.
    private(set) var weightForms: ConvolutionWeightForms?

    /// Uninitialized.
    init(_ count: Int) {
        self.count = count
        pointer = BufferPool.take(count)
    }

    /// These scalars as a convolution's weight.
    var convolutionWeight: ConvolutionWeight {
        let forms = weightForms ?? ConvolutionWeightForms()
        weightForms = forms
        return ConvolutionWeight(pointer, forms: forms)
    }

    /// To be called whenever the scalars are changed in place.
    func scalarsDidChange() { weightForms = nil }

    deinit { BufferPool.give(pointer, count) }
}
