import CWebP

/// Reads WebP files through libwebp: of animations the first frame.
final class WebPReader: ImageReader {
    let formatName = "WebP"
    private let reader: OpaquePointer
    private let path: String
    /// The image as stored, before its orientation is applied.
    private let stored: ImageHeader
    private let orientation: Orientation

    /// `bytes` must outlive the reader.
    init(_ bytes: UnsafeBufferPointer<UInt8>, path: String) throws(ImageError) {
        reader = try withMessage(ofSize: CWEBP_MESSAGE_SIZE, path: path) { message in
            cwebp_open(bytes.baseAddress, bytes.count, message)
        }
        stored = ImageHeader(
            width: Int(cwebp_width(reader)), height: Int(cwebp_height(reader)),
            channels: Int(cwebp_channels(reader)))
        var exifCount = 0
        let exif = cwebp_exif(reader, &exifCount)
        orientation = Orientation(exif: UnsafeBufferPointer(start: exif, count: exifCount))
        self.path = path
    }

    deinit { cwebp_close(reader) }

    var header: ImageHeader { orientation.upright(stored) }

    /// Both of its codings can spend next to nothing on images of one color, however large.
    func isPlausible(forBytes count: Int) -> Bool { true }

    func decode() throws(ImageError) -> Image {
        try Image(stored, path: path, messageSize: CWEBP_MESSAGE_SIZE) { pixels, message in
            cwebp_decode(reader, pixels, message)
        }.upright(from: orientation)
    }
}
