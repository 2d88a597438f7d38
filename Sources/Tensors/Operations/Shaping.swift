import Kernels

/// Other arrangements of the same scalars. All are differentiable to any order.
extension Tensor {
    /// The same scalars in the same order under another shape of the same count.
    public func reshaped(_ target: Shape) -> Tensor {
        if target == shape { return self }
        require(target.count == shape.count, "reshaped: shape \(shape) does not fill \(target)")
        return Tensor(
            storage, target, from: [self],
            Operation(name: "reshaped", uses: [[]]) { [$0.cotangent.reshaped($0.inputShapes[0])] })
    }

    /// The axes in another order: axis `k` of the result is axis `order[k]` of this tensor.
    public func transposed(_ order: [Int]) -> Tensor {
        require(
            order.sorted() == Array(0..<shape.rank),
            "transposed: \(order) is no order of the axes of \(shape)")
        if order == Array(0..<shape.rank) { return self }
        let target = Shape(order.map { shape[$0] })
        let result = Storage(target.count)
        let strides = shape.strides
        copyStrided(pointer, strides: order.map { strides[$0] }, into: result.pointer, target)
        var inverse = [Int](repeating: 0, count: order.count)
        for (position, axis) in order.enumerated() { inverse[axis] = position }
        return Tensor(
            result, target, from: [self],
            Operation(name: "transposed", uses: [[]]) { [inverse] in [$0.cotangent.transposed(inverse)] })
    }
}

private func copyStrided(
    _ source: UnsafePointer<Scalar>, strides: [Int], into target: UnsafeMutablePointer<Scalar>, _ shape: Shape
) {
    var next = target
    func copy(axis: Int, _ source: UnsafePointer<Scalar>) {
        let (extent, stride) = (shape[axis], strides[axis])
        if axis == shape.rank - 1 {
            for index in 0..<extent { next[index] = source[index * stride] }
            next += extent
        } else {
            for index in 0..<extent { copy(axis: axis + 1, source + index * stride) }
        }
    }
    if shape.count > 0 { copy(axis: 0, source) }
}
