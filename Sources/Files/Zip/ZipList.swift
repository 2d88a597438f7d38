/// The list of entries at the end of a ZIP archive.
struct ZipList {
    typealias Failure = ZipArchive.Failure

    /// Where it lies in the file.
    let range: Range<Int>
    /// In its order.
    private(set) var entries: [ZipArchive.Entry] = []

    /// Of some millions of entries, in bytes.
    private static let maximumSize = 1 << 29
    private static let recordSize = 22, wideRecordSize = 56, wideLocatorSize = 20
    /// Of an entry, without its name and fields.
    private static let entrySize = 46, ownRecordSize = 30
    /// Of names, in bytes.
    private static let maximumNameLength = 1024

    init(_ file: any ReadableFile) throws(Failure) {
        let (range, count) = try Self.place(in: file)
        self.range = range
        let list = LittleEndian(try file.bytes(count: range.count, at: range.lowerBound))
        var position = 0
        for _ in 0..<count {
            if let entry = try Self.entry(list, at: &position, file, end: range.lowerBound) {
                entries.append(entry)
            }
        }
        guard position == range.count else { throw Failure("its list of entries is longer than its entries") }
    }

    /// Where the list is, and how many entries it has: by the record at the file's end, or the larger one that it
    /// leads to.
    private static func place(in file: any ReadableFile) throws(Failure) -> (range: Range<Int>, count: Int) {
        // Behind the record is a comment of at most so many bytes, and before it may be the larger one's place.
        let tailSize = min(file.size, wideLocatorSize + recordSize + 0xFFFF)
        let tailStart = file.size - tailSize
        let tail = LittleEndian(try file.bytes(count: tailSize, at: tailStart))
        let earliest = max(0, tailSize - recordSize - 0xFFFF)
        var record = tailSize - recordSize
        while record >= earliest {
            if try tail.number(4, at: record) == 0x0605_4b50,
                try tail.number(2, at: record + 20) == tailSize - record - recordSize
            {
                break
            }
            record -= 1
        }
        guard record >= earliest else { throw Failure("it is cut off: its list of entries is missing") }
        var (count, length, start, limit) = (
            try tail.number(2, at: record + 10), try tail.number(4, at: record + 12),
            try tail.number(4, at: record + 16), tailStart + record
        )
        let locator = record - wideLocatorSize
        if locator >= 0, try tail.number(4, at: locator) == 0x0706_4b50 {
            let place = try tail.number(8, at: locator + 8)
            guard place <= tailStart + locator - wideRecordSize else {
                throw Failure("its list of entries is not where it should be")
            }
            let wide = LittleEndian(try file.bytes(count: wideRecordSize, at: place))
            guard try wide.number(4, at: 0) == 0x0606_4b50 else {
                throw Failure("its list of entries is not where it should be")
            }
            count = try wide.number(8, at: 32)
            length = try wide.number(8, at: 40)
            start = try wide.number(8, at: 48)
            limit = place
        }
        guard length <= limit, start == limit - length else {
            throw Failure("its list of entries is not where it should be")
        }
        guard length <= maximumSize else {
            throw Failure("its list of entries takes \(length) bytes; \(maximumSize) are allowed")
        }
        guard count <= length / entrySize else { throw Failure("its list of entries ends too early") }
        return (start..<limit, count)
    }

    /// The next entry of the list; nil for a folder.
    ///
    /// - Parameter end: of all entries' bytes.
    private static func entry(
        _ list: LittleEndian, at position: inout Int, _ file: any ReadableFile, end: Int
    ) throws(Failure) -> ZipArchive.Entry? {
        let start = position
        guard list.count - start >= entrySize, try list.number(4, at: start) == 0x0201_4b50 else {
            throw Failure("its list of entries ends too early")
        }
        let (flags, method) = (try list.number(2, at: start + 8), try list.number(2, at: start + 10))
        let checksum = UInt32(try list.number(4, at: start + 16))
        var (packed, size) = (try list.number(4, at: start + 20), try list.number(4, at: start + 24))
        let nameLength = try list.number(2, at: start + 28)
        let extraLength = try list.number(2, at: start + 30)
        let commentLength = try list.number(2, at: start + 32)
        var header = try list.number(4, at: start + 42)
        let extra = start + entrySize + nameLength
        position = extra + extraLength + commentLength
        guard position <= list.count else { throw Failure("its list of entries ends too early") }
        let name = try Self.name(Array(list.bytes[start + entrySize..<extra]))
        // Numbers that need more than 32 bits stand in a field of their own.
        let wide = try list.field(0x0001, in: extra..<extra + extraLength)
        var place = wide.lowerBound
        func widened(_ number: inout Int) throws(Failure) {
            guard number == 0xFFFF_FFFF else { return }
            guard wide.upperBound - place >= 8 else { throw Failure("its entry \(name) has no size") }
            number = try list.number(8, at: place)
            place += 8
        }
        try widened(&size)
        try widened(&packed)
        try widened(&header)
        if name.hasSuffix("/") { return nil }
        guard flags & 1 == 0 else {
            throw Failure("its entry \(name) is encrypted; pack the files without a password")
        }
        try checkClaim(name, method: method, packed: packed, size: size)
        guard header <= end - ownRecordSize else {
            throw Failure("its entry \(name) is not where it should be")
        }
        let own = LittleEndian(try file.bytes(count: ownRecordSize, at: header))
        guard try own.number(4, at: 0) == 0x0403_4b50 else {
            throw Failure("its entry \(name) is not where it should be")
        }
        let ownName = header + ownRecordSize..<header + ownRecordSize + (try own.number(2, at: 26))
        let data = ownName.upperBound + (try own.number(2, at: 28))
        guard ownName.count == nameLength, ownName.upperBound <= end,
            try file.bytes(count: nameLength, at: ownName.lowerBound).elementsEqual(
                list.bytes[start + entrySize..<extra])
        else { throw Failure("its entry \(name) has another name where it lies") }
        guard packed <= end - data else { throw Failure("its entry \(name) is cut off") }
        return ZipArchive.Entry(
            name: name, place: data..<data + packed, isCompressed: method == 8, size: size,
            checksum: checksum, start: header)
    }

    private static func name(_ bytes: [UInt8]) throws(Failure) -> String {
        guard (1...maximumNameLength).contains(bytes.count),
            bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else { throw Failure("its list of entries has a name that is none") }
        let name = FileNames.text(bytes)
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
            throw Failure("its entry \(name) leads out of the archive")
        }
        return name
    }

    private static func checkClaim(_ name: String, method: Int, packed: Int, size: Int) throws(Failure) {
        switch method {
        case 0 where packed == size: break
        // Deflate compresses at most 1032 to 1 (zlib's technical details), so a longer claim is false.
        case 8 where size / 1032 <= packed: break
        case 0, 8:
            throw Failure("its entry \(name) claims \(size) bytes, more than \(packed) bytes can hold")
        default:
            throw Failure(
                "its entry \(name) is compressed by method \(method), which is not read; pack the files anew, "
                    + "by deflate or uncompressed")
        }
    }
}

/// Numbers in bytes, their lowest byte first.
private struct LittleEndian {
    let bytes: [UInt8]
    var count: Int { bytes.count }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Throws: past the end, and for what no `Int` holds.
    func number(_ count: Int, at place: Int) throws(ZipArchive.Failure) -> Int {
        guard place >= 0, place <= bytes.count - count else { throw ZipArchive.Failure("it is cut off") }
        let bits = bytes[place..<place + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: bits) else {
            throw ZipArchive.Failure("its list of entries has impossible numbers")
        }
        return number
    }

    /// A field of an entry's extra ones; empty where there is none.
    func field(_ kind: Int, in range: Range<Int>) throws(ZipArchive.Failure) -> Range<Int> {
        var place = range.lowerBound
        while range.upperBound - place >= 4 {
            let (own, length) = (try number(2, at: place), try number(2, at: place + 2))
            guard length <= range.upperBound - place - 4 else { break }
            if own == kind { return place + 4..<place + 4 + length }
            place += 4 + length
        }
        return range.lowerBound..<range.lowerBound
    }
}
