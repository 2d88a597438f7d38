import Tensors
import TestSupport
import Testing

@Suite struct ArithmeticTests {
    /// Every way an operand can repeat: not at all, as a number, as a row, along axes in between; on either
    /// side; extents 1 and primes.
    static let shapes: [(Shape, Shape, result: Shape)] = [
        ([], [], []), ([7], [7], [7]), ([2, 3], [2, 3], [2, 3]), ([1], [1, 1], [1, 1]),
        ([2, 3, 5], [], [2, 3, 5]), ([], [3], [3]), ([1], [2, 3], [2, 3]),
        ([2, 3, 5], [5], [2, 3, 5]), ([2, 3, 5], [3, 5], [2, 3, 5]), ([5], [2, 3, 5], [2, 3, 5]),
        ([2, 3, 5], [1, 1, 5], [2, 3, 5]), ([7], [1, 1, 7], [1, 1, 7]), ([2, 3, 5], [1, 3, 1], [2, 3, 5]),
        ([2, 3, 5], [2, 1, 1], [2, 3, 5]), ([2, 1], [1, 3], [2, 3]), ([2, 1, 5], [7, 1], [2, 7, 5]),
        ([3, 1], [2, 1, 5], [2, 3, 5]), ([3, 5], [2, 1, 1, 5], [2, 1, 3, 5]),
        ([2, 3, 2, 5], [2, 1, 1, 5], [2, 3, 2, 5]), ([2, 3, 5], [2, 3, 1], [2, 3, 5]),
        ([2, 3, 2, 5], [2, 1, 2, 1], [2, 3, 2, 5]), ([1, 3, 5], [1, 1, 5], [1, 3, 5]),
    ]

    struct Operator: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let compute: @Sendable (Tensor, Tensor) -> Tensor
        let reference: @Sendable (Double, Double) -> Double
    }
    static let operators = [
        Operator(testDescription: "+", compute: { $0 + $1 }, reference: { $0 + $1 }),
        Operator(testDescription: "-", compute: { $0 - $1 }, reference: { $0 - $1 }),
        Operator(testDescription: "*", compute: { $0 * $1 }, reference: { $0 * $1 }),
        Operator(testDescription: "/", compute: { $0 / $1 }, reference: { $0 / $1 }),
    ]

    @Test(arguments: operators, shapes)
    func operatorsBroadcast(operation: Operator, shapes: (Shape, Shape, result: Shape)) {
        let (a, b) = (awayFromZero(shapes.0, seed: 1), awayFromZero(shapes.1, seed: 3))
        let (left, right) = (Reference(a), Reference(b))
        expectEqual(
            operation.compute(a, b),
            Reference(shapes.result.dimensions) { operation.reference(left[$0], right[$0]) })
        checkGradients(at: [a, b]) { operation.compute($0[0], $0[1]) }
    }

    /// A gradient in one operand alone takes another way than in both.
    @Test(arguments: operators)
    func operatorsDifferentiateInOneOperand(operation: Operator) {
        let (a, b) = (awayFromZero([2, 3, 5], seed: 1), awayFromZero([3, 1], seed: 3))
        checkGradients(at: [a]) { operation.compute($0[0], b) }
        checkGradients(at: [b]) { operation.compute(a, $0[0]) }
    }

    /// Both operands may be the same tensor.
    @Test(arguments: operators)
    func operatorsTakeATensorTwice(operation: Operator) {
        let a = awayFromZero([3, 5])
        let values = Reference(a)
        expectEqual(
            operation.compute(a, a), Reference([3, 5]) { operation.reference(values[$0], values[$0]) })
        checkGradients(at: [a]) { operation.compute($0[0], $0[0]) }
    }

    @Test func quotientsDifferentiateThrice() {
        checkGradients(orders: 3, at: [awayFromZero([2, 3], seed: 1), uniform([3], in: 1...2, seed: 3)]) {
            $0[0] / $0[1]
        }
    }

    static let withNumbers: [(@Sendable (Tensor) -> Tensor, @Sendable (Double) -> Double)] = [
        ({ $0.affine(scale: 3, shift: -2) }, { 3 * $0 - 2 }), ({ -$0 }, { -$0 }),
        ({ $0 + 1.5 }, { $0 + 1.5 }), ({ 1.5 + $0 }, { 1.5 + $0 }),
        ({ $0 - 1.5 }, { $0 - 1.5 }), ({ 1.5 - $0 }, { 1.5 - $0 }),
        ({ $0 * 1.5 }, { $0 * 1.5 }), ({ 1.5 * $0 }, { 1.5 * $0 }), ({ $0 / 3 }, { $0 / 3 }),
    ]

    @Test(arguments: withNumbers.indices, [[], [1], [3, 7]] as [Shape])
    func numbersCombineWithTensors(index: Int, shape: Shape) {
        let (compute, reference) = Self.withNumbers[index]
        let a = normal(shape)
        let values = Reference(a)
        expectEqual(compute(a), Reference(shape.dimensions) { reference(values[$0]) })
        checkGradients(at: [a]) { compute($0[0]) }
    }

    /// More in each group than one piece of work covers.
    @Test func rowsRepeatInLargeGroups() {
        let (a, b) = (normal([3, 101, 100, 7], seed: 1), normal([3, 1, 1, 7], seed: 2))
        let (left, right) = (a.scalars, b.scalars)
        let expected = left.indices.map { left[$0] - right[$0 / 70_700 * 7 + $0 % 7] }
        #expect((a - b).scalars == expected)
        let numbers = normal([3, 1, 1, 1], seed: 3)
        let factors = numbers.scalars
        #expect((a * numbers).scalars == left.indices.map { left[$0] * factors[$0 / 70_700] })
    }

    @Test func shapesThatDoNotBroadcastAreNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]) + Tensor.zeros([2])
        }
        expectMessage("+: shapes [2, 3] and [2] do not broadcast", of: result)
    }
}
