import Checkpoints
import Datasets
import Foundation
import Images
import Testing

@Suite struct IDXSourceTests {
    let folder: TemporaryFolder
    /// Three images of 2 rows and 3 columns.
    let images = (0..<18).map { UInt8($0 * 10) }

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [true, false]) func aFolderGivesItsTrainingSet(isPacked: Bool) throws {
        if isPacked {
            try folder.write("train-images-idx3-ubyte.gz", packed: idx([3, 2, 3], images))
            try folder.write("train-labels-idx1-ubyte.gz", packed: idx([3], [5, 0, 2]))
        } else {
            try folder.write("train-images-idx3-ubyte", idx([3, 2, 3], images))
            try folder.write("train-labels-idx1-ubyte", idx([3], [5, 0, 2]))
        }
        try folder.write("t10k-images-idx3-ubyte", idx([1, 2, 3], Array(images[..<6])))
        let dataset = try Dataset.load(
            folder.path, format: ImageFormat(width: 3, height: 2, channels: 1))
        #expect(dataset.count == 3)
        #expect(dataset.labels == [2, 0, 1] && dataset.classNames == ["0", "2", "5"])
        #expect(dataset.image(at: 1).pixels == Array(images[6..<12]))
        #expect(dataset.summary.suggestedChannels == 1)
    }

    @Test func aFileIsReadWithoutLabelsBesideIt() throws {
        let file = try folder.write("some-images", idx([3, 2, 3], images))
        let source = try openImageSource(file)
        #expect(source.count == 3 && source.labels == nil && source.notes.count == 1)
    }

    @Test func asManyLabelsAsImagesAreNeeded() throws {
        try folder.write("train-images-idx3-ubyte", idx([3, 2, 3], images))
        try folder.write("train-labels-idx1-ubyte", idx([2], [1, 2]))
        let error = #expect(throws: DatasetError.self) { try openImageSource(folder.path) }
        #expect("\(error!)".contains("2 labels for 3 images"))
    }

    @Test(arguments: [
        ("cut off", idx([3, 2, 3], [1, 2, 3]), "more than a file of 19 bytes can hold"),
        ("too long", idx([1, 2, 3], [1, 2, 3, 4, 5, 6, 7]), "more than 6 bytes"),
        ("in its header", [0, 0, 8, 3, 0, 0], "ends within its header"),
        ("of labels", idx([2], [1, 2]), "with 1 extents"),
        ("of floats", [0, 0, 13, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1], "type 13"),
        ("without images", idx([0, 2, 3], []), "extents [0, 2, 3]"),
        ("past all bounds", idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], [1]), "claims extents"),
        ("of text", Array("hello, there".utf8), "no known kind"),
        ("of nothing", [], "no known kind"),
    ])
    func brokenFilesAreRefused(what: String, bytes: [UInt8], message: String) throws {
        let plain = try folder.write("plain", bytes)
        let error = #expect(throws: DatasetError.self, "\(what)") { try openImageSource(plain) }
        #expect("\(error!)".contains(message), "\(what): \(error!)")
        #expect("\(error!)".hasPrefix(plain))
    }

    @Test func aPackedFileIsNotTrustedWithMoreThanItCanHold() throws {
        let huge = try folder.write("huge.gz", packed: idx([60_000, 10_000, 10_000], [1]))
        let error = #expect(throws: DatasetError.self) { try openImageSource(huge) }
        #expect("\(error!)".contains("can hold"))
    }

    @Test func aPackedFileIsUnpackedNoFurtherThanItsHeaderSays() throws {
        let bomb = try folder.write(
            "bomb.gz", packed: idx([1, 2, 3], [UInt8](repeating: 0, count: 10_000_000)))
        let error = #expect(throws: DatasetError.self) { try openImageSource(bomb) }
        #expect("\(error!)".contains("more than 6 bytes"))
    }

    @Test func damagedPackedFilesAreRefused() throws {
        let noise = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 2_654_435_761 >> 7) }
        let file = try folder.write("whole.gz", packed: idx([50, 10, 10], noise))
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        #expect(try openImageSource(file).count == 50)
        var flipped = whole
        flipped[whole.count - 6] ^= 1
        for bytes in [Array(whole.dropLast(200)), flipped] {
            #expect(throws: DatasetError.self) {
                try openImageSource(try folder.write("damaged.gz", bytes))
            }
        }
    }
}

@Suite struct CIFARSourceTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A record whose red, green and blue are the label times 1, 2 and 3, but for the first pixel.
    private func record(_ label: UInt8) -> [UInt8] {
        var record = [label]
        for channel in 1...3 {
            record += [255] + [UInt8](repeating: label * UInt8(channel), count: 1023)
        }
        return record
    }

    @Test func batchesAreReadInOrder() throws {
        try folder.write("data_batch_2.bin", record(2))
        try folder.write("data_batch_1.bin", record(1) + record(0))
        try folder.write("test_batch.bin", record(1))
        try folder.write("batches.meta.txt", Array("airplane\nbird\ncat\n\n".utf8))
        let dataset = try Dataset.load(folder.path, format: ImageFormat(size: 32, channels: 3))
        #expect(dataset.labels == [1, 0, 2] && dataset.classNames == ["airplane", "bird", "cat"])
        let pixels = dataset.image(at: 2).pixels
        #expect(Array(pixels[..<6]) == [255, 255, 255, 2, 4, 6])
    }

    @Test func oneFileIsRead() throws {
        let file = try folder.write("test_batch.bin", record(3) + record(4))
        let source = try openImageSource(file)
        #expect(source.count == 2 && source.labels == [3, 4] && source.name(at: 1).contains("test_batch"))
    }

    @Test func brokenBatchesAreRefused() throws {
        for bytes in [[], Array(record(1).dropLast())] {
            let file = try folder.write("data_batch_1.bin", bytes)
            #expect(throws: DatasetError.self) { try openImageSource(file) }
        }
        try folder.write("data_batch_1.bin", record(2))
        try folder.write("batches.meta.txt", Array("airplane\nbird\n".utf8))
        let error = #expect(throws: DatasetError.self) { try openImageSource(folder.path) }
        #expect("\(error!)".contains("label 2"))
    }
}

@Suite struct NumpySourceTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @discardableResult
    private func write<Element: FileElement>(_ name: String, _ shape: [Int], _ values: [Element]) throws
        -> String
    {
        let file = try folder.file(name)
        try NumpyArray(shape: shape, values: values).write(to: file)
        return file
    }

    @Test func arraysWithLabelsAreRead() throws {
        let values = (0..<36).map { UInt8($0) }
        let file = try write("set.npy", [3, 2, 2, 3], values)
        try write("set_labels.npy", [3], [1, 0, 1])
        let dataset = try Dataset.load(file, format: ImageFormat(size: 2, channels: 3))
        #expect(dataset.labels == [1, 0, 1])
        #expect(dataset.image(at: 2).pixels == Array(values[24...]))
    }

    @Test func arraysWithoutChannelsAreGray() throws {
        let file = try write("gray.npy", [2, 3, 4], [UInt8](repeating: 9, count: 24))
        let summary = try DatasetSummary(try openImageSource(file))
        #expect(summary.mostCommonSize == .init(width: 4, height: 3, images: 2))
        #expect(summary.channelCounts == [2, 0, 0, 0] && summary.labels == nil)
    }

    @Test func otherArraysAreRefused() throws {
        let files = try [
            write("float.npy", [1, 2, 2, 1], [Float](repeating: 0, count: 4)),
            write("flat.npy", [4], [UInt8](repeating: 0, count: 4)),
            write("many-channels.npy", [1, 1, 1, 5], [UInt8](repeating: 0, count: 5)),
            write("none.npy", [0, 2, 2, 3], [UInt8]()),
            folder.write("text.npy", Array("no array at all".utf8)),
        ]
        for file in files {
            let error = #expect(throws: DatasetError.self) { try openImageSource(file) }
            #expect("\(error!)".contains(file))
        }
    }

    @Test func labelsMustFit() throws {
        let file = try write("set.npy", [2, 1, 1, 1], [UInt8(1), 2])
        try write("set_labels.npy", [3], [0, 1, 2])
        #expect(throws: DatasetError.self) { try openImageSource(file) }
        try write("set_labels.npy", [2], [0, -1])
        #expect(throws: DatasetError.self) { try openImageSource(file) }
        try write("set_labels.npy", [2], [Float(0), 1])
        #expect(throws: DatasetError.self) { try openImageSource(file) }
    }
}
