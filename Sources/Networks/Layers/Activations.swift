import Tensors

/// A ReLU or leaky ReLU, which the layer before it can apply in its own last pass.
protocol Rectifier: Layer {
    var slope: Scalar { get }
}

/// A layer that can apply a following ReLU or leaky ReLU in its own last pass.
protocol RectifiableLayer: Layer {
    /// The leaky ReLU of the layer's output; slope 1 is the layer alone.
    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor
}

extension RectifiableLayer {
    /// Applies the layer alone, without an activation.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        rectified(input, context, slope: 1)
    }
}

/// `x` where positive, `slope x` elsewhere.
public final class LeakyReLU: Rectifier {
    let slope: Scalar

    /// - Parameter slope: for negative numbers.
    public init(slope: Scalar = 0.01) { self.slope = slope }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.leakyReLU(slope: slope)
    }
}

/// The rectifier, `max(x, 0)`.
public final class ReLU: Rectifier {
    var slope: Scalar { 0 }

    /// Creates the layer.
    public init() {}
    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.relu() }
}

/// The hyperbolic tangent.
public final class Tanh: Layer {
    /// Creates the layer.
    public init() {}
    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.tanh() }
}

/// The logistic function, `1 / (1 + e^-x)`.
public final class Sigmoid: Layer {
    /// Creates the layer.
    public init() {}
    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.sigmoid() }
}

/// A smooth rectifier, `log(1 + e^x)`.
public final class Softplus: Layer {
    /// Creates the layer.
    public init() {}
    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.softplus() }
}

/// `x` where positive, `weight x` elsewhere, with a trained weight.
///
/// - Shapes: `[..., channels]` to the same; weight `[1]`, or `[channels]` for each channel its own.
/// - Differentiable: to any order.
/// - Source: He et al. 2015, "Delving deep into rectifiers", section 2.1.
public final class PReLU: Layer {
    /// The slope for negative numbers.
    public let weight: Parameter

    /// - Parameters:
    ///   - channels: 1 for one weight of all channels.
    ///   - slope: the initial weight.
    ///   - source: how parameters are initialized.
    public init(channels: Int = 1, slope: Double = 0.25, from source: inout ParameterSource) {
        weight = source.parameter([channels], .constant(slope), fanIn: 1, fanOut: 1)
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.leakyReLU(slopes: context.value(of: weight))
    }
}
