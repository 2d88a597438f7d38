import CLoops
import Kernels

/// Rearrangements of scalars. All are differentiable to any order.
extension Tensor {
    /// The same scalars in the same order under another shape of the same count.
    public func reshaped(_ target: Shape) -> Tensor {
        if target == shape { return self }
        require(target.count == shape.count, "reshaped: shape \(shape) does not fill \(target)")
        return Tensor(
            storage, target, from: [self],
            Operation(name: "reshaped", as: .reshaped, uses: [[]]) {
                [$0.cotangent.reshaped($0.inputShapes[0])]
            })
    }

    /// Permutes the axes: axis `k` of the result is axis `order[k]` of this tensor.
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
            Operation(name: "transposed", as: .transposed(order: order), uses: [[]]) { [inverse] in
                [$0.cotangent.transposed(inverse)]
            })
    }

    /// Concatenates tensors along an axis.
    ///
    /// - Shapes: the same but for the axis, whose extents add up.
    public static func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
        guard let first = tensors.first else { fatalError("concatenated: there are no tensors") }
        let axis = first.shape.normalized(axis: axis)
        let extent = tensors.map { $0.shape.rank > axis ? $0.shape[axis] : 0 }.reduce(0, +)
        let target = first.shape.replacing(axis: axis, extent: extent)
        require(
            tensors.allSatisfy {
                $0.shape.rank > axis && $0.shape.replacing(axis: axis, extent: extent) == target
            },
            "concatenated: shapes \(tensors.map(\.shape)) differ in more than axis \(axis)")
        if tensors.count == 1 { return first }
        let inner = target.dimensions[(axis + 1)...].reduce(1, *)
        let outer = target.dimensions[..<axis].reduce(1, *)
        let result = Storage(target.count)
        var start = 0
        for tensor in tensors {
            let width = tensor.shape[axis] * inner
            copyRows(
                tensor.pointer, step: width, into: result.pointer + start, step: extent * inner, rows: outer,
                width: width)
            start += width
        }
        return Tensor(
            result, target, from: tensors,
            Operation(name: "concatenated", as: .concatenated(axis: axis), uses: tensors.map { _ in [] }) {
                backward in
                var start = 0
                return zip(backward.inputShapes, backward.needs).map { shape, isNeeded in
                    defer { start += shape[axis] }
                    return isNeeded ? backward.cotangent.sliced(axis: axis, start..<start + shape[axis]) : nil
                }
            })
    }

    /// The part of a tensor whose index along an axis is in a range.
    ///
    /// - Shapes: the same but for the axis, whose extent is the range's.
    public func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
        let axis = shape.normalized(axis: axis)
        let extent = shape[axis]
        require(
            range.lowerBound >= 0 && range.upperBound <= extent,
            "sliced: \(range) is outside axis \(axis) of shape \(shape)")
        if range.count == extent { return self }
        let target = shape.replacing(axis: axis, extent: range.count)
        let inner = target.dimensions[(axis + 1)...].reduce(1, *)
        let result = Storage(target.count)
        copyRows(
            pointer + range.lowerBound * inner, step: extent * inner, into: result.pointer,
            step: range.count * inner, rows: target.dimensions[..<axis].reduce(1, *),
            width: range.count * inner)
        return Tensor(
            result, target, from: [self],
            Operation(name: "sliced", as: .sliced(axis: axis, range: range), uses: [[]]) { backward in
                func zeros(_ count: Int) -> Tensor { .zeros(target.replacing(axis: axis, extent: count)) }
                let parts = [zeros(range.lowerBound), backward.cotangent, zeros(extent - range.upperBound)]
                return [.concatenated(parts, axis: axis)]
            })
    }
}

extension Tensor {
    /// Some entries of the first axis, in the order of the indices, which may repeat.
    ///
    /// PyTorch's `index_select` along axis 0.
    ///
    /// - Shapes: self `[n, ...]`, result `[indices.count, ...]`.
    /// - Differentiable: to any order.
    /// - Parameter indices: each in `0..<n`.
    public func rows(at indices: [Int]) -> Tensor {
        require(
            shape.rank >= 1 && indices.allSatisfy { (0..<shape[0]).contains($0) },
            "rows: an index is outside the first axis of shape \(shape)")
        let width = shape.count / max(1, shape[0])
        let target = Shape([indices.count] + shape.dimensions.dropFirst())
        let result = Storage(target.count)
        for (row, index) in indices.enumerated() {
            (result.pointer + row * width).update(from: pointer + index * width, count: width)
        }
        return Tensor(
            result, target, from: [self],
            Operation(name: "rows", as: .rows(indices: indices), uses: [[]]) {
                [$0.cotangent.rowsAdded(at: indices, count: $0.inputShapes[0][0])]
            })
    }

    /// The adjoint of `rows(at:)`: each row is added to the entry that it was read from, of `count`.
    private func rowsAdded(at indices: [Int], count: Int) -> Tensor {
        let width = shape.count / max(1, shape[0])
        let result = Tensor.zeros(Shape([count] + shape.dimensions.dropFirst()))
        for (row, index) in indices.enumerated() {
            loop_accumulate(result.pointer + index * width, pointer + row * width, width)
        }
        return Tensor(
            result.storage, result.shape, from: [self],
            Operation(name: "rows gradient", uses: [[]]) { [$0.cotangent.rows(at: indices)] })
    }
}

extension Shape {
    /// The same shape but for one axis.
    fileprivate func replacing(axis: Int, extent: Int) -> Shape {
        var dimensions = dimensions
        dimensions[axis] = extent
        return Shape(dimensions)
    }
}

/// Copies rows of `width` scalars, which lie `step` scalars apart.
private func copyRows(
    _ source: UnsafePointer<Scalar>, step sourceStep: Int, into target: UnsafeMutablePointer<Scalar>,
    step targetStep: Int, rows: Int, width: Int
) {
    Parallel.forEachRows(of: rows, columns: width) { part in
        for row in part {
            (target + row * targetStep).update(from: source + row * sourceStep, count: width)
        }
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
