/// How the stored rows and columns are oriented: the value of the Exif tag "Orientation" (Exif 2.3, section
/// 4.6.4).
enum Orientation: UInt16 {
    case upright = 1
    case mirrored, upsideDown, upsideDownMirrored
    case transposed, turnedLeft, transversed, turnedRight

    /// Whether making the image upright exchanges width and height.
    var exchangesSides: Bool { rawValue >= 5 }

    /// The header of the image once it is upright.
    func upright(_ stored: ImageHeader) -> ImageHeader {
        ImageHeader(
            width: exchangesSides ? stored.height : stored.width,
            height: exchangesSides ? stored.width : stored.height, channels: stored.channels)
    }

    /// Reads the tag from Exif data (a TIFF header and its first directory); malformed data counts as
    /// upright.
    init(exif: UnsafeBufferPointer<UInt8>) {
        self = Orientation.find(in: exif).flatMap(Orientation.init(rawValue:)) ?? .upright
    }

    private static func find(in exif: UnsafeBufferPointer<UInt8>) -> UInt16? {
        guard exif.count >= 8 else { return nil }
        let littleEndian: Bool
        switch (exif[0], exif[1]) {
        case (0x49, 0x49): littleEndian = true
        case (0x4D, 0x4D): littleEndian = false
        default: return nil
        }
        func integer16(at offset: Int) -> UInt16? {
            guard offset + 2 <= exif.count else { return nil }
            let (first, second) = (UInt16(exif[offset]), UInt16(exif[offset + 1]))
            return littleEndian ? second << 8 | first : first << 8 | second
        }
        func integer32(at offset: Int) -> Int? {
            guard let first = integer16(at: offset), let second = integer16(at: offset + 2) else {
                return nil
            }
            return littleEndian ? Int(second) << 16 | Int(first) : Int(first) << 16 | Int(second)
        }
        guard let directory = integer32(at: 4), let entries = integer16(at: directory) else { return nil }
        for entry in 0..<Int(entries) {
            let offset = directory + 2 + 12 * entry
            guard let tag = integer16(at: offset) else { return nil }
            if tag == 0x0112 { return integer16(at: offset + 8) }
        }
        return nil
    }
}

extension Image {
    /// The image rotated and mirrored to be upright.
    func upright(from orientation: Orientation) -> Image {
        guard orientation != .upright else { return self }
        let (oldWidth, oldHeight) = (width, height)
        let newWidth = orientation.exchangesSides ? height : width
        let newHeight = orientation.exchangesSides ? width : height
        let channels = channels
        let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
            pixels.withUnsafeBufferPointer { source in
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        let (column, row) =
                            switch orientation {
                            case .upright: (x, y)
                            case .mirrored: (oldWidth - 1 - x, y)
                            case .upsideDown: (oldWidth - 1 - x, oldHeight - 1 - y)
                            case .upsideDownMirrored: (x, oldHeight - 1 - y)
                            case .transposed: (y, x)
                            case .turnedLeft: (y, oldHeight - 1 - x)
                            case .transversed: (oldWidth - 1 - y, oldHeight - 1 - x)
                            case .turnedRight: (oldWidth - 1 - y, x)
                            }
                        let from = (row * oldWidth + column) * channels
                        let to = (y * newWidth + x) * channels
                        for channel in 0..<channels { target[to + channel] = source[from + channel] }
                    }
                }
            }
            count = pixels.count
        }
        return Image(width: newWidth, height: newHeight, channels: channels, pixels: turned)
    }
}
