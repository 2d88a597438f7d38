import Checkpoints
import Datasets
import Foundation
import Images
import TestSupport
import Testing

/// `.npz` files as data; those in the fixtures are NumPy's own.
@Suite struct NumpyArchiveTests {
    let folder: TemporaryFolder
    /// The samples of the fixtures: five images of 4 rows, 3 columns and 3 channels.
    let samples = (0..<180).map { UInt8($0) }

    init() throws { folder = try TemporaryFolder() }

    private func content(_ shape: [Int], _ values: [some FileElement]) throws -> [UInt8] {
        let file = try folder.file("array.npy")
        try NumpyArray(shape: shape, values: values).write(to: file)
        return try [UInt8](Data(contentsOf: URL(fileURLWithPath: file)))
    }

    private func refusal(_ entries: [MadeArchive.Entry]) throws -> String {
        let file = try folder.write("made.npz", MadeArchive(entries).bytes())
        let error = #expect(throws: DatasetError.self) { try openImageSource(file) }
        let line = error?.description ?? ""
        #expect(line.contains(file) && !line.contains("\n"))
        return line
    }

    @Test(arguments: ["stored.npz", "compressed.npz"])
    func `images are read with their labels, compressed or not`(name: String) throws {
        let source = try openImageSource(Golden.fixture("archives/" + name))
        #expect(source.count == 5 && source.labels == [2, 0, 1, 0, 2] && source.notes == [])
        #expect(source.classNames == ["0", "1", "2"] && source.name(at: 3) == "\(name) image 3")
        for index in 0..<5 {
            #expect(
                try source.image(at: index)
                    == Image(
                        width: 3, height: 4, channels: 3,
                        pixels: Array(samples[36 * index..<36 * (index + 1)])))
        }
    }

    @Test func `arrays without names are read by their positions`() throws {
        let source = try openImageSource(Golden.fixture("archives/positions.npz"))
        #expect(source.count == 5 && source.labels == [2, 0, 1, 0, 2])
        let expected = stride(from: 0, to: 36, by: 3).map { samples[36 + $0] }
        #expect(
            try source.image(at: 1) == Image(width: 3, height: 4, channels: 1, pixels: expected))
    }

    @Test func `the one array of images needs no name, and no labels`() throws {
        let file = try folder.write(
            "made.npz",
            MadeArchive([
                .init("faces.npy", try content([2, 1, 1], [UInt8(7), 9])),
                .init("age.npy", try content([2], [1.5, 2.5] as [Float])),
            ]).bytes())
        let source = try openImageSource(file)
        #expect(source.count == 2 && source.labels == nil && source.notes == [])
        #expect(try source.image(at: 1).pixels == [9])
    }

    @Test func `labels of another shape are told and left out`() throws {
        let file = try folder.write(
            "made.npz",
            MadeArchive([
                .init("images.npy", try content([2, 1, 1], [UInt8(7), 9])),
                .init("labels.npy", try content([2, 3], [Int](repeating: 0, count: 6))),
            ]).bytes())
        let source = try openImageSource(file)
        #expect(source.labels == nil)
        #expect(source.notes == ["No classes, because labels (I64 [2, 3]) is no label for each image."])
    }

    @Test func `what cannot be images is refused with a list of what there is`() throws {
        let (one, other) = (
            try content([1, 2, 2], [UInt8](repeating: 0, count: 4)), try content([3], [1, 2, 3])
        )
        #expect(
            try refusal([.init("a.npy", one), .init("b.npy", one)])
                .contains("several of its arrays can be images: a (U8 [1, 2, 2]), b (U8 [1, 2, 2]); call"))
        #expect(try refusal([.init("z.npy", other)]).contains("none of its arrays are images"))
        #expect(try refusal([.init("z.txt", other)]).contains("it holds no arrays"))
        #expect(try refusal([.init("z.npy", Array("text".utf8))]).contains("NumPy's signature"))
        #expect(
            try refusal([
                .init("images.npy", one), .init("labels.npy", try content([1], [Float(0)])),
            ]).contains("holds F32, where labels are integers"))
        #expect(
            try refusal([.init("images.npy", one), .init("labels.npy", try content([1], [-1]))])
                .contains("labels that are not between 0 and"))
    }

    @Test func `damaged arrays are refused`() throws {
        let images = try content([64, 64, 64], [UInt8](repeating: 3, count: 64 * 64 * 64))
        for isDeflated in [false, true] {
            var entry = MadeArchive.Entry("images.npy", images, isDeflated: isDeflated)
            entry.bytes[100_000] ^= 8
            #expect(try refusal([entry]).contains("images.npy does not match its checksum"))
        }
        #expect(try refusal([.init("images.npy", Array(images.dropLast()))]).contains("is cut off"))
    }

    @Test func `a compressed array that takes too much memory is refused before it is taken`() throws {
        let path = try folder.write(
            "made.npz",
            MadeArchive([
                .init(
                    "images.npy", try content([9, 2, 2], [UInt8](repeating: 0, count: 36)), isDeflated: true)
            ]).bytes())
        let archive = try NumpyArchive(path: path)
        #expect(archive.members.map(\.name) == ["images"] && archive.members[0].shape == [9, 2, 2])
        #expect(try archive.array(archive.members[0], memoryLimit: 1000).elementCount == 36)
        let error = #expect(throws: CheckpointError.self) {
            try archive.array(archive.members[0], memoryLimit: 100)
        }
        #expect(error?.description.contains("takes 164 bytes of memory, of which 100 may be used") == true)
    }
}
