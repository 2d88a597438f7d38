import CLoops
import Kernels

/// Elementwise functions. All are differentiable to any order.
extension Tensor {
    /// The exponential, `e^x`.
    public func exponential() -> Tensor {
        mapped(
            loop_exp,
            Operation(name: "exponential", as: .exponential, uses: [[.output]]) { [$0.cotangent * $0.output] }
        )
    }

    /// The natural logarithm.
    public func logarithm() -> Tensor {
        mapped(
            loop_log,
            Operation(name: "logarithm", as: .logarithm, uses: [[.input(0)]]) { [$0.cotangent / $0.input(0)] }
        )
    }

    /// The square root.
    public func squareRoot() -> Tensor {
        mapped(
            loop_square_root,
            Operation(name: "squareRoot", as: .squareRoot, uses: [[.output]]) {
                [$0.cotangent / ($0.output * 2)]
            })
    }

    /// The square, `x^2`.
    public func squared() -> Tensor { self * self }

    /// The hyperbolic tangent.
    public func tanh() -> Tensor {
        mapped(
            loop_tanh,
            Operation(name: "tanh", as: .tanh, uses: [[.output]]) { backward in
                [backward.cotangent * (1 - backward.output.squared())]
            })
    }

    /// The logistic function, `1 / (1 + e^-x)`.
    public func sigmoid() -> Tensor {
        mapped(
            loop_sigmoid,
            Operation(name: "sigmoid", as: .sigmoid, uses: [[.output]]) { backward in
                let y = backward.output
                return [backward.cotangent * (y * (1 - y))]
            })
    }

    /// `log(1 + e^x)`, without overflow.
    public func softplus() -> Tensor {
        mapped(
            loop_softplus,
            Operation(name: "softplus", as: .softplus, uses: [[.input(0)]]) {
                [$0.cotangent * $0.input(0).sigmoid()]
            })
    }

    /// `max(x, 0)`; the derivative at 0 is 0, and the second derivative 0 everywhere.
    public func relu() -> Tensor { leakyReLU(slope: 0) }

    /// `|x|`; the derivative at 0 is 0, and the second derivative 0 everywhere.
    public func absolute() -> Tensor { relu() + (-self).relu() }

    /// `x` where positive, `slope x` elsewhere; the derivative at 0 is `slope`, and the second derivative
    /// 0 everywhere.
    ///
    /// - Parameter slope: at least 0, so that the output has the sign of the input.
    public func leakyReLU(slope: Scalar) -> Tensor {
        require(slope >= 0, "leakyReLU: slope \(slope) is negative")
        return mapped(
            { loop_leaky_relu($0, $1, slope, $2) },
            Operation(name: "leakyReLU", as: .leakyReLU(slope: slope), uses: [[.output]]) { backward in
                [backward.cotangent.maskedLikeLeakyReLU(of: backward.output.detached, slope: slope)]
            })
    }

    /// The gradient of `leakyReLU` in its input: `self`, times `slope` where `output` is not positive.
    func maskedLikeLeakyReLU(of output: Tensor, slope: Scalar) -> Tensor {
        let result = Storage(shape.count)
        Parallel.forEachElements(of: shape.count) { part in
            let first = part.lowerBound
            loop_leaky_relu_gradient(
                result.pointer + first, pointer + first, output.pointer + first, slope, part.count)
        }
        return Tensor(
            result, shape, from: [self, output],
            Operation(name: "leakyReLU gradient", uses: [[.input(1)], []]) { backward in
                [backward.cotangent.maskedLikeLeakyReLU(of: backward.input(1), slope: slope), nil]
            })
    }

    private func mapped(
        _ loop: (UnsafeMutablePointer<Scalar>, UnsafePointer<Scalar>, Int) -> Void,
        _ operation: @autoclosure () -> Operation
    ) -> Tensor {
        let result = Storage(shape.count)
        Parallel.forEachElements(of: shape.count) { part in
            loop(result.pointer + part.lowerBound, pointer + part.lowerBound, part.count)
        }
        return Tensor(result, shape, from: [self], operation())
    }
}
