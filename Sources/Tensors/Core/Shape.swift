/// The extents of a tensor, outermost first.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The extents.
    public let dimensions: [Int]

    /// - Parameter dimensions: the extents, none of them negative.
    public init(_ dimensions: [Int]) {
        require(dimensions.allSatisfy { $0 >= 0 }, "shape \(dimensions): extents must not be negative")
        self.dimensions = dimensions
    }

    /// A shape written as its extents, such as `[2, 3]`.
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// The number of axes.
    public var rank: Int { dimensions.count }
    /// The number of scalars.
    public var count: Int { dimensions.reduce(1, *) }
    /// The extents as text, such as `[2, 3]`.
    public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }

    /// The extent of an axis; negative axes count from the last.
    public subscript(axis: Int) -> Int { dimensions[axis < 0 ? rank + axis : axis] }

    /// The axis counted from the first.
    func normalized(axis: Int) -> Int {
        let positive = axis < 0 ? rank + axis : axis
        require((0..<max(rank, 1)).contains(positive), "axis \(axis) is outside shape \(self)")
        return positive
    }

    /// Scalars from one index of each axis to the next.
    var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * dimensions[axis + 1]
        }
        return strides
    }

    /// The shape that both broadcast to: aligned at the last axis, extents equal or 1.
    func broadcast(with other: Shape) -> Shape? {
        if self == other { return self }
        var result = [Int](repeating: 1, count: max(rank, other.rank))
        for offset in stride(from: 1, through: result.count, by: 1) {
            let a = offset <= rank ? self[-offset] : 1
            let b = offset <= other.rank ? other[-offset] : 1
            guard a == b || a == 1 || b == 1 else { return nil }
            result[result.count - offset] = a == 1 ? b : a
        }
        return Shape(result)
    }
}
