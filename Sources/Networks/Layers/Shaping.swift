import Tensors

/// Flattens the activations of each image in PyTorch's order, channel by channel, so that the weight of a
/// following linear layer is interchangeable.
///
/// - Shapes: `[n, h, w, c]` to `[n, c h w]`.
public final class Flatten: Layer {
    /// Creates the layer.
    public init() {}

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        require(input.shape.rank == 4, "Flatten: activations \(input.shape) are not [n, h, w, c]")
        return input.transposed([0, 3, 1, 2]).reshaped([input.shape[0], input.shape.count / input.shape[0]])
    }
}

/// The inverse of `Flatten`: features as images, channel by channel.
///
/// - Shapes: `[n, c h w]` to `[n, h, w, c]`.
public final class Reshape: Layer {
    let (height, width, channels): (Int, Int, Int)

    /// - Parameters: the extents of the images.
    public init(height: Int, width: Int, channels: Int) {
        (self.height, self.width, self.channels) = (height, width, channels)
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.reshaped([input.shape[0], channels, height, width]).transposed([0, 2, 3, 1])
    }
}
