import Tensors
import TestSupport
import Testing

@Suite struct ShapingTests {
    static let reshapes: [(Shape, Shape)] = [
        ([], [1, 1]), ([6], [2, 3]), ([2, 3, 5], [30]), ([2, 3, 5], [5, 1, 6]), ([4], [4]), ([1], []),
    ]

    @Test(arguments: reshapes)
    func reshapingKeepsTheOrder(shape: Shape, target: Shape) {
        let x = normal(shape)
        let result = x.reshaped(target)
        #expect(result.shape == target)
        #expect(result.scalars == x.scalars)
        checkGradients(at: [x]) { $0[0].squared().reshaped(target) }
    }

    static let orders: [(Shape, [Int])] = [
        ([], []), ([5], [0]), ([2, 3], [1, 0]), ([1, 7], [1, 0]), ([2, 3, 5], [2, 0, 1]),
        ([2, 3, 5], [1, 2, 0]), ([2, 3, 5], [0, 2, 1]), ([2, 3, 5, 1], [3, 1, 0, 2]),
        ([2, 3, 2, 3], [0, 3, 1, 2]), ([2, 3, 2, 3], [0, 1, 2, 3]),
    ]

    @Test(arguments: orders)
    func transposingReordersTheAxes(shape: Shape, order: [Int]) {
        let x = normal(shape)
        let values = Reference(x)
        let expected = Reference(order.map { shape[$0] }) { index in
            var source = index
            for (position, axis) in order.enumerated() { source[axis] = index[position] }
            return values[source]
        }
        expectEqual(x.transposed(order), expected)
        checkGradients(at: [x]) { $0[0].squared().transposed(order) }
    }

    static let concatenations: [([Shape], Int)] = [
        ([[3]], 0), ([[2], [5], [1]], 0), ([[2, 3], [2, 1]], 1), ([[2, 3, 5], [2, 3, 2], [2, 3, 1]], -1),
        ([[3, 2, 1, 2], [1, 2, 1, 2]], 0), ([[2, 1, 3], [2, 4, 3]], 1), ([[2, 0], [2, 3]], 1),
    ]

    @Test(arguments: concatenations)
    func concatenatingLinesUpAlongAnAxis(shapes: [Shape], axis: Int) {
        let parts = shapes.enumerated().map { normal($0.element, seed: UInt64($0.offset)) }
        let references = parts.map(Reference.init)
        let position = axis < 0 ? shapes[0].rank + axis : axis
        var extents = shapes[0].dimensions
        extents[position] = shapes.map { $0[position] }.reduce(0, +)
        let expected = Reference(extents) { index in
            var (index, part) = (index, 0)
            while index[position] >= shapes[part][position] {
                index[position] -= shapes[part][position]
                part += 1
            }
            return references[part][index]
        }
        expectEqual(.concatenated(parts, axis: axis), expected)
        checkGradients(at: parts) { .concatenated($0.map { $0.squared() }, axis: axis) }
    }

    static let slices: [(Shape, Int, Range<Int>)] = [
        ([5], 0, 1..<4), ([5], 0, 0..<5), ([3, 7], 1, 0..<2), ([3, 7], 0, 2..<3), ([2, 3, 2, 5], -1, 4..<5),
        ([2, 3, 2, 5], 1, 1..<3), ([4, 3], 1, 1..<1),
    ]

    @Test(arguments: slices)
    func slicingTakesARange(shape: Shape, axis: Int, range: Range<Int>) {
        let x = normal(shape)
        let values = Reference(x)
        let position = axis < 0 ? shape.rank + axis : axis
        var extents = shape.dimensions
        extents[position] = range.count
        let expected = Reference(extents) { index in
            var index = index
            index[position] += range.lowerBound
            return values[index]
        }
        expectEqual(x.sliced(axis: axis, range), expected)
        checkGradients(at: [x]) { $0[0].squared().sliced(axis: axis, range) }
    }

    /// More rows than one thread takes.
    @Test func slicesOfAConcatenationAreItsParts() {
        let parts = [normal([5, 91, 90, 3], seed: 1), normal([5, 91, 90, 10], seed: 2)]
        let together = Tensor.concatenated(parts, axis: 3)
        #expect(together.sliced(axis: 3, 0..<3).scalars == parts[0].scalars)
        #expect(together.sliced(axis: 3, 3..<13).scalars == parts[1].scalars)
    }

    @Test(arguments: [[4], [4, 3], [4, 2, 3]] as [Shape])
    func rowsAreGatheredInAnyOrder(shape: Shape) {
        let x = normal(shape)
        let indices = [2, 0, 2, 3]
        let rows = x.rows(at: indices)
        #expect(rows.shape == shape)
        let expected = indices.flatMap { x.sliced(axis: 0, $0..<$0 + 1).scalars }
        #expect(rows.scalars == expected)
        #expect(x.rows(at: []).shape.count == 0)
        checkGradients(at: [x]) { $0[0].squared().rows(at: indices) }
    }

    @Test func emptyTensorsTakeAnyOrder() {
        #expect(Tensor.zeros([2, 0, 3]).transposed([2, 1, 0]).shape == [3, 0, 2])
        #expect(Tensor.zeros([2, 0]).reshaped([0]).shape == [0])
    }

    @Test func wrongTargetsAreNamed() async {
        let reshaped = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).reshaped([5])
        }
        expectMessage("reshaped: shape [2, 3] does not fill [5]", of: reshaped)
        let transposed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).transposed([0, 0])
        }
        expectMessage("transposed: [0, 0] is no order of the axes of [2, 3]", of: transposed)
        let concatenated = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.concatenated([Tensor.zeros([2, 3]), Tensor.zeros([3, 3])], axis: 1)
        }
        expectMessage("concatenated: shapes [[2, 3], [3, 3]] differ in more than axis 1", of: concatenated)
        let sliced = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).sliced(axis: 1, 1..<4)
        }
        expectMessage("sliced: 1..<4 is outside axis 1 of shape [2, 3]", of: sliced)
        let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).rows(at: [2])
        }
        expectMessage("rows: an index is outside the first axis of shape [2, 3]", of: rows)
    }
}
