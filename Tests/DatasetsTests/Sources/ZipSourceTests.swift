import Datasets
import Foundation
import Images
import TestSupport
import Testing

/// Archives of images, read as folders of the same files would be.
@Suite struct ZipSourceTests {
    typealias Entry = MadeArchive.Entry

    let folder: TemporaryFolder
    let format = ImageFormat(size: 4, channels: 3)

    init() throws { folder = try TemporaryFolder() }

    private func png(_ gray: UInt8) -> [UInt8] {
        Image(width: 4, height: 4, color: [gray, gray, gray]).pngData()
    }

    private func archive(_ entries: [Entry]) throws -> String {
        try folder.write("images.zip", MadeArchive(entries).bytes())
    }

    @Test func `folders are classes, in the order of their paths`() throws {
        let path = try archive([
            Entry("dogs/b.PNG", png(1), isDeflated: true), Entry("dogs/deep/a.png", png(2)),
            Entry("cats/z.png", png(3)), Entry("cats/readme.txt", [1]), Entry("cats/", []),
        ])
        let dataset = try Dataset.load(path, format: format)
        #expect(dataset.classNames == ["cats", "dogs"] && dataset.labels == [0, 1, 1])
        #expect((0..<3).map { dataset.image(at: $0).pixels[0] } == [3, 1, 2])
        #expect(folder.contents == ["images.zip"], "nothing is unpacked")
    }

    @Test func `an archive gives what a folder of the same files gives`() throws {
        let names = ["a/1.png", "a/2.png", "b/1.png"]
        for (index, name) in names.enumerated() { try folder.write("set/" + name, png(UInt8(index))) }
        let path = try archive(
            names.enumerated().reversed().map { Entry($1, png(UInt8($0)), isDeflated: true) })
        let (packed, plain) = (
            try Dataset.load(path, format: format), try Dataset.load(folder.path + "/set", format: format)
        )
        #expect(packed.digest() == plain.digest() && packed.classNames == plain.classNames)
    }

    @Test func `folders that hold all images do not count`() throws {
        let path = try archive([
            Entry("set/train/a/1.png", png(1)), Entry("set/train/b/1.png", png(2)),
            Entry("set/notes.txt", [1]),
        ])
        #expect(try openImageSource(path).classNames == ["a", "b"])
        let flat = try openImageSource(try archive([Entry("set/1.png", png(1)), Entry("set/2.png", png(2))]))
        #expect(flat.labels == nil && flat.notes == [] && flat.name(at: 0) == "1.png")
    }

    @Test func `hidden files are left out`() throws {
        let path = try archive([
            Entry("a.png", png(1)), Entry("__MACOSX/._a.png", [1]), Entry(".cache/b.png", png(2)),
        ])
        #expect(try openImageSource(path).count == 1)
    }

    @Test func `undecodable images are skipped with a reason`() throws {
        var damaged = Entry("c.png", png(3))
        damaged.bytes[50] ^= 1
        let path = try archive([
            Entry("a.png", png(1)), Entry("b.png", Array("no image".utf8)), damaged, Entry("d.png", []),
        ])
        let dataset = try Dataset.load(path, format: format)
        #expect(dataset.count == 1 && dataset.skipped.map(\.file) == ["b.png", "c.png", "d.png"])
        #expect(dataset.skipped[1].reason.contains("does not match its checksum"))
        for skipped in dataset.skipped { #expect(!skipped.reason.contains(folder.path)) }
    }

    @Test func `an image that claims too much is skipped before memory is taken`() throws {
        var bomb = Entry("bomb.png", png(1) + [UInt8](repeating: 0, count: 1 << 20), isDeflated: true)
        bomb.contentSize = 1_000_000_000
        var noImage = Entry("none.png", [UInt8](repeating: 0, count: 1 << 20), isDeflated: true)
        noImage.contentSize = 800_000_000
        let dataset = try Dataset.load(try archive([Entry("a.png", png(1)), bomb, noImage]), format: format)
        #expect(dataset.skipped.map(\.file) == ["bomb.png", "none.png"])
        #expect(dataset.skipped[0].reason == "cannot be read: 1000 MB are too much for an image")
        #expect(dataset.skipped[1].reason.hasPrefix("holds no known image"))
    }

    @Test func `archives that cannot be read get a line`() throws {
        func refusal(bytes: [UInt8]) throws -> String {
            let path = try folder.write("made.zip", bytes)
            let error = #expect(throws: DatasetError.self) { try openImageSource(path) }
            let line = error?.description ?? ""
            #expect(line.hasPrefix(path + ": ") && !line.contains("\n"))
            return line
        }
        func refusal(_ entries: [Entry]) throws -> String { try refusal(bytes: MadeArchive(entries).bytes()) }
        #expect(
            try refusal([Entry("a.txt", [1]), Entry("b.txt", [1])])
                .hasSuffix("no images (png, jpg, jpeg, webp, gif) in this archive; it holds 2 .txt files"))
        #expect(try refusal([]).hasSuffix("in this archive; it is empty"))
        #expect(
            try refusal(bytes: Array("no archive".utf8)).contains(
                "cannot be read as a ZIP archive: it is cut off"))
        #expect(try refusal([Entry("../a.png", png(1))]).contains("leads out of the archive"))
        var entry = Entry("a.png", png(1))
        entry.flags = 1
        #expect(try refusal([entry]).contains("a.png is encrypted; pack the files without a password"))
        (entry.flags, entry.method) = (0, 14)
        #expect(
            try refusal([entry]).contains("compressed by method 14, which is not read; pack the files anew"))
    }
}
