import Foundation
import Images
import Testing

@testable import Datasets

/// Images that neither memory nor disk has room for.
@Suite struct StreamedImagesTests {
    private let folder: TemporaryFolder
    /// Room for two images in memory and for none on the disk.
    private var storage: StorageOptions {
        var storage = StorageOptions(memoryBudget: 2 * 48 + 47)
        storage.diskBudget = 0
        return storage
    }

    init() throws {
        folder = try TemporaryFolder()
        for number in 0..<6 {
            try folder.image("\(number).png", width: 6, height: 5, color: [UInt8(40 * number), 1, 2])
        }
        try folder.write("5-broken.png", [1, 2, 3])
    }

    private func load(_ storage: StorageOptions = StorageOptions()) throws -> Dataset {
        try Dataset.load(folder.path, format: ImageFormat(size: 4, channels: 3), storage: storage)
    }

    @Test func `they are decoded whenever they are asked for, to the same pixels`() throws {
        let (kept, streamed) = (try load(), try load(storage))
        #expect(kept.place == .memory && streamed.place == .source)
        #expect(streamed.count == 6 && streamed.skipped == kept.skipped)
        #expect(streamed.digest() == kept.digest() && streamed.digest() == kept.digest())
        let batches = [kept, streamed].map { dataset in
            let loader = BatchLoader(dataset: dataset, batchSize: 4, seed: 3, flip: true)
            return (0..<5).map { _ in loader.next().pixels.withUnsafeBufferPointer { Array($0) } }
        }
        #expect(batches[0] == batches[1] && streamed.lost == nil)
    }

    @Test func `one that is removed meanwhile is named, unless it is kept`() throws {
        let streamed = try load(storage)
        try FileManager.default.removeItem(atPath: folder.path + "/1.png")
        #expect(streamed.image(at: 1).pixels[0] == 40 && streamed.lost == nil)
        try FileManager.default.removeItem(atPath: folder.path + "/4.png")
        #expect(streamed.image(at: 4).pixels.allSatisfy { $0 == 0 })
        #expect(streamed.lost?.file == "4.png")
        try folder.write("3.png", [])
        _ = streamed.image(at: 3)
        #expect(streamed.lost?.file == "4.png", "the first one")
    }

    @Test func `nothing of them is kept for the next time`() throws {
        let cache = try TemporaryFolder()
        var storage = storage
        storage.cache = DatasetCache(folder: cache.path, leastTime: .zero)
        #expect(try load(storage).place == .source)
        usleep(100_000)
        #expect(cache.contents.isEmpty)
    }
}
