/// A ZIP archive, whose records may be made to lie.
public struct MadeArchive {
    /// A file in the archive.
    public struct Entry {
        /// Its path.
        public let name: String
        /// What is stored of it.
        public var bytes: [UInt8]
        /// 0 for bytes as they are, 8 for deflate.
        public var method = 0
        /// Bit 0 says that it is encrypted.
        public var flags = 0
        /// What the list says of the stored bytes' number; nil for the truth.
        public var size: Int?
        /// What the list says of the content's size; nil for the truth.
        public var contentSize: Int?
        /// The CRC-32 of the content.
        public var checksum: UInt32
        /// What the list says of its place; nil for the truth.
        public var offset: Int?
        /// The name that stands before its bytes; nil for its own.
        public var nameBefore: String?
        private let trueSize: Int

        /// - Parameter isDeflated: stores it in deflate's blocks, without compressing it.
        public init(_ name: String, _ content: [UInt8], isDeflated: Bool = false) {
            (self.name, trueSize, checksum) = (name, content.count, Self.checksum(of: content))
            bytes = isDeflated ? Self.deflated(content) : content
            method = isDeflated ? 8 : 0
        }

        fileprivate var listedSizes: [Int] {
            let packed = size ?? bytes.count
            return [packed, contentSize ?? (method == 0 ? packed : trueSize)]
        }

        /// RFC 1951, section 3.2.4: each block after its length and the length's complement.
        private static func deflated(_ content: [UInt8]) -> [UInt8] {
            stride(from: 0, through: content.count, by: 0xFFFF).flatMap { start in
                let block = content[start..<min(start + 0xFFFF, content.count)]
                let isLast: UInt8 = start + 0xFFFF > content.count ? 1 : 0
                return [isLast] + number(block.count, 2) + number(~block.count, 2) + block
            }
        }

        private static func checksum(of bytes: [UInt8]) -> UInt32 {
            ~bytes.reduce(UInt32.max) { crc, byte in
                (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
            }
        }
    }

    /// In their order.
    public var entries: [Entry]
    /// What the end says of their number; nil for the truth.
    public var count: Int?
    /// What the end says of the list's place; nil for the truth.
    public var listOffset: Int?

    /// An archive of these files.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// The archive's content.
    public func bytes() -> [UInt8] {
        var (result, list) = ([UInt8](), [UInt8]())
        for entry in entries {
            let start = result.count
            let before = entry.nameBefore ?? entry.name
            let common =
                number(20, 2) + number(entry.flags, 2) + number(entry.method, 2) + number(0, 4)
                + number(Int(entry.checksum), 4) + entry.listedSizes.flatMap { number($0, 4) }
            result += number(0x0403_4b50, 4) + common + number(before.utf8.count, 2) + number(0, 2)
            result += Array(before.utf8) + entry.bytes
            list += number(0x0201_4b50, 4) + number(20, 2) + common + number(entry.name.utf8.count, 2)
            list += number(0, 12) + number(entry.offset ?? start, 4) + Array(entry.name.utf8)
        }
        let start = result.count
        let total = count ?? entries.count
        result += list + number(0x0605_4b50, 4) + number(0, 4) + number(total, 2) + number(total, 2)
        return result + number(list.count, 4) + number(listOffset ?? start, 4) + number(0, 2)
    }
}

private func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
