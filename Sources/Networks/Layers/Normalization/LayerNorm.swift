import Tensors

/// Normalizes each image over all its pixels and channels, then scales and shifts each channel.
///
/// Each image is normalized alone, as a critic with a gradient penalty needs, and in the same way in every
/// mode.
///
/// - Shapes: `[n, ..., channels]` to the same; weight and bias `[channels]`.
/// - Differentiable: to any order.
/// - Source: Ba et al. 2016, "Layer Normalization", for images as in Gulrajani et al. 2017, "Improved
///   training of Wasserstein GANs", section 4. PyTorch calls it `GroupNorm` with one group.
public final class LayerNorm: RectifiableLayer {
    /// The scale of each channel.
    public let weight: Parameter
    /// The shift of each channel.
    public let bias: Parameter
    let epsilon: Scalar

    /// - Parameters:
    ///   - epsilon: added to the variance.
    ///   - source: initializes the scales by 1 and the shifts by 0.
    public init(channels: Int, epsilon: Scalar = 1e-5, from source: inout ParameterSource) {
        weight = source.parameter([channels], .constant(1), fanIn: 1, fanOut: 1)
        bias = source.parameter([channels], repeating: 0)
        self.epsilon = epsilon
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        input.layerNormalized(
            scale: context.value(of: weight), shift: context.value(of: bias), epsilon: epsilon, slope: slope)
    }
}
