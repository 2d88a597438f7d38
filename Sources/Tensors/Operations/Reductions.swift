import Kernels

/// Sums over axes and their adjoint, broadcasting. All are differentiable to any order.
extension Tensor {
    /// The sum over some axes, all of them by default.
    ///
    /// - Parameter keepingAxes: leaves summed axes with extent 1 instead of dropping them.
    public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
        var isSummed = [Bool](repeating: axes == nil, count: shape.rank)
        for axis in axes ?? [] { isSummed[shape.normalized(axis: axis)] = true }
        let kept = Shape(zip(shape.dimensions, isSummed).map { $1 ? 1 : $0 })
        let dropped = Shape(zip(shape.dimensions, isSummed).filter { !$1 }.map(\.0))
        let result = Tensor(sumOf: self, along: isSummed).storage
        return Tensor(
            result, keepingAxes ? kept : dropped, from: [self],
            Operation(
                name: "sum",
                as: .sum(axes: isSummed.indices.filter { isSummed[$0] }, keepingAxes: keepingAxes),
                uses: [[]]
            ) { backward in
                [backward.cotangent.reshaped(kept).broadcast(to: backward.inputShapes[0])]
            })
    }

    /// The mean over some axes, all of them by default.
    public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
        let total = sum(axes: axes, keepingAxes: keepingAxes)
        return total / Scalar(shape.count / max(1, total.shape.count))
    }

    /// Repeats the tensor along new leading axes and axes of extent 1.
    public func broadcast(to target: Shape) -> Tensor {
        if target == shape { return self }
        require(
            shape.broadcast(with: target) == target,
            "broadcast: shape \(shape) does not broadcast to \(target)")
        let result = Storage(target.count)
        let padded = [Int](repeating: 1, count: target.rank - shape.rank) + shape.dimensions
        repeatAlongAxes(pointer, Shape(padded), into: result.pointer, target)
        return Tensor(
            result, target, from: [self],
            Operation(name: "broadcast", as: .broadcast, uses: [[]]) {
                [$0.cotangent.summed(to: $0.inputShapes[0])]
            })
    }

    /// The adjoint of broadcasting from `target`: sums over the axes it repeats along.
    func summed(to target: Shape) -> Tensor {
        if target == shape { return self }
        let added = shape.rank - target.rank
        let axes = (0..<shape.rank).filter { $0 < added || (target[$0 - added] == 1 && shape[$0] != 1) }
        return sum(axes: axes, keepingAxes: true).reshaped(target)
    }

    /// Sums over each run of adjacent axes, from the last to the first.
    private init(sumOf tensor: Tensor, along isSummed: [Bool]) {
        var (storage, dimensions) = (tensor.storage, tensor.shape.dimensions)
        var axis = dimensions.count - 1
        while axis >= 0 {
            guard isSummed[axis] else {
                axis -= 1
                continue
            }
            var first = axis
            while first > 0 && isSummed[first - 1] { first -= 1 }
            let outer = dimensions[..<first].reduce(1, *)
            let rows = dimensions[first...axis].reduce(1, *)
            let columns = dimensions[(axis + 1)...].reduce(1, *)
            let result = Storage(outer * columns)
            sumMiddle(storage.pointer, into: result.pointer, outer: outer, rows: rows, columns: columns)
            storage = result
            for summed in first...axis { dimensions[summed] = 1 }
            axis = first - 1
        }
        self.init(storage, Shape(dimensions))
    }
}

/// `result[o][c]` = the sum over rows of `x[o][r][c]`.
private func sumMiddle(
    _ x: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, outer: Int, rows: Int, columns: Int
) {
    if columns == 1 {
        sumColumns(of: x, into: result, rows: outer, columns: rows)
        return
    }
    for index in 0..<outer {
        sumRows(of: x + index * rows * columns, into: result + index * columns, rows: rows, columns: columns)
    }
}

private func repeatAlongAxes(
    _ source: UnsafePointer<Scalar>, _ from: Shape, into target: UnsafeMutablePointer<Scalar>, _ to: Shape
) {
    let (sourceStrides, targetStrides) = (from.strides, to.strides)
    func fill(axis: Int, _ source: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>) {
        let targetCount = axis < to.rank ? to[axis] * targetStrides[axis] : 1
        if axis == to.rank || from.dimensions[axis...] == to.dimensions[axis...] {
            target.update(from: source, count: targetCount)
        } else if from.dimensions[axis...].allSatisfy({ $0 == 1 }) {
            target.update(repeating: source.pointee, count: targetCount)
        } else if from[axis] == to[axis] {
            for index in 0..<to[axis] {
                fill(
                    axis: axis + 1, source + index * sourceStrides[axis], target + index * targetStrides[axis]
                )
            }
        } else {
            fill(axis: axis + 1, source, target)
            for index in 1..<max(1, to[axis]) {
                target.advanced(by: index * targetStrides[axis])
                    .update(from: target, count: targetStrides[axis])
            }
        }
    }
    if to.count > 0 { fill(axis: 0, source, target) }
}
