import Checkpoints
import Datasets
import Foundation
import Images
import Testing

/// Files that are something else than their names say, or that claim more than they hold.
@Suite struct HostileFileTests {
    @Test func `a pipe in the place of a file is refused at once`() throws {
        let folder = try TemporaryFolder()
        func expectRefusal(_ file: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
            #expect(
                throws: DatasetError.unreadable(path: file, reason: "not a file"),
                sourceLocation: sourceLocation
            ) {
                try openImageSource(folder.path)
            }
        }
        let labels = try folder.file("train-labels-idx1-ubyte")
        try folder.write("train-images-idx3-ubyte", idx([1, 2, 2], [1, 2, 3, 4]))
        #expect(mkfifo(labels, 0o600) == 0)
        try expectRefusal(labels)
        let images = try folder.file("train-images-idx3-ubyte")
        unlink(images)
        #expect(mkfifo(images, 0o600) == 0)
        try expectRefusal(images)
        unlink(images)
        let batch = try folder.file("data_batch_1.bin")
        #expect(mkfifo(batch, 0o600) == 0)
        try expectRefusal(batch)
    }

    @Test func `extents above the limit of memory are refused before they are unpacked`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "train-images-idx3-ubyte.gz",
            packed: idx([4_000_000_000, 28, 28], [UInt8](repeating: 0, count: 1 << 20)))
        // As long as the claim needs; what it holds is not looked at.
        #expect(truncate(file, 4_000_000_000) == 0)
        #expect {
            try openImageSource(folder.path)
        } throws: {
            "\($0)".contains("claims extents [4000000000, 28, 28], which take 3.1 TB of memory; ")
        }
    }

    @Test func `folders and files whose names are no UTF-8 are read`() throws {
        let folder = try TemporaryFolder()
        try folder.image("cats/a.png", color: [1])
        try folder.image("dogs/b.png", color: [2])
        func move(_ from: String, to name: [UInt8]) {
            var target: [UInt8] = Array(folder.path.utf8)
            target.append(UInt8(ascii: "/"))
            target.append(contentsOf: name)
            target.append(0)
            #expect(rename(folder.path + "/" + from, target.map { CChar(bitPattern: $0) }) == 0)
        }
        move("cats/a.png", to: [0x63, 0x61, 0x74, 0x73, 0x2F, 0xFF, 0x2E, 0x70, 0x6E, 0x67])
        move("dogs", to: [0x63, 0xE9])
        let source = try openImageSource(folder.path)
        #expect(source.count == 2 && source.classNames.count == 2 && Set(source.labels ?? []).count == 2)
        #expect(try (0..<2).map { try source.image(at: $0).pixels[0] }.sorted() == [1, 2])
        #expect(try DatasetSummary(source).skipped == [])
    }

    @Test func `classes whose names differ in bytes alone are told`() throws {
        let folder = try TemporaryFolder()
        for (index, name) in ["caf\u{E9}", "cafe\u{301}", "tea"].enumerated() {
            try folder.image("\(name)/\(index).png", color: [UInt8(index)])
        }
        let source = try openImageSource(folder.path)
        #expect(source.classNames == ["caf\u{E9}", "tea"])
        #expect(source.notes.count == 1)
        #expect(
            source.notes.first?.hasPrefix("2 subfolders are called caf\u{E9}, spelled in different bytes")
                == true)
    }

    @Test func `an array that is cut off while it is open is an error, not a crash`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("images.npy")
        try NumpyArray(shape: [4, 64, 64, 3], values: [UInt8](repeating: 7, count: 4 * 64 * 64 * 3)).write(
            to: file)
        let (source, array) = (try openImageSource(file), try NumpyArray(path: file))
        #expect(truncate(file, 128 + 64 * 64 * 3) == 0)
        #expect(try source.image(at: 0).pixels.count == 64 * 64 * 3)
        #expect(throws: CheckpointError.self) { try source.image(at: 2) }
        #expect(throws: CheckpointError.self) { try array.values(as: UInt8.self) }
    }
}
