/// A tiny GIF file, put together after the specification, with variants.
enum TinyGIF {
    static let palette: [[UInt8]] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [10, 20, 30]]
    static let (width, height) = (9, 7)
    /// The index of a pixel's color.
    static func index(x: Int, y: Int) -> Int { (x + y) % 4 }

    /// 9x7 pixels, which Pillow packed.
    static let plain = file()

    /// - Parameters:
    ///   - screen: the size of the canvas, in pixels; nil for the frame's own.
    ///   - left: where on the canvas the frame lies, in pixels.
    ///   - isInterlaced: says that rows come in the order 0, 4, 2, 6, 1, 3, 5.
    ///   - transparent: the index of the color that is none.
    ///   - comments: the blocks of a comment, of 255 bytes at most each.
    static func file(
        screen: (width: Int, height: Int)? = nil, left: Int = 0, top: Int = 0,
        size: (width: Int, height: Int) = (width, height), isInterlaced: Bool = false,
        transparent: UInt8? = nil, palette: [[UInt8]] = palette, comments: [String] = ["Hey"]
    ) -> [UInt8] {
        let screen = screen ?? size
        var file = Array("GIF89a".utf8) + number(screen.width) + number(screen.height)
        let colorBits = UInt8(palette.count.trailingZeroBitCount)
        file += palette.isEmpty ? [0, 0, 0] : [0x80 | colorBits - 1, 0, 0] + palette.flatMap(\.self)
        file += [0x21, 0xFE]
        for comment in comments { file += [UInt8(comment.utf8.count)] + comment.utf8 }
        file.append(0)
        if let transparent { file += [0x21, 0xF9, 4, 1, 0, 0, transparent, 0] }
        file += [0x2C] + number(left) + number(top) + number(size.width) + number(size.height)
        return file + [isInterlaced ? 0x40 : 0, 8, UInt8(packed.count)] + packed + [0, 0x3B]
    }

    private static let packed: [UInt8] = [
        0x00, 0x01, 0x04, 0x10, 0x30, 0x40, 0x20, 0x41, 0x83, 0x05, 0x07, 0x26, 0x3C, 0xA8, 0x10, 0xA1,
        0xC3, 0x86, 0x10, 0x19, 0x4A, 0x5C, 0x48, 0xD1, 0x60, 0x40,
    ]

    private static func number(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
}
