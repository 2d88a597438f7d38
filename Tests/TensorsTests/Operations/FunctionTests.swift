import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct FunctionTests {
    struct Function: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let compute: @Sendable (Tensor) -> Tensor
        let reference: @Sendable (Double) -> Double
        var range: ClosedRange<Scalar> = -3...3
    }

    static let smooth = [
        Function(testDescription: "exponential", compute: { $0.exponential() }, reference: { exp($0) }),
        Function(
            testDescription: "logarithm", compute: { $0.logarithm() }, reference: { log($0) },
            range: 0.5...3),
        Function(
            testDescription: "squareRoot", compute: { $0.squareRoot() }, reference: { $0.squareRoot() },
            range: 0.5...3),
        Function(testDescription: "squared", compute: { $0.squared() }, reference: { $0 * $0 }),
        Function(testDescription: "tanh", compute: { $0.tanh() }, reference: { Foundation.tanh($0) }),
        Function(testDescription: "sigmoid", compute: { $0.sigmoid() }, reference: { 1 / (1 + exp(-$0)) }),
        Function(testDescription: "softplus", compute: { $0.softplus() }, reference: { log(1 + exp($0)) }),
    ]

    static let shapes: [Shape] = [[], [1], [13], [2, 3, 5], [17, 3]]

    @Test(arguments: smooth, shapes)
    func smoothFunctionsMatchAndDifferentiateThrice(function: Function, shape: Shape) {
        let x = uniform(shape, in: function.range)
        let values = Reference(x)
        expectEqual(function.compute(x), Reference(shape.dimensions) { function.reference(values[$0]) })
        checkGradients(orders: shape.count < 20 ? 3 : 2, at: [x]) { function.compute($0[0]) }
    }

    @Test(arguments: [0, 0.2, 1, 1.5] as [Scalar], shapes)
    func leakyReLUMatchesAndDifferentiatesTwice(slope: Scalar, shape: Shape) {
        let x = awayFromZero(shape)
        let values = Reference(x)
        expectEqual(
            x.leakyReLU(slope: slope),
            Reference(shape.dimensions) { values[$0] > 0 ? values[$0] : Double(slope) * values[$0] })
        checkGradients(at: [x]) { $0[0].leakyReLU(slope: slope) }
    }

    @Test func reluIsLeakyReLUWithoutASlope() {
        let x = awayFromZero([3, 5])
        #expect(x.relu().scalars == x.scalars.map { max($0, 0) })
        checkGradients(at: [x]) { $0[0].relu() }
    }

    /// Through a smooth function the second derivative is not zero, and the kink's mask stays in it.
    @Test func functionsOfFunctionsDifferentiateThrice() {
        checkGradients(orders: 3, at: [awayFromZero([2, 3], seed: 1), awayFromZero([3], seed: 5)]) {
            (($0[0].leakyReLU(slope: 0.2) * $0[1]).tanh() * $0[0]).sigmoid().softplus()
        }
    }

    @Test func piecewiseLinearFunctionsAtTheirKinkTakeTheLeftDerivative() {
        let x = Tensor([0, -0.0], shape: [2]).variable()
        #expect(gradients(of: x.relu().sum(), withRespectTo: [x])[0].scalars == [0, 0])
        #expect(gradients(of: x.leakyReLU(slope: 0.2).sum(), withRespectTo: [x])[0].scalars == [0.2, 0.2])
    }

    @Test func extremeInputsStayFinite() {
        let x = Tensor([-1000, -90, 90, 1000], shape: [4]).variable()
        #expect(x.sigmoid().scalars.last == 1)
        #expect(x.sigmoid().scalars.first == 0)
        #expect(x.tanh().scalars == [-1, -1, 1, 1])
        let softplus = x.softplus()
        expectClose(softplus.scalars, [0, 0, 90, 1000], absolute: 1e-30, relative: rounding)
        let gradient = gradients(of: softplus.sum(), withRespectTo: [x])[0]
        expectClose(gradient.scalars, [0, 0, 1, 1], absolute: 1e-30, relative: rounding)
    }

    /// Where `log(1 + e^x)` computed as written would give 0.
    @Test func softplusKeepsItsDigitsForNegativeInputs() {
        let x: [Scalar] = [-5, -20, -40, -80]
        let expected = x.map { log1p(exp(Double($0))) }
        expectClose(Tensor(x, shape: [4]).softplus().scalars, expected, absolute: 0, relative: rounding / 100)
    }

    @Test func negativeSlopesAreRefused() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(1).leakyReLU(slope: -0.1)
        }
        expectMessage("leakyReLU: slope -0.1 is negative", of: result)
    }
}
