/// LZW compression of a GIF's color indices.
///
/// - Source: Welch 1984, "A technique for high-performance data compression"; appendix F of the GIF89a
///   specification for the growing codes.
struct LZWEncoder {
    private static let largestCode = 4095

    private var packed: [UInt8] = []
    private var pendingBits: UInt32 = 0
    private var pendingBitCount = 0
    private var codes = CodeTable()

    /// - Parameters:
    ///   - places: color indices of at most `bits` bits each.
    ///   - bits: 2 to 8.
    static func encode(_ places: [UInt8], bits: Int) -> [UInt8] {
        var encoder = LZWEncoder()
        encoder.encode(places, bits: bits)
        return encoder.packed
    }

    private mutating func encode(_ places: [UInt8], bits: Int) {
        let clear = 1 << bits
        let end = clear + 1
        var (next, width) = (end + 1, bits + 1)
        write(clear, width)
        guard var current = places.first.map(Int.init) else { return write(end, width, isLast: true) }
        for place in places.dropFirst() {
            if let longer = codes.find(current, then: place) {
                current = longer
                continue
            }
            write(current, width)
            if next > LZWEncoder.largestCode {
                write(clear, width)
                codes.removeAll()
                (next, width) = (end + 1, bits + 1)
            } else {
                codes.add(next)
                // The reader learns a code one step later than the writer, so the width grows after it.
                if next == 1 << width { width += 1 }
                next += 1
            }
            current = Int(place)
        }
        write(current, width)
        // The reader adds one more code for what was just written.
        if next == 1 << width && width < 12 { width += 1 }
        write(end, width, isLast: true)
    }

    private mutating func write(_ code: Int, _ width: Int, isLast: Bool = false) {
        pendingBits |= UInt32(code) << pendingBitCount
        pendingBitCount += width
        while pendingBitCount >= 8 || isLast && pendingBitCount > 0 {
            packed.append(UInt8(truncatingIfNeeded: pendingBits))
            pendingBits >>= 8
            pendingBitCount -= 8
        }
    }

    /// The code of each known pair of a code and an index: a hash table with open addressing, at most half
    /// full with 4096 entries.
    private struct CodeTable {
        private static let slots = 8192
        private static let free: UInt32 = .max
        /// Code and index in the upper 20 bits, the code of the pair in the lower 12.
        private var entries = [UInt32](repeating: free, count: slots)
        private var slot = 0
        private var wanted: UInt32 = 0

        mutating func find(_ code: Int, then place: UInt8) -> Int? {
            wanted = UInt32(code) << 8 | UInt32(place)
            // Knuth 1998, "The Art of Computer Programming" 3, section 6.4: times 2^32 over the golden ratio.
            slot = Int((wanted &* 0x9E37_79B1) >> 19)
            while entries[slot] != CodeTable.free {
                if entries[slot] >> 12 == wanted { return Int(entries[slot] & 0xFFF) }
                slot = (slot + 1) % CodeTable.slots
            }
            return nil
        }

        /// Adds the pair that was just looked up and not found.
        mutating func add(_ code: Int) { entries[slot] = wanted << 12 | UInt32(code) }

        mutating func removeAll() {
            for index in entries.indices { entries[index] = CodeTable.free }
        }
    }
}
