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
    }
}
