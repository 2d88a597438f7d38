/// PNG files put together byte by byte after the specification (ISO/IEC 15948), of modes that the writer
/// under test does not write.
enum HandMadePNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func bigEndian(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }

    static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + content
        return bigEndian(content.count) + named + bigEndian(Int(crc32(named)))
    }

    static func header(width: Int, height: Int, bits: UInt8, colorType: UInt8, interlaced: Bool = false)
        -> [UInt8]
    {
        signature
            + chunk(
                "IHDR", bigEndian(width) + bigEndian(height) + [bits, colorType, 0, 0, interlaced ? 1 : 0])
    }

    /// A whole file; `rows` are the packed bytes of each row, without the filter byte.
    static func file(
        width: Int, height: Int, bits: UInt8, colorType: UInt8, rows: [[UInt8]], interlaced: Bool = false,
        palette: [UInt8] = [], transparency: [UInt8] = []
    ) -> [UInt8] {
        var file = header(
            width: width, height: height, bits: bits, colorType: colorType, interlaced: interlaced)
        if !palette.isEmpty { file += chunk("PLTE", palette) }
        if !transparency.isEmpty { file += chunk("tRNS", transparency) }
        file += chunk("IDAT", stored(rows.flatMap { [0] + $0 }))
        return file + chunk("IEND", [])
    }

    /// A zlib stream (RFC 1950) of one uncompressed block.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt16(bytes.count)
        let sizes = [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
        return [0x78, 0x01, 1] + sizes + bytes + adler32(bytes)
    }

    /// A zlib stream of one byte again and again: of deflate's longest matches, 258 bytes (RFC 1951), each 13 bits of a
    /// block with fixed codes.
    static func run(of byte: UInt8, count: Int) -> [UInt8] {
        precondition(byte < 144)
        var bits = [1, 1, 0]
        func append(_ code: Int, count: Int) {
            for bit in (0..<count).reversed() { bits.append(code >> bit & 1) }
        }
        append(0x30 + Int(byte), count: 8)
        for _ in 0..<(count - 1) / 258 {
            append(0xC5, count: 8)
            append(0, count: 5)
        }
        for _ in 0..<(count - 1) % 258 { append(0x30 + Int(byte), count: 8) }
        append(0, count: 7)
        let packed = stride(from: 0, to: bits.count, by: 8).map { first in
            let byte = bits[first..<min(first + 8, bits.count)].enumerated()
            return byte.reduce(UInt8(0)) { $0 | UInt8($1.element << $1.offset) }
        }
        return [0x78, 0x01] + packed + adler32([UInt8](repeating: byte, count: count))
    }

    private static func adler32(_ bytes: [UInt8]) -> [UInt8] {
        var (a, b) = (1, 0)
        for byte in bytes {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        return bigEndian(b << 16 | a)
    }

    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
