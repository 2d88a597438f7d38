import Images

/// A plain reader of GIF files, after the specification, to look at what the writer under test wrote.
struct GIFReading {
    struct Frame {
        /// Red, green, blue and alpha of each pixel.
        var pixels: [[UInt8]]
        var hundredths: Int
        var disposal: Int
        var colorCount: Int
    }

    private(set) var width = 0
    private(set) var height = 0
    /// The loop extension's count; nil where there is none.
    private(set) var repetitions: Int?
    private(set) var frames: [Frame] = []
    private(set) var isWhole = false

    init(_ bytes: [UInt8]) {
        func word(_ place: Int) -> Int { Int(bytes[place]) | Int(bytes[place + 1]) << 8 }
        guard bytes.starts(with: Array("GIF89a".utf8)), bytes[10] & 0x80 == 0 else { return }
        (width, height) = (word(6), word(8))
        var place = 13
        var control: [UInt8] = [0, 0, 0, 0]
        while place < bytes.count {
            switch bytes[place] {
            case 0x21:
                let label = bytes[place + 1]
                let first = Array(bytes[(place + 3)...].prefix(Int(bytes[place + 2])))
                place += 2
                let content = GIFReading.blocks(bytes, &place)
                if label == 0xF9 { control = first }
                if label == 0xFF { repetitions = Int(content[12]) | Int(content[13]) << 8 }
            case 0x2C:
                guard (word(place + 5), word(place + 7)) == (width, height) else { return }
                let colorCount = 2 << Int(bytes[place + 9] & 7)
                let colors = (0..<colorCount).map { index in
                    Array(bytes[(place + 10 + 3 * index)...].prefix(3))
                }
                place += 10 + 3 * colorCount
                let bits = Int(bytes[place])
                place += 1
                let places = GIFReading.unpacked(GIFReading.blocks(bytes, &place), bits: bits)
                let transparent = control[0] & 1 == 1 ? Int(control[3]) : nil
                frames.append(
                    Frame(
                        pixels: places.map { colors[$0] + [$0 == transparent ? 0 : 255] },
                        hundredths: Int(control[1]) | Int(control[2]) << 8,
                        disposal: Int(control[0] >> 2 & 7), colorCount: colorCount))
            case 0x3B:
                isWhole = place == bytes.count - 1
                return
            default: return
            }
        }
    }

    /// The content of blocks, each after its length, up to an empty one.
    private static func blocks(_ bytes: [UInt8], _ place: inout Int) -> [UInt8] {
        var content: [UInt8] = []
        while bytes[place] > 0 {
            content += bytes[place + 1...place + Int(bytes[place])]
            place += 1 + Int(bytes[place])
        }
        place += 1
        return content
    }

    private static func unpacked(_ bytes: [UInt8], bits: Int) -> [Int] {
        let clear = 1 << bits
        var known: [[Int]] = []
        var width = bits + 1
        var last: [Int]?
        var places: [Int] = []
        var bit = 0
        while true {
            var code = 0
            for offset in 0..<width {
                code |= Int(bytes[(bit + offset) / 8] >> ((bit + offset) % 8) & 1) << offset
            }
            bit += width
            if code == clear {
                known = (0..<clear).map { [$0] } + [[], []]
                (width, last) = (bits + 1, nil)
                continue
            }
            // Nothing but the last byte's rest may follow the end.
            if code == clear + 1 { return (bit + 7) / 8 == bytes.count ? places : [] }
            if let last {
                if known.count < 4096 { known.append(last + [code < known.count ? known[code][0] : last[0]]) }
                if known.count == 1 << width && width < 12 { width += 1 }
            }
            places += known[code]
            last = known[code]
        }
    }
}
