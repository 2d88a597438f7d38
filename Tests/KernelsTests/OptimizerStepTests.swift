import Foundation
import TestSupport
import Testing

@testable import Kernels

@Suite struct OptimizerStepTests {
    /// More scalars than a thread updates at a time, and no multiple of anything.
    static let count = (1 << 16) + 101
    private let gradients = (0..<3).map { normal(count, seed: 10 + $0) }
    private let initial = normal(count, seed: 9)

    /// Compares a state (parameter first) that `update` changes by each gradient with the same in double
    /// precision, an element at a time.
    private func check(
        moments: Int, _ update: ([UnsafeMutablePointer<Scalar>], UnsafePointer<Scalar>, _ step: Int) -> Void,
        reference: (_ state: inout [Double], _ gradient: Double, _ step: Int) -> Void
    ) {
        let state = (0...moments).map { index in
            let pointer = UnsafeMutablePointer<Scalar>.allocate(capacity: Self.count)
            for element in 0..<Self.count { pointer[element] = index == 0 ? initial[element] : 0 }
            return pointer
        }
        defer { for pointer in state { pointer.deallocate() } }
        for (step, gradient) in gradients.enumerated() {
            gradient.withUnsafeBufferPointer { update(state, $0.baseAddress!, step + 1) }
        }
        var expected = [[Double]](repeating: [], count: moments + 1)
        for element in 0..<Self.count {
            var values = [Double(initial[element])] + [Double](repeating: 0, count: moments)
            for (step, gradient) in gradients.enumerated() {
                reference(&values, Double(gradient[element]), step + 1)
            }
            for (index, value) in values.enumerated() { expected[index].append(value) }
        }
        for (pointer, expected) in zip(state, expected) {
            let result = Array(UnsafeBufferPointer(start: pointer, count: Self.count))
            expectClose(result, expected, absolute: rounding / 100, relative: rounding / 100)
        }
    }

    @Test func adam() {
        check(moments: 2) { state, gradient, step in
            AdamStep(learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-3, step: step).apply(
                to: state[0], first: state[1], second: state[2], gradient: gradient, count: Self.count)
        } reference: { state, gradient, step in
            state[1] = 0.5 * state[1] + 0.5 * gradient
            state[2] = 0.9 * state[2] + 0.1 * gradient * gradient
            let first = state[1] / (1 - pow(0.5, Double(step)))
            let second = state[2] / (1 - pow(0.9, Double(step)))
            state[0] -= 0.1 * first / (second.squareRoot() + 1e-3)
        }
    }

    @Test func rmsProp() {
        check(moments: 1) { state, gradient, _ in
            stepRMSProp(
                state[0], square: state[1], gradient: gradient, learningRate: 0.1, decay: 0.9, epsilon: 1e-3,
                count: Self.count)
        } reference: { state, gradient, _ in
            state[1] = 0.9 * state[1] + 0.1 * gradient * gradient
            state[0] -= 0.1 * gradient / (state[1].squareRoot() + 1e-3)
        }
    }

    @Test func sgd() {
        check(moments: 1) { state, gradient, _ in
            stepSGD(
                state[0], velocity: state[1], gradient: gradient, learningRate: 0.1, momentum: 0.9,
                count: Self.count)
        } reference: { state, gradient, _ in
            state[1] = 0.9 * state[1] + gradient
            state[0] -= 0.1 * state[1]
        }
    }

    @Test func interpolation() {
        check(moments: 0) { state, gradient, _ in
            interpolate(state[0], toward: gradient, weight: 0.25, count: Self.count)
        } reference: { state, gradient, _ in
            state[0] += 0.25 * (gradient - state[0])
        }
    }

    /// The bias of a moving average with beta2 = 0.999 lasts for thousands of steps.
    @Test(arguments: [1, 2, 1000, 1_000_000])
    func adamsFirstMomentsAreCorrectedAtAnyStep(step: Int) {
        // With both moments at their stationary values, a step changes the parameter by the rate over the
        // corrections' ratio.
        var (parameter, first, second): ([Scalar], [Scalar], [Scalar]) = ([0], [1], [1])
        AdamStep(learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 0, step: step).apply(
            to: &parameter, first: &first, second: &second, gradient: [1], count: 1)
        let (t, rate) = (Double(step), 0.01)
        let expected = -rate / (1 - pow(0.9, t)) * (1 - pow(0.999, t)).squareRoot()
        expectClose(parameter, [expected], absolute: 0, relative: rounding / 10)
    }
}
