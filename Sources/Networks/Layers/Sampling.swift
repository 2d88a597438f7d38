import Tensors

/// Images of twice the size.
///
/// - Shapes: `[n, h, w, c]` to `[n, 2 h, 2 w, c]`.
/// - Differentiable: to any order.
public final class Upsample: Layer {
    let interpolation: Tensor.Interpolation

    public init(_ interpolation: Tensor.Interpolation = .nearest) { self.interpolation = interpolation }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.upsampled(interpolation)
    }
}

/// Images of half the size, each pixel the mean of four.
///
/// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
/// - Differentiable: to any order.
public final class AveragePool: Layer {
    public init() {}
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.averagePooled() }
}

/// Images of half the size, each pixel the largest of four, channel by channel.
///
/// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
/// - Differentiable: to any order.
public final class MaxPool: Layer {
    public init() {}
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.maxPooled() }
}

/// Images of half the size, each pixel a mean of sixteen, weighted by 1, 3, 3, 1 either way.
///
/// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
/// - Differentiable: to any order.
public final class SmoothPool: Layer {
    public init() {}
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.smoothPooled() }
}

/// Each pixel averaged with its neighbors, weighted by 1, 2, 1 either way, so that resampling leaves no
/// patterns.
///
/// - Shapes: `[n, h, w, c]` to the same.
/// - Differentiable: to any order.
/// - Source: Zhang 2019, "Making convolutional networks shift-invariant again"; in a GAN Karras et al. 2019,
///   "A style-based generator architecture for generative adversarial networks", section 2.
public final class Blur: Layer {
    public init() {}
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { input.blurred() }
}
