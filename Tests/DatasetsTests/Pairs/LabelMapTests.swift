import Foundation
import Images
import TestSupport
import Testing

@testable import Datasets

/// Label maps as data: the list of labels, the maps with their images, and what is wrong with them.
@Suite struct LabelMapTests {
    private static let palette: [[UInt8]] = [[1, 2, 3], [255, 0, 16]]

    /// Two maps of labels 0 and 1, and their images.
    private func makeData(_ folder: TemporaryFolder, list: String = "sky\nsea\n") throws {
        for (index, name) in ["a.png", "deep/b.png"].enumerated() {
            try Image(
                width: 4, height: 3, channels: 1, pixels: (0..<12).map { UInt8($0 % (index + 2) % 2) }
            )
            .writeIndexedPNG(palette: Self.palette, to: folder.file("labels/" + name))
            try folder.image("images/" + name, width: 4, height: 3, color: [9, 8, 7])
        }
        try folder.write("labels.txt", Array(list.utf8))
    }

    private func refusal(_ folder: TemporaryFolder) -> String {
        do { return "read \(try PairSource.openLabeled(folder.path).labels)" } catch { return "\(error)" }
    }

    @Test(arguments: ["sky\nsea\n", "0 sky\n1 sea", " 0\tsky \r\n1 sea\r\n\r\n"])
    func `maps and images are matched, and labels have names and colors`(list: String) throws {
        let folder = try TemporaryFolder()
        try makeData(folder, list: list)
        let (pairs, labels) = try PairSource.openLabeled(folder.path)
        #expect(labels.names == ["sky", "sea"] && labels.colors == ["#010203", "#ff0010"])
        #expect(labels.palette == Self.palette && labels.isValid)
        #expect(pairs.count == 2 && pairs.first.name(at: 1) == "deep/b.png")
        #expect(try pairs.first.image(at: 1).pixels == (0..<12).map { UInt8($0 % 3 % 2) })
        #expect(try pairs.second.image(at: 0).channels == 3)
        // The list may lie beside the maps as well.
        try FileManager.default.moveItem(
            atPath: folder.path + "/labels.txt", toPath: folder.path + "/labels/labels.txt")
        #expect(try PairSource.openLabeled(folder.path).labels == labels)
    }

    @Test(arguments: ["labels.txt", "labels/labels.txt"])
    func `an archive holds maps, images and the list`(list: String) throws {
        let folder = try TemporaryFolder()
        try makeData(folder)
        let files = ["images/a.png", "images/deep/b.png", "labels/a.png", "labels/deep/b.png"]
        var entries = try files.map { name in
            MadeArchive.Entry(
                "set/" + name, Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))),
                isDeflated: true)
        }
        let plain = try PairSource.openLabeled(folder.path)
        try folder.write("set.zip", MadeArchive(entries).bytes())
        let path = folder.path + "/set.zip"
        #expect { try PairSource.openLabeled(path) } throws: { "\($0)".contains("there is no labels.txt") }
        entries.append(MadeArchive.Entry("set/" + list, Array("sky\nsea\n".utf8)))
        try folder.write("set.zip", MadeArchive(entries).bytes())
        let packed = try PairSource.openLabeled(path)
        #expect(packed.labels == plain.labels)
        for index in 0..<2 {
            #expect(try packed.pairs.first.image(at: index) == plain.pairs.first.image(at: index))
            #expect(try packed.pairs.second.image(at: index) == plain.pairs.second.image(at: index))
        }
        entries[entries.count - 1] = MadeArchive.Entry("set/" + list, Array("sky".utf8))
        try folder.write("set.zip", MadeArchive(entries).bytes())
        #expect { try PairSource.openLabeled(path) } throws: {
            "\($0)".contains("set.zip/labels/a.png: its pixel")
                && "\($0)".contains("set.zip/\(list) knows label 0 alone")
        }
    }

    @Test func `a label that is not listed is an error, by file and pixel`() throws {
        let folder = try TemporaryFolder()
        try makeData(folder)
        let wrong = Image(width: 4, height: 3, channels: 1, pixels: [0, 1, 0, 1, 1, 0, 2, 0, 7, 0, 0, 0])
        try wrong.writePNG(to: folder.file("labels/deep/b.png"))
        #expect(
            refusal(folder).hasPrefix(
                "\(folder.path)/labels/deep/b.png: its pixel (2, 1) has label 2, but "
                    + "\(folder.path)/labels.txt knows 2 labels, 0 to 1; "))
    }

    @Test func `a file without labels is an error, and a damaged map is skipped`() throws {
        let folder = try TemporaryFolder()
        try makeData(folder)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/labels/a.png"))
        try folder.write("labels/a.png", Array(bytes.prefix(60)))
        let pairs = try PairSource.openLabeled(folder.path).pairs
        let format = ImageFormat(size: 2, channels: 1, resampling: .nearest)
        let data = try PairedDataset(pairs, first: format, second: ImageFormat(size: 2, channels: 3))
        #expect(data.count == 1 && data.skipped.map(\.file) == ["a.png"])
        #expect(Set(data.first.image(at: 0).pixels).isSubset(of: [0, 1]))

        try folder.image("labels/a.png", width: 4, height: 3, color: [0, 0, 1])
        #expect(refusal(folder).contains("labels/a.png: holds colors without a palette"))
    }

    @Test func `an invalid list of labels is an error`() throws {
        let folder = try TemporaryFolder()
        try makeData(folder, list: "")
        #expect(refusal(folder).contains("labels.txt: has 0 lines"))
        for (list, words) in [
            ("sky\n\nsea\n", "line 2 is empty; it needs the name of label 1"),
            ("1 sky\n2 sea\n", "line 1 is of label 1, where label 0 is due"),
            (String(repeating: "x\n", count: 257), "has 257 lines"),
            (String(repeating: "x", count: 30_000), "is too large"),
        ] {
            try folder.write("labels.txt", Array(list.utf8))
            #expect(refusal(folder).contains(words))
        }
        try FileManager.default.removeItem(atPath: folder.path + "/labels.txt")
        #expect(refusal(folder).contains("there is no labels.txt beside the label maps or in \(folder.path)"))
        try FileManager.default.removeItem(atPath: folder.path + "/labels")
        #expect(refusal(folder).contains("label maps need a folder of their own"))
    }

    @Test func `colors are generated where the maps have none, all of them different`() {
        let labels = LabelSet(names: (0..<40).map { "label \($0)" }, palette: Self.palette)
        #expect(labels.isValid && Array(labels.palette[..<2]) == Self.palette)
        #expect(Set(labels.colors).count == 40)
    }

    @Test func `a format is stored as before there were labels`() throws {
        let stored = try JSONEncoder().encode(ImageFormat(size: 2, channels: 1))
        let read = try JSONDecoder().decode(ImageFormat.self, from: stored)
        #expect(read == ImageFormat(size: 2, channels: 1))
        #expect(!String(decoding: stored, as: UTF8.self).contains("resampling"))
    }
}
