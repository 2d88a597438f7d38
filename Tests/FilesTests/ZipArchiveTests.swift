import Files
import Foundation
import TestSupport
import Testing

@Suite struct ZipArchiveTests {
    typealias Entry = MadeArchive.Entry

    private let noise = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 2_654_435_761 >> 7) }

    private func withArchive(_ bytes: [UInt8], _ body: (ZipArchive) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/made.zip"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            try body(ZipArchive(RegularFile(path)))
            try body(ZipArchive(MappedFile(path: path)))
        }
    }

    /// Expects one line that holds some words when an archive is opened and all of it is read.
    private func expectRefusal(
        _ words: String, _ archive: MadeArchive, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let failure = #expect(throws: ZipArchive.Failure.self, sourceLocation: sourceLocation) {
            try withArchive(archive.bytes()) { archive in
                for entry in archive.entries { _ = try archive.content(of: entry) }
            }
        }
        let line = failure?.message ?? ""
        #expect(line.contains(words) && !line.contains("\n"), "\(line)", sourceLocation: sourceLocation)
    }

    @Test func `entries are read, compressed or not`() throws {
        let contents = ["a/b": noise, "empty": [], "c": Array("text".utf8)]
        for isDeflated in [false, true] {
            let made = MadeArchive(
                contents.sorted { $0.key < $1.key }.map { Entry($0.key, $0.value, isDeflated: isDeflated) }
                    + [Entry("folder/", [])])
            try withArchive(made.bytes()) { archive in
                #expect(archive.entries.map(\.name) == ["a/b", "c", "empty"])
                for entry in archive.entries {
                    let content = try #require(contents[entry.name])
                    #expect(entry.size == content.count && entry.isCompressed == isDeflated)
                    #expect(try archive.content(of: entry) == content)
                    #expect(try archive.beginning(of: entry, upTo: 3) == Array(content.prefix(3)))
                    if !isDeflated { try archive.verify(entry) }
                }
            }
        }
    }

    @Test(arguments: ["python.zip", "streamed.zip", "wide.zip", "info-zip.zip"])
    func `archives of other programs are read`(name: String) throws {
        let archive = try ZipArchive(RegularFile(Golden.fixture("archives/" + name)))
        #expect(archive.entries.map(\.name) == ["cats/a.txt", "dogs/b.txt"])
        #expect(archive.entries.map(\.isCompressed) == [false, true])
        #expect(try archive.content(of: archive.entries[0]) == Array("meow".utf8))
        #expect(
            try archive.content(of: archive.entries[1])
                == Array(String(repeating: "woof, said the dog. ", count: 5000).utf8))
    }

    @Test func `damaged content is refused`() throws {
        for isDeflated in [false, true] {
            var entry = Entry("x", noise, isDeflated: isDeflated)
            entry.bytes[1000] ^= 1
            try expectRefusal("its entry x does not match its checksum", MadeArchive([entry]))
        }
        var entry = Entry("x", noise, isDeflated: true)
        entry.bytes[0] = 7
        try expectRefusal("its entry x cannot be unpacked: ", MadeArchive([entry]))
        entry = Entry("x", noise, isDeflated: true)
        entry.bytes.removeLast(10)
        try expectRefusal("its entry x cannot be unpacked: it is cut off", MadeArchive([entry]))
    }

    @Test func `content of another size than is claimed is refused`() throws {
        var entry = Entry("x", noise, isDeflated: true)
        for size in [0, noise.count - 1, noise.count + 1, 2 * noise.count] {
            entry.contentSize = size
            try expectRefusal("not of the size", MadeArchive([entry]))
        }
        entry.contentSize = 0xFFFF_FF00
        try expectRefusal("claims 4294967040 bytes, more than", MadeArchive([entry]))
    }

    @Test func `lists that lie are refused`() throws {
        let good = MadeArchive([Entry("a", noise), Entry("b", noise, isDeflated: true)])
        func refuse(
            _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
            _ change: (inout MadeArchive) -> Void
        ) throws {
            var changed = good
            change(&changed)
            try expectRefusal(words, changed, sourceLocation: sourceLocation)
        }
        try refuse("its entry b is encrypted") { $0.entries[1].flags = 1 }
        for method in [1, 9, 12, 14, 93, 99] {
            try refuse("its entry b is compressed by method \(method)") { $0.entries[1].method = method }
        }
        try refuse("claims") { $0.entries[0].contentSize = noise.count + 1 }
        try refuse("its entry b is cut off") { $0.entries[1].size = 0x7FFF_FFFF }
        try refuse("its entry b overlaps another one") { $0.entries[0].size = noise.count + 9 }
        try refuse("has another name where it lies") { $0.entries[1].offset = 0 }
        try refuse("not where it should be") { $0.entries[1].offset = 7 }
        try refuse("comes twice") { $0.entries.append($0.entries[1]) }
        try refuse("ends too early") { $0.count = 3 }
        try refuse("longer than its entries") { $0.count = 1 }
        try refuse("not where it should be") { $0.listOffset = 3 }
        for name in ["../a", "a/../../b", "/etc/passwd", ".."] {
            try refuse("its entry \(name) leads out of the archive") { $0.entries[1] = Entry(name, [1]) }
        }
        for name in ["", "a\nb", "a\u{1B}[2J", String(repeating: "x", count: 2000)] {
            try refuse("a name that is none") { $0.entries[1] = Entry(name, [1]) }
        }
    }

    @Test func `an archive is refused wherever it ends, and whatever byte is changed`() throws {
        let made = MadeArchive([
            Entry("a/b", Array("some text".utf8)), Entry("c", Array("more".utf8), isDeflated: true),
        ])
        let whole = made.bytes()
        func content(_ bytes: [UInt8]) throws -> [[UInt8]] {
            var result: [[UInt8]] = []
            try withTemporaryFolder { folder in
                let path = folder + "/made.zip"
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                let archive = try ZipArchive(RegularFile(path))
                result = try archive.entries.map { try archive.content(of: $0) }
            }
            return result
        }
        for count in 0..<whole.count {
            #expect(throws: ZipArchive.Failure.self) { try content(Array(whole.prefix(count))) }
        }
        for index in whole.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = whole
                damaged[index] ^= change
                // Dates and versions say nothing; content that is given is never another.
                if let found = try? content(damaged) {
                    #expect(Set(found).isSubset(of: Set(try content(whole))), "byte \(index)")
                }
            }
        }
    }
}
