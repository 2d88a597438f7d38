import Datasets
import Files
import Foundation
import TestSupport
import Testing

@Suite struct StackedDigitsTests {
    let folder: TemporaryFolder
    /// The training images' samples, 12x12 each.
    let digits: [ArraySlice<UInt8>]

    init() throws {
        folder = try TemporaryFolder()
        let training = idxFiles(ofDigits: 30, size: 12, seed: 1)
        digits = (0..<30).map { training.images[16 + $0 * 144..<16 + ($0 + 1) * 144] }
        try folder.write("digits/train-images-idx3-ubyte.gz", packed: training.images)
        let test = idxFiles(ofDigits: 10, size: 12, seed: 2)
        try folder.write("digits/t10k-images-idx3-ubyte.gz", packed: test.images)
    }

    private func write(_ name: String, count: Int = 400, seed: UInt64 = 0) throws -> String {
        let path = folder.path + "/" + name
        try StackedDigits.write(count: count, from: folder.path + "/digits", to: path, seed: seed)
        return path
    }

    @Test func everyChannelIsATrainingImage() throws {
        let dataset = try Dataset.load(
            write("stacked.npy"), format: ImageFormat(size: 12, channels: 3))
        #expect(dataset.count == 400 && dataset.labels == nil)
        var drawn: [[Int]] = []
        for index in 0..<dataset.count {
            let pixels = dataset.image(at: index).pixels
            let channels = (0..<3).map { channel in (0..<144).map { pixels[3 * $0 + channel] } }
            drawn.append(channels.compactMap { samples in digits.firstIndex { $0.elementsEqual(samples) } })
        }
        #expect(drawn.allSatisfy { $0.count == 3 })
        // All come up in every channel, whatever stands in the others.
        for channel in 0..<3 { #expect(Set(drawn.map { $0[channel] }) == Set(0..<30)) }
        #expect(Set(drawn).count > 380)
    }

    @Test func theSeedDecides() throws {
        func bytes(_ name: String, seed: UInt64) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: write(name, count: 20, seed: seed)))
        }
        let first = try bytes("a.npy", seed: 7)
        #expect(try first == bytes("b.npy", seed: 7))
        #expect(try first != bytes("c.npy", seed: 8))
    }

    @Test func trainingImagesAreNeeded() throws {
        try FileManager.default.removeItem(atPath: folder.path + "/digits/train-images-idx3-ubyte.gz")
        #expect {
            _ = try write("stacked.npy")
        } throws: {
            "\($0)".hasPrefix(folder.path + "/digits: is no folder with training images")
        }
        #expect(folder.contents == ["digits"])
    }

    @Test func nothingIsLeftWhereNothingCanBeWritten() throws {
        try folder.write("file", [])
        #expect(throws: FileError.self) { _ = try write("file/stacked.npy") }
    }
}

@Suite struct DigestTests {
    @Test func sameDataHasTheSameDigest() throws {
        let digest = try distinctDataset(5, labels: [0, 1, 0, 1, 1]).digest()
        #expect(digest.count == 64)
        #expect(
            try distinctDataset(5, labels: [0, 1, 0, 1, 1], storage: StorageOptions(memoryBudget: 0)).digest()
                == digest)
        let others = try [
            distinctDataset(5), distinctDataset(4, labels: [0, 1, 0, 1]),
            distinctDataset(5, labels: [0, 1, 1, 0, 1]),
            distinctDataset(5, size: 3, labels: [0, 1, 0, 1, 1]),
        ].map { $0.digest() }
        #expect(Set(others + [digest]).count == 5)
    }
}
