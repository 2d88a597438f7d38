import Tensors
import TestSupport
import Testing

@Suite struct ReductionTests {
    static let cases: [(shape: Shape, axes: [Int])] = [
        ([], []), ([7], [0]), ([1, 1], [1]), ([2, 3, 5], []), ([2, 3, 5], [0]), ([2, 3, 5], [1]),
        ([2, 3, 5], [2]), ([2, 3, 5], [0, 1]), ([2, 3, 5], [1, 2]), ([2, 3, 5], [0, 2]),
        ([2, 3, 5], [0, 1, 2]), ([2, 3, 5], [-1]), ([2, 3, 5], [-3, 2]), ([2, 3, 2, 5], [3, 1]),
        ([2, 3, 1, 5], [2]), ([2, 1, 5, 1], [0, 3]), ([3, 2, 2, 1, 3], [0, 2, 4]),
        ([3, 2, 2, 1, 3], [1, 3]),
    ]

    /// The sum by plain loops, with summed axes of extent 1.
    private func sum(_ tensor: Tensor, _ axes: [Int]) -> Reference {
        let values = Reference(tensor)
        let summed = axes.map { $0 < 0 ? $0 + tensor.shape.rank : $0 }
        let kept = values.dimensions.enumerated().map { summed.contains($0.offset) ? 1 : $0.element }
        return Reference(kept) { target in
            indices(of: values.dimensions).filter { index in
                index.indices.allSatisfy { summed.contains($0) || index[$0] == target[$0] }
            }.reduce(0) { $0 + values[$1] }
        }
    }

    @Test(arguments: cases)
    func sumsAndMeansMatchPlainLoops(shape: Shape, axes: [Int]) {
        let x = normal(shape)
        let expected = sum(x, axes)
        expectEqual(x.sum(axes: axes, keepingAxes: true), expected)
        let summed = axes.map { $0 < 0 ? $0 + shape.rank : $0 }
        let dropped = shape.dimensions.enumerated().filter { !summed.contains($0.offset) }.map(\.element)
        let dense = Reference(dropped) { index in
            var remaining = index[...]
            return expected[
                shape.dimensions.indices.map { summed.contains($0) ? 0 : remaining.removeFirst() }]
        }
        expectEqual(x.sum(axes: axes), dense)
        let count = Double(shape.count) / Double(expected.values.count)
        expectEqual(x.mean(axes: axes), Reference(dropped) { dense[$0] / count })
        expectEqual(
            x.mean(axes: axes, keepingAxes: true), Reference(expected.dimensions) { expected[$0] / count })
    }

    @Test(arguments: cases)
    func sumsAndMeansDifferentiate(shape: Shape, axes: [Int]) {
        // Squared, for a second derivative that is not zero.
        let x = normal(shape)
        checkGradients(at: [x]) { $0[0].squared().sum(axes: axes) }
        checkGradients(at: [x]) { $0[0].squared().mean(axes: axes, keepingAxes: true).squared() }
    }

    @Test func allAxesAreTheDefault() {
        let x = normal([3, 5, 7])
        let total = x.scalars.reduce(0.0) { $0 + Double($1) }
        expectEqual(x.sum(), Reference([]) { _ in total })
        expectEqual(x.mean(), Reference([]) { _ in total / 105 })
        expectEqual(x.sum(keepingAxes: true), Reference([1, 1, 1]) { _ in total })
    }

    @Test func anAxisNamedTwiceCountsOnce() {
        let x = Tensor([1, 2, 3, 6], shape: [2, 2])
        #expect(x.sum(axes: [1, -1]).scalars == [3, 9])
        #expect(x.mean(axes: [1, -1]).scalars == [1.5, 4.5])
    }

    static let broadcasts: [(shape: Shape, target: Shape)] = [
        ([], []), ([], [3]), ([1], [2, 3]), ([3], [2, 3]), ([2, 1], [2, 3]), ([1, 3], [2, 3]),
        ([2, 3], [2, 3]), ([3, 1, 5], [2, 3, 7, 5]), ([1, 3, 1], [5, 3, 2]), ([1, 3, 1, 2], [2, 3, 5, 2]),
        ([2, 1, 1], [2, 3, 5]), ([1, 1, 1], [1, 1, 1]), ([1, 5], [1, 5]),
    ]

    @Test(arguments: broadcasts)
    func broadcastsRepeat(shape: Shape, target: Shape) {
        let x = normal(shape)
        let values = Reference(x)
        expectEqual(x.broadcast(to: target), Reference(target.dimensions) { values[$0] })
        checkGradients(at: [x]) { $0[0].squared().broadcast(to: target) }
    }

    @Test func emptyExtentsSumToZeroAndBroadcast() {
        #expect(Tensor.zeros([0, 3]).sum(axes: [0]).scalars == [0, 0, 0])
        #expect(Tensor.zeros([2, 0]).sum().scalar == 0)
        #expect(Tensor.zeros([1, 3]).broadcast(to: [0, 3]).shape == [0, 3])
        #expect((Tensor.zeros([0, 3]) + Tensor.zeros([3])).shape == [0, 3])
    }

    @Test func wrongAxesAndShapesAreNamed() async {
        let axis = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).sum(axes: [2])
        }
        expectMessage("axis 2 is outside shape [2, 3]", of: axis)
        let target = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).broadcast(to: [2, 1])
        }
        expectMessage("broadcast: shape [2, 3] does not broadcast to [2, 1]", of: target)
    }
}
