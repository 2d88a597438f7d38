import Kernels

/// What the shards of a batch have in common; where a batch has one, each of these gives the tensor itself.
///
/// The loss of the whole batch is the mean of the shards' losses. Each shard differentiates their sum by its own
/// images, so that its gradients in the parameters are summed and divided in the end.
extension Tensor {
    /// The sum of all shards' tensors of this shape.
    ///
    /// - Differentiable: to any order.
    public func summedOverShards() -> Tensor {
        if Shards.count == 1 { return self }
        var sum = detached
        sum.ownScalars()
        Shards.sum(sum.pointer, count: shape.count)
        return Tensor(
            sum.storage, shape, from: [self],
            Operation(name: "summedOverShards", uses: [[]]) { [$0.cotangent.summedOverShards()] })
    }

    /// The mean of all shards' tensors of this shape.
    ///
    /// - Differentiable: to any order.
    public func meanOverShards() -> Tensor {
        Shards.count == 1 ? self : summedOverShards() / Scalar(Shards.count)
    }

    /// All shards, one behind the other.
    ///
    /// - Shapes: `[n, ...]` to `[shards n, ...]`.
    /// - Differentiable: to any order.
    public func gatheredOverShards() -> Tensor {
        if Shards.count == 1 { return self }
        func zeros(_ count: Int) -> [Tensor] {
            count == 0 ? [] : [.zeros(Shape([count * shape[0]] + shape.dimensions.dropFirst()))]
        }
        let alone = zeros(Shards.own) + [self] + zeros(Shards.count - 1 - Shards.own)
        return Tensor.concatenated(alone, axis: 0).summedOverShards()
    }

    /// The images of a batch that are this shard's.
    ///
    /// - Shapes: `[shards n, ...]` to `[n, ...]`.
    /// - Differentiable: to any order.
    public func ownShard() -> Tensor {
        if Shards.count == 1 { return self }
        let count = shape[0] / Shards.count
        return sliced(axis: 0, Shards.own * count..<(Shards.own + 1) * count)
    }

    /// Independent standard normal numbers for each image of this shard.
    public static func normal(eachImage shape: Shape, from stream: inout RandomStream) -> Tensor {
        // They come in pairs.
        guard shape.count.isMultiple(of: 2) else {
            let all = Shape([shape[0] * Shards.count] + shape.dimensions.dropFirst())
            return Tensor.normal(all, from: &stream).ownShard()
        }
        return drawn(forShard: shape.count, from: &stream) { .normal(shape, from: &$0) }
    }

    /// Independent numbers uniform in [0, 1) for each image of this shard.
    public static func uniform(eachImage shape: Shape, from stream: inout RandomStream) -> Tensor {
        drawn(forShard: shape.count, from: &stream) { .uniform(shape, from: &$0) }
    }

    /// - Parameter words: of the stream, that each shard takes.
    private static func drawn(
        forShard words: Int, from stream: inout RandomStream, _ draw: (inout RandomStream) -> Tensor
    ) -> Tensor {
        stream.skip(Shards.own * words)
        defer { stream.skip((Shards.count - 1 - Shards.own) * words) }
        return draw(&stream)
    }
}

extension Shards {
    /// What is drawn for each image of this shard, whose numbers are those of the whole batch.
    public static func drawn<Value>(forImages count: Int, _ draw: () -> Value) -> [Value] {
        let all = (0..<count * Shards.count).map { _ in draw() }
        return Array(all[own * count..<(own + 1) * count])
    }
}
