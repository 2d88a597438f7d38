import Tensors
import TestSupport
import Testing

@Suite struct MatrixProductTests {
    static let transpositions = [(false, false), (false, true), (true, false), (true, true)]

    private func operands(
        _ extents: (Int, Int, Int), _ transposed: (left: Bool, right: Bool)
    ) -> (Tensor, Tensor) {
        let (rows, inner, columns) = extents
        return (
            normal(transposed.left ? [inner, rows] : [rows, inner], seed: 1),
            normal(transposed.right ? [columns, inner] : [inner, columns], seed: 2)
        )
    }

    @Test(arguments: [(1, 1, 1), (3, 5, 7), (1, 13, 1), (131, 17, 3)], transpositions)
    func productsMatchPlainLoops(extents: (Int, Int, Int), transposed: (left: Bool, right: Bool)) {
        let (a, b) = operands(extents, transposed)
        let (left, right) = (Reference(a), Reference(b))
        let expected = Reference([extents.0, extents.2]) { index in
            (0..<extents.1).reduce(0) { sum, k in
                sum + (transposed.left ? left[k, index[0]] : left[index[0], k])
                    * (transposed.right ? right[index[1], k] : right[k, index[1]])
            }
        }
        let result = a.matrixProduct(b, transposingSelf: transposed.left, transposingOther: transposed.right)
        expectEqual(result, expected)
    }

    @Test(arguments: [(1, 1, 1), (3, 5, 2), (1, 7, 1)], transpositions)
    func productsDifferentiateThrice(extents: (Int, Int, Int), transposed: (left: Bool, right: Bool)) {
        let (a, b) = operands(extents, transposed)
        checkGradients(orders: 3, at: [a, b]) {
            $0[0].matrixProduct($0[1], transposingSelf: transposed.left, transposingOther: transposed.right)
        }
    }

    @Test func productsDifferentiateInOneFactor() {
        let (a, b) = operands((3, 5, 2), (false, false))
        checkGradients(at: [a]) { $0[0].tanh().matrixProduct(b) }
        checkGradients(at: [b]) { a.matrixProduct($0[0].tanh()) }
    }

    @Test func emptyExtentsGiveZerosOrNothing() {
        #expect(Tensor.zeros([2, 0]).matrixProduct(Tensor.zeros([0, 3])).scalars == [0, 0, 0, 0, 0, 0])
        #expect(Tensor.zeros([0, 2]).matrixProduct(Tensor.zeros([2, 3])).shape == [0, 3])
    }

    @Test func shapesThatDoNotFitAreNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).matrixProduct(Tensor.zeros([2, 3]), transposingSelf: true)
            _ = Tensor.zeros([2, 3]).matrixProduct(Tensor.zeros([4, 3]))
        }
        expectMessage("matrixProduct: shapes [2, 3] and [4, 3] do not fit", of: result)
    }
}
