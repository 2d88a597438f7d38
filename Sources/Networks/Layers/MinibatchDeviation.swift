import Tensors

/// The minibatch standard deviation as an added channel, the same number at all pixels: it shows a
/// discriminator when generated images are all alike.
///
/// In each group of images, the standard deviation of each activation, averaged over all of them:
/// `mean(sqrt(variance + 1e-8))`, the variance biased. Image `k` of a batch of `m` groups is in group
/// `k mod m`. A single image has a deviation of 1e-4.
///
/// - Shapes: `[n, ..., channels]` to `[n, ..., channels + 1]`.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 3.
public final class MinibatchDeviation: Layer {
    let groupSize: Int

    /// - Parameter groupSize: images in a group; in a batch that it does not divide, the largest smaller
    ///   number that does.
    public init(groupSize: Int = 4) {
        require(groupSize >= 1, "MinibatchDeviation: groups of \(groupSize) hold no image")
        self.groupSize = groupSize
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let deviation = ComputationTrace.composed(.groupDeviation(maximum: groupSize), of: input) {
            self.deviation(of: input.gatheredOverShards()).ownShard()
        }
        return .concatenated([input, deviation], axis: input.shape.rank - 1)
    }

    /// - Shapes: `[n, ..., channels]` to `[n, ..., 1]`.
    private func deviation(of input: Tensor) -> Tensor {
        let images = input.shape[0]
        let size = (1...groupSize).last { images.isMultiple(of: $0) } ?? 1
        let groups = images / size
        let added = Shape(input.shape.dimensions.dropLast() + [1])
        let members = input.reshaped([size, groups, input.shape.count / images])
        let variances = (members - members.mean(axes: [0])).squared().mean(axes: [0])
        let deviations = (variances + 1e-8).squareRoot().mean(axes: [1])
        return deviations.reshaped([1, groups, 1])
            .broadcast(to: [size, groups, added.count / images]).reshaped(added)
    }
}
