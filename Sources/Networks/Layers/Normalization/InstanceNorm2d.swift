import Tensors

/// Normalizes each channel of each image over its pixels, then optionally scales and shifts it.
///
/// Each image is normalized alone, and in the same way in every mode: there are no running statistics.
///
/// - Shapes: `[n, ..., channels]` to the same; weight and bias `[channels]`.
/// - Differentiable: to any order.
/// - Source: Ulyanov et al. 2016, "Instance normalization".
public final class InstanceNorm2d: RectifiableLayer {
    /// The scale of each channel; nil where it is not trained.
    public let weight: Parameter?
    /// The shift of each channel; nil where it is not trained.
    public let bias: Parameter?
    let channels: Int
    let epsilon: Scalar

    /// - Parameters:
    ///   - epsilon: added to the variance.
    ///   - hasScale: trains a scale, initially 1, and a shift, initially 0, for each channel.
    ///   - source: how parameters are initialized.
    public init(
        channels: Int, epsilon: Scalar = 1e-5, hasScale: Bool = false, from source: inout ParameterSource
    ) {
        weight = hasScale ? source.parameter([channels], .constant(1), fanIn: 1, fanOut: 1) : nil
        bias = hasScale ? source.parameter([channels], repeating: 0) : nil
        (self.channels, self.epsilon) = (channels, epsilon)
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        input.instanceNormalized(
            scale: weight.map(context.value) ?? Tensor(repeating: 1, shape: [channels]),
            shift: bias.map(context.value) ?? .zeros([channels]), epsilon: epsilon, slope: slope)
    }
}
