import CZlib
import Checkpoints
import Datasets
import Files
import Images

/// MNIST's IDX files, packed by gzip or not: labels, and the images that they are of.
enum IDXTarget: FuzzTarget {
    static let name = "idx"
    private static let (images, labels) = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")

    static func seeds() throws -> [[UInt8]] {
        let plain = idxFiles(ofDigits: 3, size: 12, seed: 1)
        return try [
            joined(plain.labels, plain.images), joined(packed(plain.labels), packed(plain.images)),
        ]
    }

    static func read(_ input: [UInt8]) throws {
        let files = halves(input)
        file(labels, files.first)
        file(images, files.second)
        try readAll(try openImageSource(scratch))
    }

    private static func packed(_ bytes: [UInt8]) throws -> [UInt8] {
        let path = join(scratch, "packed.gz")
        let file = gzopen(path, "wb")
        gzwrite(file, bytes, UInt32(bytes.count))
        gzclose(file)
        return try content(path)
    }
}

/// NumPy files: labels, and the images that they are of; and any array by itself.
enum NumpyTarget: FuzzTarget {
    static let name = "npy"

    static func seeds() throws -> [[UInt8]] {
        let labels = join(scratch, "labels.npy")
        try NumpyArray(shape: [2], values: [1, 0]).write(to: labels)
        let arrays = ["uint8", "float32", "float32_version2", "float32_version3", "int64"]
        return try arrays.map {
            joined(try content(labels), try content(fixture("numpy_\($0).npy")))
        }
    }

    static func read(_ input: [UInt8]) throws {
        let files = halves(input)
        file("images_labels.npy", files.first)
        let images = file("images.npy", files.second)
        let array = try NumpyArray(path: images)
        expectOwnErrors { _ = try array.values(as: Float.self) }
        expectOwnErrors { _ = try array.values(as: UInt64.self) }
        expectOwnErrors { try readAll(try openImageSource(images)) }
    }
}

/// NumPy's archives of arrays.
enum NumpyArchiveTarget: FuzzTarget {
    static let name = "npz"

    static func seeds() throws -> [[UInt8]] {
        try ["stored", "compressed", "positions"].map { try content(fixture("archives/\($0).npz")) }
    }

    static func read(_ input: [UInt8]) throws { try readAll(try openImageSource(file("arrays.npz", input))) }
}

/// ZIP archives of images, of pairs of them, and of label maps with their images.
enum ZipTarget: FuzzTarget {
    static let name = "zip"

    static func seeds() -> [[UInt8]] {
        let image = Image(width: 3, height: 2, color: [200, 100, 0]).pngData()
        let map = Image(width: 3, height: 2, color: [1]).pngData()
        return [false, true].flatMap { isDeflated in
            [
                ["a/1.png": image, "a/2.png": image, "b/2.png": image],
                [
                    "set/labels/1.png": map, "set/images/1.png": image,
                    "set/labels.txt": Array("sky\nsea".utf8),
                ],
            ].map { files in
                MadeArchive(
                    files.sorted { $0.key < $1.key }.map { .init($0.key, $0.value, isDeflated: isDeflated) }
                )
                .bytes()
            }
        }
    }

    /// Damaged images are left out; archives of one kind are read as those of the others, too.
    static func read(_ input: [UInt8]) throws {
        let path = file("images.zip", input)
        let format = ImageFormat(size: 16, channels: 3)
        _ = try Dataset.load(path, format: format)
        expectOwnErrors { _ = try PairedDataset(PairSource.open(path), first: format, second: format) }
        expectOwnErrors { _ = try PairSource.openLabeled(path) }
    }
}

/// CIFAR-10's binary batches, and the names of its classes.
enum CIFARTarget: FuzzTarget {
    static let name = "cifar"

    static func seeds() -> [[UInt8]] {
        let batch = (0..<2 * 3073).map { UInt8(truncatingIfNeeded: $0 % 3073 == 0 ? $0 / 3073 : 7 * $0) }
        return [joined(Array("cat\ndog\n".utf8), batch)]
    }

    static func read(_ input: [UInt8]) throws {
        let files = halves(input)
        file("batches.meta.txt", files.first)
        file("data_batch_1.bin", files.second)
        try readAll(try openImageSource(scratch))
    }
}

/// The first and the last image, which tell where others lie.
private func readAll(_ source: any ImageSource) throws {
    for index in [0, source.count - 1] {
        _ = try source.header(at: index)
        _ = ImageFormat(size: 16, channels: 3).apply(to: try source.image(at: index))
        _ = source.name(at: index)
    }
}
