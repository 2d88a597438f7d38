@testable import Kernels

/// Rounding errors of sums of some hundred products of numbers about 1.
let rounding = 1000 * Double(Scalar.ulpOfOne)

/// Standard normal numbers, others for each seed.
func normal(_ count: Int, seed: UInt64) -> [Scalar] {
    var stream = RandomStream(seed: seed, purpose: .drawing)
    return [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
        if count > 0 { stream.fillNormal(buffer.baseAddress!, count: count) }
        initialized = count
    }
}

/// What `compute` writes into `count` scalars that held something else before.
func output(_ count: Int, _ compute: (UnsafeMutablePointer<Scalar>) -> Void) -> [Scalar] {
    var result = [Scalar](repeating: .nan, count: count)
    result.withUnsafeMutableBufferPointer { compute($0.baseAddress!) }
    return result
}

/// Calls `body` with pointers to the elements of two arrays.
func withPointers<Result>(
    _ a: [Scalar], _ b: [Scalar],
    _ body: (_ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>) -> Result
) -> Result {
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in body(a.baseAddress!, b.baseAddress!) }
    }
}
