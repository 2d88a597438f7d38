import Tensors

/// How a parameter is initialized.
public enum Initializer: Sendable {
    case constant(Double)
    /// Independent normal numbers.
    case normal(mean: Double = 0, deviation: Double)
    /// Uniform in `±1 / sqrt(fan in)`: what PyTorch does for convolutions and linear layers.
    case fanInUniform
    /// Uniform in `±gain sqrt(6 / (fan in + fan out))` (Glorot and Bengio 2010, equation 16).
    case xavierUniform(gain: Double = 1)

    /// - Parameters:
    ///   - fanIn: inputs that one output is computed from.
    ///   - fanOut: outputs that one input contributes to.
    public func tensor(_ shape: Shape, fanIn: Int, fanOut: Int, from stream: inout RandomStream) -> Tensor {
        func uniform(_ bound: Double) -> Tensor {
            Tensor.uniform(shape, from: &stream).affine(scale: Scalar(2 * bound), shift: Scalar(-bound))
        }
        switch self {
        case .constant(let value): return Tensor(repeating: Scalar(value), shape: shape)
        case .normal(let mean, let deviation):
            return Tensor.normal(shape, from: &stream).affine(scale: Scalar(deviation), shift: Scalar(mean))
        case .fanInUniform: return uniform(1 / Double(max(1, fanIn)).squareRoot())
        case .xavierUniform(let gain):
            return uniform(gain * (6 / Double(max(1, fanIn + fanOut))).squareRoot())
        }
    }
}
