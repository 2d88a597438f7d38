import Tensors

/// Normalizes each channel of each image over its pixels; then, where it is asked to, scales and shifts it.
///
/// Each image is treated alone, and the same in every mode: there are no running statistics.
///
/// - Shapes: `[n, ..., channels]` to the same; weight and bias `[channels]`.
/// - Differentiable: to any order.
/// - Source: Ulyanov et al. 2016, "Instance normalization".
public final class InstanceNorm2d: RectifiableLayer {
    public let weight: Parameter?
    public let bias: Parameter?
    let channels: Int
    let epsilon: Scalar

    /// - Parameters:
    ///   - epsilon: added to the variance.
    ///   - hasScale: trains a scale, from 1 on, and a shift, from 0 on, for each channel.
    ///   - source: where the first values come from.
    public init(
        channels: Int, epsilon: Scalar = 1e-5, hasScale: Bool = false, from source: inout ParameterSource
    ) {
        weight = hasScale ? source.parameter([channels], .constant(1), fanIn: 1, fanOut: 1) : nil
        bias = hasScale ? Parameter(.zeros([channels])) : nil
        (self.channels, self.epsilon) = (channels, epsilon)
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        input.instanceNormalized(
            scale: weight.map(context.value) ?? Tensor(repeating: 1, shape: [channels]),
            shift: bias.map(context.value) ?? .zeros([channels]), epsilon: epsilon, slope: slope)
    }
}
