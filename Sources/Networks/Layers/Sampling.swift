import Tensors

/// Upsamples images by 2.
///
/// - Shapes: `[n, h, w, c]` to `[n, 2 h, 2 w, c]`.
/// - Differentiable: to any order.
public final class Upsample: Layer {
    let interpolation: Tensor.Interpolation

    /// - Parameter interpolation: how new pixels are interpolated.
    public init(_ interpolation: Tensor.Interpolation = .nearest) { self.interpolation = interpolation }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.upsampled(interpolation)
    }
}

/// Average pooling by 2x2.
///
/// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
/// - Differentiable: to any order.
public final class AveragePool: Layer {
    /// Creates the layer.
    public init() {}
    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.averagePooled() }
}

/// Max pooling by 2x2.
///
/// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
/// - Differentiable: to any order.
public final class MaxPool: Layer {
    /// Creates the layer.
    public init() {}
    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.maxPooled() }
}

/// Downsamples images by 2 with the separable filter (1 3 3 1) / 8.
///
/// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
/// - Differentiable: to any order.
public final class SmoothPool: Layer {
    /// Creates the layer.
    public init() {}
    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.smoothPooled() }
}

/// Blurs images with the separable filter (1 2 1) / 4, against aliasing in resampling.
///
/// - Shapes: `[n, h, w, c]` to the same.
/// - Differentiable: to any order.
/// - Source: Zhang 2019, "Making convolutional networks shift-invariant again"; in a GAN, Karras et al. 2019,
///   "A style-based generator architecture for generative adversarial networks", section 2.
public final class Blur: Layer {
    /// Creates the layer.
    public init() {}
    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.blurred() }
}
