import Foundation
import Images
import Synchronization
import Testing

@testable import Datasets

/// Decoded images are kept for the next run, as long as the folder is the same.
@Suite struct DatasetCacheTests {
    /// Counts the images that are decoded.
    private final class Counted: ImageSource {
        let base: any ImageSource
        let decoded = Mutex(0)

        init(_ base: any ImageSource) { self.base = base }

        var path: String { base.path }
        var kind: String { base.kind }
        var count: Int { base.count }
        var labels: [Int]? { base.labels }
        var classNames: [String] { base.classNames }
        var notes: [String] { base.notes }
        var stamp: SourceStamp? { base.stamp }

        func name(at index: Int) -> String { base.name(at: index) }
        func image(at index: Int) throws -> Image {
            decoded.withLock { $0 += 1 }
            return try base.image(at: index)
        }
    }

    private let images: TemporaryFolder
    private let kept: TemporaryFolder

    init() throws {
        (images, kept) = (try TemporaryFolder(), try TemporaryFolder())
        for number in 0..<6 {
            try images.image("\(number % 2)/\(number).png", width: 5, height: 4, color: [UInt8(40 * number)])
        }
        try images.write("1/broken.png", [1, 2, 3])
    }

    private func load(
        _ source: (any ImageSource)? = nil, size: ImageSize = 4, program: String = "1",
        leastTime: Duration = .zero
    ) throws -> (dataset: Dataset, decoded: Int) {
        let counted = Counted(try source ?? openImageSource(images.path))
        let cache = DatasetCache(folder: kept.path + "/below", leastTime: leastTime, program: program)
        let dataset = try Dataset(
            counted, format: ImageFormat(size: size, channels: 3), storage: StorageOptions(cache: cache))
        return (dataset, counted.decoded.withLock(\.self))
    }

    private var files: [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: kept.path + "/below")
        return (names ?? []).sorted()
    }

    /// Makes files look as if they had been written or used five weeks ago.
    private func age(_ files: [String]) throws {
        for file in files {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -35 * 24 * 3600)],
                ofItemAtPath: kept.path + "/below/" + file)
        }
    }

    /// The images are kept while the training begins.
    private func waitForFiles(_ count: Int) throws {
        for _ in 0..<500 where files.count(where: { !$0.hasPrefix(".") }) < count { usleep(10_000) }
        try #require(files.count == count, "\(files)")
    }

    @Test func `the second time nothing is decoded, and everything is the same`() throws {
        let first = try load()
        try waitForFiles(2)
        let second = try load()
        #expect(first.decoded == 7 && first.dataset.place == .memory)
        #expect(second.decoded == 0 && second.dataset.place == .cache)
        #expect(second.dataset.digest() == first.dataset.digest())
        #expect(second.dataset.skipped.map(\.file) == ["1/broken.png"])
        #expect(second.dataset.skipped == first.dataset.skipped)
        #expect(second.dataset.labels == first.dataset.labels)
        let (one, other) = (first.dataset.summary, second.dataset.summary)
        #expect(one.mostCommonSize == other.mostCommonSize && one.channelCounts == other.channelCounts)
    }

    @Test func `a changed image, another format and another program are decoded anew`() throws {
        _ = try load()
        try waitForFiles(2)
        #expect(try load(size: 8).decoded == 7)
        try waitForFiles(4)
        #expect(try load(program: "2").decoded == 7)
        try images.image("0/2.png", width: 5, height: 4, color: [1])
        let changed = try load()
        #expect(changed.decoded == 7)
        #expect(changed.dataset.image(at: 1).pixels[0] == 1)
        try images.image("0/6.png", color: [2])
        #expect(try load().decoded == 8)
    }

    @Test func `what older contents left is removed`() throws {
        _ = try load()
        try waitForFiles(2)
        let before = files
        try images.image("0/2.png", width: 5, height: 4, color: [1])
        _ = try load()
        for _ in 0..<500 where files.count < 2 || files.contains(before[0]) { usleep(10_000) }
        try waitForFiles(2)
        #expect(Set(files).isDisjoint(with: before))
    }

    @Test func `training and held-out parts of one folder lie beside each other`() throws {
        let source = try openImageSource(images.path)
        for part in [[0, 1, 2], [3, 4]] { _ = try load(SelectedImages(of: source, part)) }
        try waitForFiles(4)
        for part in [[0, 1, 2], [3, 4]] {
            let found = try load(SelectedImages(of: source, part))
            #expect(found.decoded == 0 && found.dataset.count == part.count)
            #expect(found.dataset.image(at: 0) == (try load().dataset.image(at: part[0])))
        }
    }

    @Test(arguments: ["pixels", "json"])
    func `damaged files are not used`(ending: String) throws {
        _ = try load()
        try waitForFiles(2)
        let file = try #require(files.first { $0.hasSuffix(ending) })
        let path = kept.path + "/below/" + file
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.dropLast().write(to: URL(fileURLWithPath: path))
        #expect(try load(leastTime: .seconds(60)).decoded == 7)
    }

    @Test(arguments: ["pixels", "json"])
    func `a pipe in a file's place is not waited for`(ending: String) throws {
        _ = try load()
        try waitForFiles(2)
        let path = kept.path + "/below/" + (try #require(files.first { $0.hasSuffix(ending) }))
        try FileManager.default.removeItem(atPath: path)
        try #require(mkfifo(path, 0o600) == 0)
        #expect(try load(leastTime: .seconds(60)).decoded == 7)
    }

    @Test func `files that are not the cache's stay`() throws {
        _ = try load()
        try waitForFiles(2)
        try kept.write("below/notes.txt", [0])
        try age(["notes.txt"])
        _ = try load(size: 8)
        try waitForFiles(5)
        #expect(files.contains("notes.txt"))
    }

    @Test func `numbers of a description that no images have are not used`() throws {
        _ = try load()
        try waitForFiles(2)
        let path = kept.path + "/below/" + (try #require(files.first { $0.hasSuffix("json") }))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for (old, new) in [("[5,5,5,", "[5,5,"), ("[5,5,5,", "[5,0,5,"), ("[5,5,5,", "[5,-5,5,")] {
            try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try load(leastTime: .seconds(60)).decoded == 7, "\(new)")
        }
    }

    @Test func `what is quickly decoded is not kept, nor where no folder can be made`() throws {
        _ = try load(leastTime: .seconds(60))
        usleep(100_000)
        #expect(files.isEmpty)
        try kept.write("below", [0])
        #expect(try load().decoded == 7 && load().decoded == 7)
    }

    @Test func `what was not used for a month is removed`() throws {
        _ = try load()
        try waitForFiles(2)
        let before = files
        try kept.write("below/.1234.partial", [0])
        try age(before + [".1234.partial"])
        // Being used, it stays.
        #expect(try load().decoded == 0)
        _ = try load(size: 8)
        for _ in 0..<500 where files.count < 4 || files[0].hasPrefix(".") { usleep(10_000) }
        try waitForFiles(4)
        try age(before)
        _ = try load(size: 2)
        for _ in 0..<500 where files.count < 4 || files.contains(before[0]) { usleep(10_000) }
        #expect(files.count == 4 && Set(files).isDisjoint(with: before))
    }
}
