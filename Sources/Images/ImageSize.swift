/// Width and height of an image, in pixels.
///
/// In files it is one number where both are the same, and text such as `64x96` otherwise, as `description` has it.
public struct ImageSize: Hashable, Sendable {
    /// In pixels.
    public var width: Int
    /// In pixels.
    public var height: Int

    /// A size; `width` and `height` in pixels.
    public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

    /// The size of a square.
    public init(_ side: Int) { self.init(width: side, height: side) }

    /// Whether width and height are the same.
    public var isSquare: Bool { width == height }
    /// The shorter one of width and height.
    public var shortSide: Int { min(width, height) }
    /// The longer one of width and height.
    public var longSide: Int { max(width, height) }
    /// Width times height; of a size that was checked, as others may be too large for it.
    public var pixelCount: Int { width * height }
    /// `64x64`, width first, of squares, too.
    public var dimensions: String { "\(width)x\(height)" }

    /// Both sides changed alike.
    public func map(_ side: (Int) -> Int) -> ImageSize {
        ImageSize(width: side(width), height: side(height))
    }

    /// Whether an image of the other size has room in one of this size.
    public func holds(_ other: ImageSize) -> Bool { other.width <= width && other.height <= height }
}

extension ImageSize: ExpressibleByIntegerLiteral {
    /// The size of a square.
    public init(integerLiteral side: Int) { self.init(side) }
}

extension ImageSize: LosslessStringConvertible {
    /// Reads `64`, or width and height as in `64x96`; nil where the text is neither.
    public init?(_ description: String) {
        let sides = description.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(sides.count), let width = sides[0], let height = sides[sides.count - 1] else {
            return nil
        }
        self.init(width: width, height: height)
    }

    /// `64` of a square, or `64x96`, width first.
    public var description: String { isSquare ? "\(width)" : dimensions }
}

extension ImageSize: Codable {
    /// Reads a number, or text such as `64x96`.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let side = try? value.decode(Int.self) {
            self.init(side)
        } else if let size = ImageSize(try value.decode(String.self)) {
            self = size
        } else {
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "a size is a number of pixels, or width and height as in 64x96")
        }
    }

    /// Writes a number, or text such as `64x96`.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        if isSquare { try value.encode(width) } else { try value.encode(description) }
    }
}
