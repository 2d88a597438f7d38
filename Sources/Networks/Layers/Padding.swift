import Tensors

/// Pads images by reflection at their outermost pixels.
///
/// - Shapes: `[n, h, w, c]` to `[n, h + 2 padding, w + 2 padding, c]`.
/// - Differentiable: to any order.
public final class ReflectionPad2d: Layer {
    let padding: Int

    /// - Parameter padding: in pixels, below the images' height and width.
    public init(_ padding: Int) { self.padding = padding }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.reflectionPadded(by: padding)
    }
}

/// Rearranges channels as pixels: every pixel becomes `factor x factor`.
///
/// - Shapes: `[n, h, w, c factor^2]` to `[n, h factor, w factor, c]`.
/// - Differentiable: to any order.
/// - Source: Shi et al. 2016, "Real-time single image and video super-resolution using an efficient sub-pixel
///   convolutional neural network", section 3.2.
public final class PixelShuffle: Layer {
    let factor: Int

    /// - Parameter factor: pixels for each pixel, in either direction.
    public init(factor: Int) { self.factor = factor }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.pixelShuffled(by: factor)
    }
}
