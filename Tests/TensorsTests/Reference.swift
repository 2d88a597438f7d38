import Tensors
import TestSupport
import Testing

/// Rounding errors of sums of some hundred products of numbers about 1.
let rounding = 1000 * Double(Scalar.ulpOfOne)

/// An array read by index in double precision: what operations are compared with.
struct Reference {
    let dimensions: [Int]
    let values: [Double]

    /// An array of the values that `value` gives for each index.
    init(_ dimensions: [Int], _ value: (_ index: [Int]) -> Double) {
        self.dimensions = dimensions
        values = indices(of: dimensions).map(value)
    }

    init(_ tensor: Tensor) {
        dimensions = tensor.shape.dimensions
        values = tensor.scalars.map { Double($0) }
    }

    /// The value at an index, aligned at the last axis; axes of extent 1 repeat.
    subscript(index: [Int]) -> Double {
        var offset = 0
        for (extent, position) in zip(dimensions, index.suffix(dimensions.count)) {
            offset = offset * extent + (extent == 1 ? 0 : position)
        }
        return values[offset]
    }

    subscript(index: Int...) -> Double { self[index] }
}

/// All indices of an array, in row-major order.
func indices(of dimensions: [Int]) -> [[Int]] {
    dimensions.reduce([[]]) { prefixes, extent in
        prefixes.flatMap { prefix in (0..<extent).map { prefix + [$0] } }
    }
}

func expectEqual(
    _ tensor: Tensor, _ expected: Reference, tolerance: Double = rounding, _ comment: Comment = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(tensor.shape.dimensions == expected.dimensions, comment, sourceLocation: sourceLocation)
    expectClose(
        tensor.scalars, expected.values, absolute: tolerance, relative: tolerance, comment,
        sourceLocation: sourceLocation)
}

/// Standard normal numbers, others for each seed.
func normal(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
    var stream = RandomStream(seed: seed, purpose: .drawing)
    return .normal(shape, from: &stream)
}

/// Numbers uniform in a range.
func uniform(_ shape: Shape, in range: ClosedRange<Scalar>, seed: UInt64 = 1) -> Tensor {
    var stream = RandomStream(seed: seed, purpose: .drawing)
    return Tensor.uniform(shape, from: &stream) * (range.upperBound - range.lowerBound) + range.lowerBound
}

/// Numbers of either sign, of magnitudes between 0.2 and 2: away from the kink and the pole at 0.
func awayFromZero(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
    let magnitudes = uniform(shape, in: 0.2...2, seed: seed).scalars
    return Tensor(
        zip(normal(shape, seed: seed + 1).scalars, magnitudes).map { $0 < 0 ? -$1 : $1 }, shape: shape)
}
