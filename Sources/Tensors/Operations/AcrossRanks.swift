import Kernels

/// What the parts of a batch have in common, where several processes compute one each; without others, every one of
/// these gives the tensor itself.
///
/// The loss of the whole batch is the mean of the processes' losses. Each process differentiates their sum by its own
/// part of the batch, so that its gradients in the parameters are summed and divided in the end.
extension Tensor {
    /// The sum of all processes' tensors of this shape.
    ///
    /// - Differentiable: to any order.
    public func summedOverRanks() -> Tensor {
        if Ranks.parts == 1 { return self }
        let result = copied()
        Ranks.sum(result.pointer, count: shape.count)
        return Tensor(
            result, shape, from: [self],
            Operation(name: "summedOverRanks", uses: [[]]) { [$0.cotangent.summedOverRanks()] })
    }

    /// The mean of all processes' tensors of this shape.
    ///
    /// - Differentiable: to any order.
    public func meanOverRanks() -> Tensor {
        if Ranks.parts == 1 { return self }
        let result = copied()
        Ranks.average(result.pointer, count: shape.count)
        return Tensor(
            result, shape, from: [self],
            Operation(name: "meanOverRanks", uses: [[]]) { [$0.cotangent.meanOverRanks()] })
    }

    private func copied() -> Storage {
        let copy = Storage(shape.count)
        copy.pointer.update(from: pointer, count: shape.count)
        return copy
    }

    /// The parts of all processes, one behind the other.
    ///
    /// - Shapes: `[n, ...]` to `[parts n, ...]`.
    /// - Differentiable: to any order.
    public func gatheredOverRanks() -> Tensor {
        if Ranks.parts == 1 { return self }
        func zeros(_ parts: Int) -> [Tensor] {
            parts == 0 ? [] : [.zeros(Shape([parts * shape[0]] + shape.dimensions.dropFirst()))]
        }
        let alone = zeros(Ranks.part) + [self] + zeros(Ranks.parts - 1 - Ranks.part)
        return Tensor.concatenated(alone, axis: 0).summedOverRanks()
    }

    /// This process's part of a batch.
    ///
    /// - Shapes: `[parts n, ...]` to `[n, ...]`.
    /// - Differentiable: to any order.
    public func ownPart() -> Tensor {
        if Ranks.parts == 1 { return self }
        let count = shape[0] / Ranks.parts
        return sliced(axis: 0, Ranks.part * count..<(Ranks.part + 1) * count)
    }

    /// Independent standard normal numbers for each image of this process's part of a batch.
    public static func normal(eachImage shape: Shape, from stream: inout RandomStream) -> Tensor {
        Tensor.normal(shape.ofAllParts, from: &stream).ownPart()
    }

    /// Independent numbers uniform in [0, 1) for each image of this process's part of a batch.
    public static func uniform(eachImage shape: Shape, from stream: inout RandomStream) -> Tensor {
        Tensor.uniform(shape.ofAllParts, from: &stream).ownPart()
    }
}

extension Shape {
    fileprivate var ofAllParts: Shape { Shape([self[0] * Ranks.parts] + dimensions.dropFirst()) }
}

extension Ranks {
    /// What is drawn for each image of this process's part of a batch, whose numbers are those of the whole batch.
    public static func drawn<Value>(forImages count: Int, _ draw: () -> Value) -> [Value] {
        let all = (0..<count * parts).map { _ in draw() }
        return Array(all[part * count..<(part + 1) * count])
    }
}
