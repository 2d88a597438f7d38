extension Image {
    /// The extensions of the files that are read, in lower case; what counts is their content.
    public static let fileExtensions = ["png", "jpg", "jpeg", "webp", "gif"]
    /// The same in one line, for help and errors.
    public static let listedExtensions = fileExtensions.joined(separator: ", ")
    /// Larger images are refused before memory is taken for them.
    public static let maximumPixels = 100_000_000

    /// Decodes a PNG, JPEG, WebP or GIF file, whose format is detected from its content.
    ///
    /// The result keeps the file's channels: gray stays gray, palettes become RGB, transparency becomes an
    /// alpha channel, 16 bits are scaled to 8, CMYK becomes RGB, and Exif orientation is applied. Of an
    /// animation it is the first frame.
    /// - Throws: `ImageError` for what cannot be read, is no image, is damaged or ends early, or has more
    ///   than `maximumPixels`.
    public init(decoding path: String) throws(ImageError) {
        self = try withContent(of: path) { bytes throws(ImageError) in try Image(decoding: bytes, path: path)
        }
    }

    /// Decodes the content of such a file that lies in another one.
    ///
    /// - Parameters:
    ///   - path: names it in errors.
    ///   - byteCount: the size of the content, for which memory is awaited.
    ///   - read: gives the first bytes of the content, as many as it is told: enough to know an image by, then all.
    public init(
        path: String, byteCount: Int, reading read: (_ count: Int) throws(ImageError) -> [UInt8]
    ) throws(ImageError) {
        self = try withContent(ofSize: byteCount, path: path, reading: read) { content throws(ImageError) in
            try Image(decoding: content, path: path)
        }
    }

    /// Decodes the content of such a file; `path` names it in errors.
    public init(decoding bytes: [UInt8], path: String) throws(ImageError) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(ImageError) in
            let reader = try openImage(bytes, path: path)
            return try reader.holdingMemory(path: path) { () throws(ImageError) in try reader.decode() }
        }
    }
}

/// The header of an image file: its size and channels.
public struct ImageHeader: Hashable, Sendable {
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// Channels of the decoded image, as `Image.channels`.
    public let channels: Int

    /// Reads the header of a PNG, JPEG, WebP or GIF file.
    ///
    /// - Throws: `ImageError` as decoding does, for what the header shows.
    public init(_ path: String) throws(ImageError) {
        self = try withContent(of: path) { bytes throws(ImageError) in
            try ImageHeader(decoding: bytes, path: path)
        }
    }

    /// Reads the header of such a file that lies in another one; see `Image.init(path:byteCount:reading:)`.
    public init(
        path: String, byteCount: Int, reading read: (_ count: Int) throws(ImageError) -> [UInt8]
    ) throws(ImageError) {
        self = try withContent(ofSize: byteCount, path: path, reading: read) { content throws(ImageError) in
            try ImageHeader(decoding: content, path: path)
        }
    }

    private init(decoding bytes: [UInt8], path: String) throws(ImageError) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(ImageError) in
            try openImage(bytes, path: path).header
        }
    }

    /// The header of an image in memory.
    public init(of image: Image) {
        self.init(width: image.width, height: image.height, channels: image.channels)
    }

    init(width: Int, height: Int, channels: Int) {
        self.width = width
        self.height = height
        self.channels = channels
    }
}

/// A reader of an image file whose header was read; it points into the file's bytes.
protocol ImageReader {
    /// Such as "PNG".
    var formatName: String { get }
    /// The size and channels of the decoded image.
    var header: ImageHeader { get }
    /// Whether a file of this many bytes can hold the image, in the best case of its compression.
    func isPlausible(forBytes count: Int) -> Bool
    func decode() throws(ImageError) -> Image
}

extension ImageReader {
    /// Calls `body` once the memory is free that decoding takes: four channels a pixel, and as much to convert and turn
    /// them.
    func holdingMemory<Result>(
        path: String, _ body: () throws(ImageError) -> Result
    ) throws(ImageError) -> Result {
        try DecodingMemory.pixels.holding(2 * 4 * header.width * header.height, path: path, body)
    }
}

/// Opens the reader for the content's format and checks the size that the header claims.
func openImage(
    _ bytes: UnsafeBufferPointer<UInt8>, path: String
) throws(ImageError) -> any ImageReader {
    let reader: any ImageReader
    switch FileKind(bytes) {
    case .png: reader = try PNGReader(bytes, path: path)
    case .jpeg: reader = try JPEGReader(bytes, path: path)
    case .webp: reader = try WebPReader(bytes, path: path)
    case .gif: reader = try GIFReader(bytes, path: path)
    case .other(let found): throw .unknownFormat(path: path, found: found)
    }
    let (width, height) = (reader.header.width, reader.header.height)
    guard width <= Image.maximumPixels / height else {
        throw .tooLarge(path: path, width: width, height: height)
    }
    guard reader.isPlausible(forBytes: bytes.count) else {
        throw .damaged(path: path, reason: "\(bytes.count) bytes cannot hold \(width)x\(height) pixels")
    }
    return reader
}

/// The format that a file's first bytes show.
enum FileKind {
    case png, jpeg, webp, gif
    case other(String)

    /// Bytes that tell the format.
    static let signatureSize = 16

    /// Throws unless a file that begins so is an image.
    static func check(_ signature: [UInt8], path: String) throws(ImageError) {
        if case .other(let found) = signature.withUnsafeBufferPointer({ FileKind($0) }) {
            throw .unknownFormat(path: path, found: found)
        }
    }

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        func has(_ text: String, at offset: Int = 0) -> Bool {
            bytes.dropFirst(offset).starts(with: text.utf8)
        }
        self =
            if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
                .png
            } else if bytes.starts(with: [0xFF, 0xD8]) {
                .jpeg
            } else if has("RIFF") && has("WEBP", at: 8) {
                .webp
            } else if has("GIF87a") || has("GIF89a") {
                .gif
            } else if bytes.isEmpty {
                .other("nothing (0 bytes)")
            } else if has("PNG", at: 1) {
                .other("a PNG whose signature is damaged")
            } else if has("BM") {
                .other("a BMP image")
            } else if has("II*\0") || has("MM\0*") {
                .other("a TIFF image")
            } else if has("ftyp", at: 4) {
                .other("a HEIC or AVIF image or a film")
            } else {
                .other("no known image")
            }
    }
}
