import Tensors
import TestSupport
import Testing

@Suite struct MaxPoolingTests {
    static let shapes: [Shape] = [
        [1, 2, 2, 1], [2, 5, 3, 2], [1, 3, 7, 3], [3, 4, 2, 17], [1, 1, 4, 2], [2, 40, 30, 5],
    ]

    /// Numbers a tenth apart, in no order, so that no step of a central difference changes which is the
    /// largest.
    private func shuffled(_ shape: Shape) -> Tensor {
        // 37 has no divisor in common with the counts that are asked for.
        Tensor((0..<shape.count).map { Scalar($0 * 37 % shape.count) * 0.1 - 1 }, shape: shape)
    }

    @Test(arguments: shapes)
    func theLargestOfFourIsTaken(shape: Shape) {
        let x = normal(shape)
        let images = Reference(x)
        let expected = Reference([shape[0], shape[1] / 2, shape[2] / 2, shape[3]]) { index in
            let places = [0, 1].flatMap { row in [0, 1].map { (row, $0) } }
            return places.map {
                images[index[0], 2 * index[1] + $0.0, 2 * index[2] + $0.1, index[3]]
            }.max() ?? .nan
        }
        expectEqual(x.maxPooled(), expected)
    }

    @Test(arguments: [[2, 3, 5, 2], [1, 4, 2, 3], [1, 2, 6, 1]] as [Shape])
    func poolingDifferentiates(shape: Shape) {
        checkGradients(at: [shuffled(shape)]) { $0[0].maxPooled() }
        checkGradients(orders: 3, at: [shuffled([1, 2, 4, 2])]) { ($0[0] * 0.3).tanh().maxPooled().squared() }
    }

    @Test func theFirstOfEqualsHasTheGradientAndNoNumberIsLost() {
        let x = Tensor([1, 3, 3, 3, 0, 0, 0, 0], shape: [1, 2, 4, 1]).variable()
        let gradient = gradients(of: x.maxPooled().sum(), withRespectTo: [x])[0]
        #expect(gradient.scalars == [0, 1, 1, 0, 0, 0, 0, 0])
        for place in 0..<4 {
            var values: [Scalar] = [1, 2, 3, 4]
            values[place] = .nan
            #expect(Tensor(values, shape: [1, 2, 2, 1]).maxPooled().scalar.isNaN)
        }
    }

    @Test func misuseIsNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([3, 4]).maxPooled()
        }
        expectMessage("maxPooled: shape [3, 4] is not [n, h, w, c]", of: result)
    }
}
