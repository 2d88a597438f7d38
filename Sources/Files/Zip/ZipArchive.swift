import CZlib

/// The entries of a ZIP archive that are stored as they are or compressed by deflate.
///
/// Where an entry lies is taken from the list at the archive's end and compared with what stands before the entry; no
/// two entries may share a byte. Nothing is ever unpacked to the disk.
///
/// - Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3 (ZIP64).
public struct ZipArchive: Sendable {
    /// What is wrong with an archive, without its path.
    public struct Failure: Error {
        /// Such as "its entry a.png is encrypted".
        public let message: String

        init(_ message: String) { self.message = message }
    }

    /// A file in the archive.
    public struct Entry: Sendable {
        /// Its path in the archive, with slashes.
        public let name: String
        /// Where its bytes lie in the archive's file.
        public let place: Range<Int>
        /// Whether these bytes are compressed.
        public let isCompressed: Bool
        /// The size of its content in bytes, as the archive claims: never more than its bytes can hold.
        public let size: Int
        /// The CRC-32 of its content, as the archive claims.
        let checksum: UInt32
        /// Where its own record begins.
        let start: Int
    }

    /// All files in the archive, in the order of their places; folders are left out.
    public let entries: [Entry]
    private let file: any ReadableFile

    /// Whether bytes begin as archives do that hold something.
    public static func begins(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.starts(with: "PK\u{3}\u{4}".utf8)
    }

    /// Reads the list of entries.
    public init(_ file: any ReadableFile) throws(Failure) {
        let list = try ZipList(file)
        self.file = file
        entries = list.entries.sorted { $0.start < $1.start }
        var (end, names) = (0, Set<String>())
        for entry in entries {
            guard entry.start >= end else { throw Failure("its entry \(entry.name) overlaps another one") }
            guard names.insert(entry.name).inserted else {
                throw Failure("its entry \(entry.name) comes twice")
            }
            end = entry.place.upperBound
        }
        guard end <= list.range.lowerBound else { throw Failure("its entries overlap their list") }
    }

    /// The content of an entry.
    ///
    /// It takes memory for `entry.size` bytes, which the caller limits.
    /// - Throws: `Failure` where it cannot be read, is damaged, or is not of the size or checksum that the archive
    ///   claims.
    public func content(of entry: Entry) throws(Failure) -> [UInt8] {
        // One byte more detects excess data.
        let bytes = try beginning(of: entry, upTo: entry.size + 1)
        guard bytes.count == entry.size else {
            throw Failure("its entry \(entry.name) is not of the size that the archive claims")
        }
        try check(crc32_z(0, bytes, bytes.count), of: entry)
        return bytes
    }

    /// Compares the bytes of an entry that is not compressed with its checksum, without keeping them.
    public func verify(_ entry: Entry) throws(Failure) {
        var (checksum, place) = (UInt(0), entry.place.lowerBound)
        while place < entry.place.upperBound {
            let bytes = try file.bytes(count: min(1 << 20, entry.place.upperBound - place), at: place)
            checksum = crc32_z(checksum, bytes, bytes.count)
            place += bytes.count
        }
        try check(checksum, of: entry)
    }

    private func check(_ checksum: UInt, of entry: Entry) throws(Failure) {
        guard checksum == UInt(entry.checksum) else {
            throw Failure("its entry \(entry.name) does not match its checksum")
        }
    }

    /// The first bytes of an entry's content, fewer where it ends before; they are not compared with the checksum.
    public func beginning(of entry: Entry, upTo count: Int) throws(Failure) -> [UInt8] {
        do throws(Failure) {
            guard entry.isCompressed else {
                return try file.bytes(count: min(count, entry.size), at: entry.place.lowerBound)
            }
            return try DeflateReader(file, entry.place).read(upTo: count)
        } catch {
            throw Failure("its entry \(entry.name) cannot be unpacked: \(error.message)")
        }
    }
}

extension ReadableFile {
    /// `count` bytes from `offset` on.
    func bytes(count: Int, at offset: Int) throws(ZipArchive.Failure) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try read(count: count, at: offset) } catch {
            throw ZipArchive.Failure(error.reason)
        }
        guard bytes.count == count else { throw ZipArchive.Failure("it is cut off") }
        return bytes
    }
}
