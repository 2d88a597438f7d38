import Foundation
import Images
import TestSupport
import Testing

@testable import Datasets

@Suite struct PairTests {
    private func write(_ color: UInt8, width: Int = 4, height: Int = 4, to path: String) throws {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Image(width: width, height: height, color: [color]).writePNG(to: path)
    }

    @Test func `folders are matched by name, and images without a partner are reported`() throws {
        try withTemporaryFolder { folder in
            for name in ["x", "y", "deep/z"] { try write(1, to: folder + "/one/\(name).png") }
            for name in ["deep/z", "y", "w"] { try write(2, to: folder + "/two/\(name).png") }
            let pairs = try PairSource.open(folder)
            #expect((0..<pairs.count).map(pairs.first.name) == ["deep/z.png", "y.png"])
            #expect((0..<pairs.count).map(pairs.second.name) == ["deep/z.png", "y.png"])
            #expect(pairs.unmatched == [folder + "/one/x.png", folder + "/two/w.png"])
            #expect(try pairs.first.image(at: 1).pixels[0] == 1)
            #expect(try pairs.second.image(at: 1).pixels[0] == 2)
            #expect(try pairs.reversed.first.image(at: 0).pixels[0] == 2)
            #expect(pairs.selecting([1]).second.name(at: 0) == "y.png")
            let same = try PairSource.open(folder + "/one", second: folder + "/two")
            #expect(same.count == 2)
        }
    }

    @Test func `known names of subfolders determine their order`() throws {
        try withTemporaryFolder { folder in
            for (one, other) in [("labels", "images"), ("trainA", "trainB")] {
                try write(1, to: folder + "/\(one)-set/\(one)/a.png")
                try write(2, to: folder + "/\(one)-set/\(other)/a.png")
                let pairs = try PairSource.open(folder + "/\(one)-set")
                #expect(pairs.first.path.hasSuffix(one) && pairs.second.path.hasSuffix(other))
            }
        }
    }

    @Test func `images side by side are split in the middle`() throws {
        try withTemporaryFolder { folder in
            let sheet = Image(
                width: 4, height: 2, channels: 1, pixels: [1, 2, 3, 4, 5, 6, 7, 8])
            try FileManager.default.createDirectory(
                atPath: folder + "/train", withIntermediateDirectories: true)
            try sheet.writePNG(to: folder + "/train/a.png")
            try write(9, width: 5, height: 2, to: folder + "/train/odd.png")
            let pairs = try PairSource.open(folder)
            #expect(pairs.kind == "pairs side by side" && pairs.count == 2)
            #expect(try pairs.first.image(at: 0).pixels == [1, 2, 5, 6])
            #expect(try pairs.second.image(at: 0).pixels == [3, 4, 7, 8])
            let format = ImageFormat(size: 2, channels: 1)
            let dataset = try PairedDataset(pairs, first: format, second: format)
            #expect(dataset.count == 1)
            #expect(dataset.skipped.map(\.file) == ["odd.png"])
            #expect(dataset.skipped[0].reason.contains("5 pixels wide"))
        }
    }

    @Test func `an archive gives the pairs that a folder of the same files gives`() throws {
        let folder = try TemporaryFolder()
        let names = ["trainA/deep/z", "trainA/x", "trainA/y", "trainB/deep/z", "trainB/w", "trainB/y"]
        let entries = try names.enumerated().map { index, name in
            let content = Image(width: 4, height: 4, color: [UInt8(index)]).pngData()
            try folder.write("set/\(name).png", content)
            return MadeArchive.Entry("set/\(name).png", content, isDeflated: index % 2 == 0)
        }
        try folder.write("set.zip", MadeArchive(entries.reversed()).bytes())
        let (plain, packed) = (
            try PairSource.open(folder.path + "/set"), try PairSource.open(folder.path + "/set.zip")
        )
        #expect((0..<2).map(packed.first.name) == ["deep/z.png", "y.png"])
        for index in 0..<2 {
            #expect(try packed.first.image(at: index) == plain.first.image(at: index))
            #expect(try packed.second.image(at: index) == plain.second.image(at: index))
            #expect(try packed.first.header(at: index) == plain.first.header(at: index))
        }
        #expect(
            packed.unmatched == ["trainA/x.png", "trainB/w.png"].map { folder.path + "/set.zip/" + $0 })
        let domains = try openDomains(folder.path + "/set.zip")
        #expect(domains.first.count == 3 && domains.second.name(at: 2) == "y.png")
        // A folder, and an archive beside it.
        try folder.write("second.zip", MadeArchive(Array(entries[3...])).bytes())
        let mixed = try PairSource.open(folder.path + "/set/trainA", second: folder.path + "/second.zip")
        #expect(mixed.count == 2)
        #expect(try mixed.second.image(at: 1) == plain.second.image(at: 1))
    }

    @Test func `an archive may hold images side by side`() throws {
        let folder = try TemporaryFolder()
        let sheet = Image(width: 4, height: 2, channels: 1, pixels: [1, 2, 3, 4, 5, 6, 7, 8])
        try folder.write(
            "set.zip",
            MadeArchive([
                MadeArchive.Entry("train/a.png", sheet.pngData()),
                MadeArchive.Entry("val/b.png", sheet.pngData()),
            ]).bytes())
        let pairs = try PairSource.open(folder.path + "/set.zip")
        #expect(pairs.kind == "pairs side by side" && pairs.count == 1)
        #expect(try pairs.second.image(at: 0).pixels == [3, 4, 7, 8])
    }

    @Test func `images that are no pairs are refused by name`() throws {
        try withTemporaryFolder { folder in
            try write(1, to: folder + "/A/a.png")
            try write(2, to: folder + "/B/b.png")
            #expect { try PairSource.open(folder) } throws: {
                "\($0)".contains("a.png and b.png")
            }
            try write(2, width: 5, to: folder + "/B/a.png")
            let pairs = try PairSource.open(folder)
            #expect { try pairs.checkSizes() } throws: {
                "\($0)".contains("a.png is 4x4, its partner 5x4")
            }
            try write(2, to: folder + "/B/a.JPEG")
            #expect { try PairSource.open(folder) } throws: { "\($0)".contains("in its ending alone") }
            #expect { try PairSource.open(folder + "/none") } throws: { "\($0)".contains("no such file") }
            #expect { try openDomains(folder + "/A") } throws: { "\($0)".contains("as the target") }
        }
    }

    @Test func `a pair with a damaged image is skipped`() throws {
        try withTemporaryFolder { folder in
            for (side, color) in [("A", UInt8(10)), ("B", 20)] {
                for name in 0..<4 { try write(color + UInt8(name), to: folder + "/\(side)/\(name).png") }
            }
            try Data("no image".utf8).write(to: URL(fileURLWithPath: folder + "/B/2.png"))
            try Data("no image".utf8).write(to: URL(fileURLWithPath: folder + "/A/0.png"))
            let format = ImageFormat(size: 4, channels: 1)
            let dataset = try PairedDataset(PairSource.open(folder), first: format, second: format)
            #expect((0..<dataset.count).map { dataset.first.image(at: $0).pixels[0] } == [11, 13])
            #expect((0..<dataset.count).map { dataset.second.image(at: $0).pixels[0] } == [21, 23])
            #expect(Set(dataset.skipped.map(\.file)) == ["2.png", "0.png"])
        }
    }

    @Test func `images are padded by reflection`() {
        let row = Image(width: 3, height: 1, channels: 1, pixels: [1, 2, 3])
        #expect(
            row.padded(toWidth: 9, height: 2, x: 3, y: 0).pixels.prefix(9) == [2, 3, 2, 1, 2, 3, 2, 1, 2])
        #expect(row.padded(toWidth: 3, height: 1, x: 0, y: 0) == row)
    }
}
