import CLoops
import Kernels

extension Tensor {
    /// Elementwise sum; shapes broadcast.
    ///
    /// - Differentiable: to any order.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        Tensor(
            elementwise: "+", a, b, loop_add,
            Operation(name: "+", as: .add, uses: [[], []]) { backward in
                let shapes = backward.inputShapes
                return [
                    backward.needs[0] ? backward.cotangent.summed(to: shapes[0]) : nil,
                    backward.needs[1] ? backward.cotangent.summed(to: shapes[1]) : nil,
                ]
            })
    }

    /// Elementwise difference; shapes broadcast.
    ///
    /// - Differentiable: to any order.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        Tensor(
            elementwise: "-", a, b, loop_subtract,
            Operation(name: "-", as: .subtract, uses: [[], []]) { backward in
                let shapes = backward.inputShapes
                return [
                    backward.needs[0] ? backward.cotangent.summed(to: shapes[0]) : nil,
                    backward.needs[1] ? -backward.cotangent.summed(to: shapes[1]) : nil,
                ]
            })
    }

    /// Elementwise product; shapes broadcast.
    ///
    /// - Differentiable: to any order.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        Tensor(
            elementwise: "*", a, b, loop_multiply,
            Operation(name: "*", as: .multiply, uses: [[.input(1)], [.input(0)]]) { backward in
                let (g, shapes) = (backward.cotangent, backward.inputShapes)
                return [
                    backward.needs[0] ? (g * backward.input(1)).summed(to: shapes[0]) : nil,
                    backward.needs[1] ? (g * backward.input(0)).summed(to: shapes[1]) : nil,
                ]
            })
    }

    /// Elementwise quotient; shapes broadcast.
    ///
    /// - Differentiable: to any order.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        Tensor(
            elementwise: "/", a, b, loop_divide,
            Operation(name: "/", as: .divide, uses: [[.input(1)], [.output, .input(1)]]) { backward in
                let (quotient, shapes) = (backward.cotangent / backward.input(1), backward.inputShapes)
                return [
                    backward.needs[0] ? quotient.summed(to: shapes[0]) : nil,
                    backward.needs[1] ? -(quotient * backward.output).summed(to: shapes[1]) : nil,
                ]
            })
    }

    /// `self * scale + shift`, with the same two numbers for all scalars.
    ///
    /// - Differentiable: to any order.
    public func affine(scale: Scalar, shift: Scalar) -> Tensor {
        let result = Storage(shape.count)
        Parallel.forEachElements(of: shape.count) { part in
            loop_affine(
                result.pointer + part.lowerBound, pointer + part.lowerBound, scale, shift, part.count)
        }
        return Tensor(
            result, shape, from: [self],
            Operation(name: "affine", as: .affine(scale: scale, shift: shift), uses: [[]]) {
                [$0.cotangent.affine(scale: scale, shift: 0)]
            })
    }

    /// Negation.
    public static prefix func - (a: Tensor) -> Tensor { a.affine(scale: -1, shift: 0) }
    /// Adds a number to every scalar.
    public static func + (a: Tensor, b: Scalar) -> Tensor { a.affine(scale: 1, shift: b) }
    /// Adds every scalar to a number.
    public static func + (a: Scalar, b: Tensor) -> Tensor { b.affine(scale: 1, shift: a) }
    /// Subtracts a number from every scalar.
    public static func - (a: Tensor, b: Scalar) -> Tensor { a.affine(scale: 1, shift: -b) }
    /// Subtracts every scalar from a number.
    public static func - (a: Scalar, b: Tensor) -> Tensor { b.affine(scale: -1, shift: a) }
    /// Multiplies every scalar by a number.
    public static func * (a: Tensor, b: Scalar) -> Tensor { a.affine(scale: b, shift: 0) }
    /// Multiplies a number by every scalar.
    public static func * (a: Scalar, b: Tensor) -> Tensor { b.affine(scale: a, shift: 0) }
    /// Divides every scalar by a number, as a product with its reciprocal.
    public static func / (a: Tensor, b: Scalar) -> Tensor { a.affine(scale: 1 / b, shift: 0) }

    private typealias BinaryLoop = (
        UnsafeMutablePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int, Int, loop_operand
    ) -> Void

    private init(
        elementwise name: String, _ a: Tensor, _ b: Tensor, _ loop: BinaryLoop,
        _ operation: @autoclosure () -> Operation
    ) {
        guard let shape = a.shape.broadcast(with: b.shape) else {
            fatalError("\(name): shapes \(a.shape) and \(b.shape) do not broadcast")
        }
        let result = Storage(shape.count)
        // The left operand is read in full; the right one may repeat.
        let left = a.shape == shape ? a.detached : a.detached.broadcast(to: shape)
        let (right, kind, groups) = repeating(b.detached, in: shape)
        let columns = kind == loop_row ? right.shape.count / groups : 1
        Parallel.forEachRows(of: shape.count / max(1, columns), inGroups: groups, columns: columns) {
            rows, group in
            let first = rows.lowerBound * columns
            loop(
                result.pointer + first, left.pointer + first,
                right.pointer + (kind == loop_full ? first : group * columns), rows.count, columns, kind)
        }
        self.init(result, shape, from: [a, b], operation())
    }
}

/// An operand in the form that the loops read: repeating where possible, otherwise broadcast in memory.
///
/// What repeats is one number or one row, everywhere or within each of some groups, which are the leading
/// axes.
private func repeating(_ operand: Tensor, in shape: Shape) -> (Tensor, loop_operand, groups: Int) {
    if operand.shape.count == shape.count { return (operand, loop_full, 1) }
    let missing = [Int](repeating: 1, count: shape.rank - operand.shape.rank)
    let extents = missing + operand.shape.dimensions
    let leading = zip(extents, shape.dimensions).prefix { $0 == $1 }.map(\.0)
    let row = extents[leading.count...].drop { $0 == 1 }
    guard row.elementsEqual(shape.dimensions.suffix(row.count)) else {
        return (operand.broadcast(to: shape), loop_full, 1)
    }
    return (operand, row.isEmpty ? loop_number : loop_row, leading.reduce(1, *))
}
