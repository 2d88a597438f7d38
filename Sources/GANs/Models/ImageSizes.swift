import Images

/// The sizes that the images of a model can have.
public struct ImageSizes: Sendable, CustomStringConvertible {
    /// The least and the greatest width and height, in pixels.
    public let sides: ClosedRange<Int>
    /// What width and height are multiples of, in pixels.
    public let multiple: Int
    /// Sides of squares that are allowed besides, in pixels.
    private let otherSquares: [Int]

    /// How many times as long as the other side a side may be.
    private static let greatestAspect = 4

    init(_ sides: ClosedRange<Int>, multiplesOf multiple: Int, orSquares otherSquares: [Int] = []) {
        (self.sides, self.multiple, self.otherSquares) = (sides, multiple, otherSquares)
    }

    /// Whether images can have a size.
    public func contains(_ size: ImageSize) -> Bool {
        if size.isSquare && otherSquares.contains(size.width) { return true }
        return [size.width, size.height].allSatisfy { sides.contains($0) && $0.isMultiple(of: multiple) }
            && size.longSide <= ImageSizes.greatestAspect * size.shortSide
    }

    /// Such as `multiples of 16 from 16 to 256`.
    public var description: String {
        otherSquares.map { "\($0), or " }.joined()
            + "multiples of \(multiple) from \(sides.lowerBound) to \(sides.upperBound)"
    }

    /// Throws unless the images of something can have a size.
    func check(_ size: ImageSize, of what: String) throws(ConfigurationError) {
        guard contains(size) else {
            throw ConfigurationError(
                "size", size,
                "width and height of \(what) are \(self), one at most \(ImageSizes.greatestAspect) times the other"
            )
        }
    }
}
