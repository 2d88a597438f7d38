import Tensors

/// Normalizes each image over all its pixels and channels, then scales and shifts each channel.
///
/// Each image is treated alone, as a critic with a gradient penalty needs. The same in every mode.
///
/// - Shapes: `[n, ..., channels]` to the same; weight and bias `[channels]`.
/// - Differentiable: to any order.
/// - Source: Ba et al. 2016, "Layer Normalization", for images as in Gulrajani et al. 2017, "Improved
///   training of Wasserstein GANs", section 4. PyTorch calls it `GroupNorm` with one group.
public final class LayerNorm: RectifiableLayer {
    public let weight: Parameter
    public let bias: Parameter
    let epsilon: Scalar

    /// - Parameters:
    ///   - epsilon: added to the variance.
    ///   - source: where the first values come from: 1 for the scales, 0 for the shifts.
    public init(channels: Int, epsilon: Scalar = 1e-5, from source: inout ParameterSource) {
        weight = source.parameter([channels], .constant(1), fanIn: 1, fanOut: 1)
        bias = Parameter(.zeros([channels]))
        self.epsilon = epsilon
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        input.layerNormalized(
            scale: context.value(of: weight), shift: context.value(of: bias), epsilon: epsilon, slope: slope)
    }
}
