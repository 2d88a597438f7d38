import Tensors

/// Adds a channel that tells how much the pictures of a batch differ, the same number at all pixels: a
/// discriminator sees by it when generated pictures are all alike.
///
/// In each group of pictures, the standard deviation of each activation, averaged over all of them:
/// `mean(sqrt(variance + 1e-8))`, the variance biased. Picture `k` of a batch of `m` groups is in group
/// `k mod m`. A picture alone differs by 0.
///
/// - Shapes: `[n, ..., channels]` to `[n, ..., channels + 1]`.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 3.
public final class MinibatchDeviation: Layer {
    let groupSize: Int

    /// - Parameter groupSize: pictures in a group; in a batch that it does not divide, the largest smaller
    ///   number that does.
    public init(groupSize: Int = 4) {
        require(groupSize >= 1, "MinibatchDeviation: groups of \(groupSize) hold no picture")
        self.groupSize = groupSize
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let pictures = input.shape[0]
        let size = (1...groupSize).last { pictures.isMultiple(of: $0) } ?? 1
        let (groups, last) = (pictures / size, input.shape.rank - 1)
        let added = Shape(input.shape.dimensions.dropLast() + [1])
        guard size > 1 else { return .concatenated([input, .zeros(added)], axis: last) }
        let members = input.reshaped([size, groups, input.shape.count / pictures])
        let variances = (members - members.mean(axes: [0])).squared().mean(axes: [0])
        let deviations = (variances + 1e-8).squareRoot().mean(axes: [1])
        let channel = deviations.reshaped([1, groups, 1]).broadcast(
            to: [size, groups, added.count / pictures])
        return .concatenated([input, channel.reshaped(added)], axis: last)
    }
}
