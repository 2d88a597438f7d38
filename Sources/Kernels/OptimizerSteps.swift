import CLoops

/// The coefficients of one step of Adam, the same for all parameters.
public struct AdamStep: Sendable {
    let settings: adam_settings

    /// - Parameter step: counted from 1.
    public init(learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, step: Int) {
        func power(_ base: Double) -> Double {
            var (result, factor, exponent) = (1.0, base, step)
            while exponent > 0 {
                if exponent & 1 == 1 { result *= factor }
                factor *= factor
                exponent >>= 1
            }
            return result
        }
        settings = adam_settings(
            rate: Scalar(learningRate / (1 - power(beta1))), beta2: Scalar(beta2),
            complement1: Scalar(1 - beta1), complement2: Scalar(1 - beta2),
            correction2: Scalar(1 / (1 - power(beta2)).squareRoot()), epsilon: Scalar(epsilon))
    }

    /// Updates a parameter and its two moments in place.
    public func apply(
        to parameter: UnsafeMutablePointer<Scalar>, first: UnsafeMutablePointer<Scalar>,
        second: UnsafeMutablePointer<Scalar>, gradient: UnsafePointer<Scalar>, count: Int
    ) {
        loop_adam(parameter, first, second, gradient, settings, count)
    }
}

/// `square = decay square + (1 - decay) g^2`, `parameter -= rate g / (sqrt(square) + epsilon)`, in place.
public func stepRMSProp(
    _ parameter: UnsafeMutablePointer<Scalar>, square: UnsafeMutablePointer<Scalar>,
    gradient: UnsafePointer<Scalar>, learningRate: Double, decay: Double, epsilon: Double, count: Int
) {
    loop_rmsprop(
        parameter, square, gradient, Scalar(learningRate), Scalar(decay), Scalar(1 - decay), Scalar(epsilon),
        count)
}

/// `velocity = momentum velocity + g`, `parameter -= rate velocity`, in place.
public func stepSGD(
    _ parameter: UnsafeMutablePointer<Scalar>, velocity: UnsafeMutablePointer<Scalar>,
    gradient: UnsafePointer<Scalar>, learningRate: Double, momentum: Double, count: Int
) {
    loop_sgd(parameter, velocity, gradient, Scalar(learningRate), Scalar(momentum), count)
}

/// `y += weight (x - y)`, in place; `y = x`, to the bit, at weight 1.
public func interpolate(
    _ y: UnsafeMutablePointer<Scalar>, toward x: UnsafePointer<Scalar>, weight: Double, count: Int
) {
    // Rounding must leave no trace of the old values.
    if weight == 1 { return y.update(from: x, count: count) }
    loop_interpolate(y, x, Scalar(weight), count)
}
