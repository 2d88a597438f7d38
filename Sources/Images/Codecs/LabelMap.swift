/// An image that says of each pixel what it shows, as a number.
public struct LabelMap: Hashable, Sendable {
    /// One channel, whose samples are the labels.
    public let labels: Image
    /// The color that stands for each label, red, green and blue; empty where the file says none.
    public let palette: [[UInt8]]

    /// Decodes a PNG file with a palette, whose places are the labels, or in gray, whose samples are the labels as
    /// they are stored.
    ///
    /// - Throws: `ImageError` as an image's decoding does, and for files that hold colors, not labels.
    public init(decoding path: String) throws(ImageError) {
        try self.init(decoding: readFile(path), path: path)
    }

    /// Decodes a file's content; `path` names it in errors.
    public init(decoding bytes: [UInt8], path: String) throws(ImageError) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(ImageError) in
            let reader = try openImage(bytes, path: path)
            guard let reader = reader as? PNGReader else {
                throw .noLabels(path: path, found: "a JPEG, which does not keep numbers as they are")
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
            return LabelMap(labels: try reader.decodeLabels(), palette: reader.palette)
        }
    }

    init(labels: Image, palette: [[UInt8]]) { (self.labels, self.palette) = (labels, palette) }
}

extension Image {
    /// Labels of one channel in the colors that stand for them.
    ///
    /// - Parameter palette: red, green and blue of each label; no label may lie past its end.
    public func colored(palette: [[UInt8]]) -> Image {
        precondition(channels == 1)
        return Image(width: width, height: height, channels: 3, pixels: pixels.flatMap { palette[Int($0)] })
    }
}
