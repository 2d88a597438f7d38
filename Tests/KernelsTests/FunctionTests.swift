import CLoops
import Foundation
import Testing

@testable import Kernels

/// The elementary functions beside the system's in double precision, over all exponents.
@Suite struct FunctionTests {
    @Test func exponentialIsAccurate() {
        expectAccurate(loop_exp, Foundation.exp, in: -103...88)
        #expect(value(loop_exp, 1000) == .infinity && value(loop_exp, -1000) == 0)
        #expect(value(loop_exp, .nan).isNaN && value(loop_exp, -.infinity) == 0)
    }

    @Test func hyperbolicTangentIsAccurate() {
        expectAccurate(loop_tanh, Foundation.tanh, in: -30...30)
        #expect(value(loop_tanh, .infinity) == 1 && value(loop_tanh, -.infinity) == -1)
        #expect(value(loop_tanh, .nan).isNaN)
    }

    typealias Loop = (UnsafeMutablePointer<Scalar>?, UnsafePointer<Scalar>?, Int) -> Void

    private func value(_ loop: Loop, _ x: Scalar) -> Scalar {
        var result: Scalar = 0
        withUnsafePointer(to: x) { loop(&result, $0, 1) }
        return result
    }

    /// Within two units in the last place.
    private func expectAccurate(_ loop: Loop, _ exact: (Double) -> Double, in range: ClosedRange<Double>) {
        var arguments = stride(from: range.lowerBound, through: range.upperBound, by: 0x1p-11).map { $0 }
        for exponent in stride(from: -30.0, through: 3, by: 0.01) {
            arguments += [Foundation.exp2(exponent), -Foundation.exp2(exponent)]
        }
        let inputs = arguments.map { Scalar($0) }
        var results = [Scalar](repeating: 0, count: inputs.count)
        loop(&results, inputs, inputs.count)
        let errors = zip(inputs, results).map { x, result in
            let expected = exact(Double(x))
            let unit = Double(max(Scalar(expected).ulp, Scalar.leastNormalMagnitude.ulp))
            return abs(Double(result) - expected) / unit
        }
        #expect((errors.max() ?? .infinity) < 2)
    }
}
