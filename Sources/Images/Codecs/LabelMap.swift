/// A label map: an image with the index of a class at each pixel.
public struct LabelMap: Hashable, Sendable {
    /// One channel, whose samples are the labels.
    public let labels: Image
    /// The color of each label, red, green and blue; empty if the file has no palette.
    public let palette: [[UInt8]]

    /// Decodes a PNG file with a palette, whose indices are the labels, or a gray one, whose stored samples
    /// are the labels.
    ///
    /// - Throws: `ImageError` as the decoding of images does, and for files that hold colors instead of
    ///   labels.
    public init(decoding path: String) throws(ImageError) {
        self = try withContent(of: path) { bytes throws(ImageError) in
            try LabelMap(decoding: bytes, path: path)
        }
    }

    /// Decodes the content of such a file that lies in another one; see `Image.init(path:byteCount:reading:)`.
    public init(
        path: String, byteCount: Int, reading read: (_ count: Int) throws(ImageError) -> [UInt8]
    ) throws(ImageError) {
        self = try withContent(ofSize: byteCount, path: path, reading: read) { content throws(ImageError) in
            try LabelMap(decoding: content, path: path)
        }
    }

    /// Decodes a file's content; `path` names it in errors.
    public init(decoding bytes: [UInt8], path: String) throws(ImageError) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(ImageError) in
            let reader = try openImage(bytes, path: path)
            guard let reader = reader as? PNGReader else {
                throw .noLabels(path: path, found: "a \(reader.formatName) image")
            }
            guard reader.holdsLabels else {
                let found =
                    switch reader.header.channels {
                    case 1: "gray of 16 bits"
                    case 2: "gray with transparency"
                    default: "colors without a palette"
                    }
                throw .noLabels(path: path, found: found)
            }
            return try reader.holdingMemory(path: path) { () throws(ImageError) in
                LabelMap(labels: try reader.decodeLabels(), palette: reader.palette)
            }
        }
    }

    init(labels: Image, palette: [[UInt8]]) { (self.labels, self.palette) = (labels, palette) }
}

extension Image {
    /// Colors a label map of one channel by a palette.
    ///
    /// - Parameter palette: red, green and blue of each label; no label may lie past its end.
    public func colored(palette: [[UInt8]]) -> Image {
        precondition(channels == 1)
        return Image(width: width, height: height, channels: 3, pixels: pixels.flatMap { palette[Int($0)] })
    }
}
