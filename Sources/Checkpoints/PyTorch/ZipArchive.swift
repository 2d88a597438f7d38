import Files

/// The entries of a ZIP archive that are stored as they are.
///
/// Where an entry lies is taken from the list at the archive's end and compared with what stands before the entry; no
/// two entries may share a byte.
///
/// - Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3 (ZIP64).
struct ZipArchive {
    typealias Failure = PickleStore.Failure

    /// The places of the entries' bytes in the file, by name.
    let entries: [String: Range<Int>]

    private static let maximumEntries = 1 << 16

    static func begins(_ file: MappedFile) -> Bool { file.bytes.starts(with: "PK\u{3}\u{4}".utf8) }

    init(_ file: MappedFile) throws(Failure) {
        let source = LittleEndian(file: file)
        let list = try Self.list(source)
        var (position, found) = (list.range.lowerBound, [(name: String, header: Int, range: Range<Int>)]())
        for _ in 0..<list.count {
            let entry = try Self.entry(source, at: &position, of: list.range)
            if let entry { found.append(entry) }
        }
        guard position == list.range.upperBound else {
            throw Failure(message: "its list of entries is longer than its entries")
        }
        found.sort { $0.header < $1.header }
        var (end, entries) = (0, [String: Range<Int>]())
        for entry in found {
            guard entry.header >= end else {
                throw Failure(message: "its entry \(entry.name) overlaps another one")
            }
            guard entries.updateValue(entry.range, forKey: entry.name) == nil else {
                throw Failure(message: "its entry \(entry.name) comes twice")
            }
            end = entry.range.upperBound
        }
        guard end <= list.range.lowerBound else { throw Failure(message: "its entries overlap their list") }
        self.entries = entries
    }

    /// Where the list of entries is, and how many there are: by the record at the file's end, or the larger one that it
    /// leads to.
    private static func list(_ source: LittleEndian) throws(Failure) -> (range: Range<Int>, count: Int) {
        let (size, recordSize) = (source.count, 22)
        // Behind the record is a comment of at most so many bytes.
        let earliest = max(0, size - recordSize - 0xFFFF)
        var record = size - recordSize
        while record >= earliest {
            if try source.number(4, at: record) == 0x0605_4b50,
                try source.number(2, at: record + 20) == size - record - recordSize
            {
                break
            }
            record -= 1
        }
        guard record >= earliest else {
            throw Failure(message: "it is cut off: its list of entries is missing")
        }
        var (count, length, start, limit) = (
            try source.number(2, at: record + 10), try source.number(4, at: record + 12),
            try source.number(4, at: record + 16), record
        )
        if record >= 20, try source.number(4, at: record - 20) == 0x0706_4b50 {
            let place = try source.number(8, at: record - 12)
            guard place <= record - 20 - 56, try source.number(4, at: place) == 0x0606_4b50 else {
                throw Failure(message: "its list of entries is not where it should be")
            }
            count = try source.number(8, at: place + 32)
            length = try source.number(8, at: place + 40)
            start = try source.number(8, at: place + 48)
            limit = place
        }
        guard count <= maximumEntries, length <= limit, start == limit - length else {
            throw Failure(message: "its list of entries is not where it should be")
        }
        return (start..<limit, count)
    }

    /// The next entry of the list; nil for a folder.
    private static func entry(
        _ source: LittleEndian, at position: inout Int, of list: Range<Int>
    ) throws(Failure) -> (name: String, header: Int, range: Range<Int>)? {
        let start = position
        guard list.upperBound - start >= 46, try source.number(4, at: start) == 0x0201_4b50 else {
            throw Failure(message: "its list of entries ends too early")
        }
        let (flags, method) = (try source.number(2, at: start + 8), try source.number(2, at: start + 10))
        var (packed, size) = (try source.number(4, at: start + 20), try source.number(4, at: start + 24))
        let nameLength = try source.number(2, at: start + 28)
        let extraLength = try source.number(2, at: start + 30)
        let commentLength = try source.number(2, at: start + 32)
        var header = try source.number(4, at: start + 42)
        let extra = start + 46 + nameLength
        position = extra + extraLength + commentLength
        guard position <= list.upperBound,
            let name = WeightNames.text(start + 46..<extra, of: source.file)
        else { throw Failure(message: "its list of entries has a name that is none") }
        // Numbers that need more than 32 bits stand in a field of their own.
        let wide = try source.field(0x0001, in: extra..<extra + extraLength)
        var place = wide.lowerBound
        func widened(_ number: inout Int) throws(Failure) {
            guard number == 0xFFFF_FFFF else { return }
            guard wide.upperBound - place >= 8 else {
                throw Failure(message: "its entry \(name) has no size")
            }
            number = try source.number(8, at: place)
            place += 8
        }
        try widened(&size)
        try widened(&packed)
        try widened(&header)
        if name.hasSuffix("/") { return nil }
        guard flags & 1 == 0 else { throw Failure(message: "its entry \(name) is encrypted") }
        guard method == 0, packed == size else {
            throw Failure(
                message:
                    "its entry \(name) is compressed, which PyTorch does not do; save the file again by PyTorch"
            )
        }
        guard header <= list.lowerBound - 30, try source.number(4, at: header) == 0x0403_4b50 else {
            throw Failure(message: "its entry \(name) is not where it should be")
        }
        let ownName = header + 30..<header + 30 + (try source.number(2, at: header + 26))
        let data = ownName.upperBound + (try source.number(2, at: header + 28))
        guard ownName.upperBound <= list.lowerBound,
            source.file.bytes[ownName].elementsEqual(source.file.bytes[start + 46..<extra])
        else { throw Failure(message: "its entry \(name) has another name where it lies") }
        guard size <= list.lowerBound - data else { throw Failure(message: "its entry \(name) is cut off") }
        return (name, header, data..<data + size)
    }
}

/// Numbers in a file, their lowest byte first.
private struct LittleEndian {
    let file: MappedFile
    var count: Int { file.bytes.count }

    /// - Throws: past the file's end, and for what no `Int` holds.
    func number(_ bytes: Int, at place: Int) throws(PickleStore.Failure) -> Int {
        guard place >= 0, place <= count - bytes else { throw PickleStore.Failure(message: "it is cut off") }
        let bits = file.bytes[place..<place + bytes].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: bits) else {
            throw PickleStore.Failure(message: "its list of entries has impossible numbers")
        }
        return number
    }

    /// A field of an entry's extra ones; empty where there is none.
    func field(_ kind: Int, in range: Range<Int>) throws(PickleStore.Failure) -> Range<Int> {
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
