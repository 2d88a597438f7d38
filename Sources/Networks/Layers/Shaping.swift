import Tensors

/// All of an image's activations in one row, channel by channel as PyTorch orders them, so that a
/// following linear layer's weight interchanges.
///
/// - Shapes: `[n, h, w, c]` to `[n, c h w]`.
public final class Flatten: Layer {
    public init() {}

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        require(input.shape.rank == 4, "Flatten: activations \(input.shape) are not [n, h, w, c]")
        return input.transposed([0, 3, 1, 2]).reshaped([input.shape[0], input.shape.count / input.shape[0]])
    }
}

/// The inverse of `Flatten`: rows of features as images, read channel by channel.
///
/// - Shapes: `[n, c h w]` to `[n, h, w, c]`.
public final class Reshape: Layer {
    let (height, width, channels): (Int, Int, Int)

    public init(height: Int, width: Int, channels: Int) {
        (self.height, self.width, self.channels) = (height, width, channels)
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.reshaped([input.shape[0], channels, height, width]).transposed([0, 2, 3, 1])
    }
}
