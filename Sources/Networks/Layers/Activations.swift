import Tensors

/// An activation that is `x` where positive and `slope x` elsewhere, which a normalization before it can
/// apply in its own sweep.
protocol Rectifier: Layer {
    var slope: Scalar { get }
}

/// A layer that can apply the rectifier behind it in its own last sweep.
protocol RectifiableLayer: Layer {
    /// The layer's result `v` where positive, `slope v` elsewhere; slope 1 is the layer alone.
    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor
}

extension RectifiableLayer {
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        rectified(input, context, slope: 1)
    }
}

/// `x` where positive, `slope x` elsewhere.
public final class LeakyReLU: Rectifier {
    let slope: Scalar

    public init(slope: Scalar = 0.01) { self.slope = slope }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.leakyReLU(slope: slope)
    }
}

/// `max(x, 0)`
public final class ReLU: Rectifier {
    var slope: Scalar { 0 }

    public init() {}
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.relu() }
}

/// The hyperbolic tangent.
public final class Tanh: Layer {
    public init() {}
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.tanh() }
}

/// `1 / (1 + e^-x)`
public final class Sigmoid: Layer {
    public init() {}
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.sigmoid() }
}

/// `log(1 + e^x)`
public final class Softplus: Layer {
    public init() {}
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.softplus() }
}

/// `x` where positive, `weight x` elsewhere, with a trained weight.
///
/// - Shapes: `[..., channels]` to the same; weight `[1]`, or `[channels]` for each channel its own.
/// - Differentiable: to any order.
/// - Source: He et al. 2015, "Delving deep into rectifiers", section 2.1.
public final class PReLU: Layer {
    public let weight: Parameter

    /// - Parameters:
    ///   - channels: 1 for one weight of all channels.
    ///   - slope: the weight's first value.
    ///   - source: where the first values come from.
    public init(channels: Int = 1, slope: Double = 0.25, from source: inout ParameterSource) {
        weight = source.parameter([channels], .constant(slope), fanIn: 1, fanOut: 1)
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.leakyReLU(slopes: context.value(of: weight))
    }
}
