import CZlib
import Datasets
import Foundation
import Images

/// A folder that is gone after the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("gan-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in the folder, the folders on the way made.
    func file(_ name: String) throws -> String {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        return file.path
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = try file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    @discardableResult
    func write(_ name: String, packed bytes: [UInt8]) throws -> String {
        let file = try file(name)
        let packed = gzopen(file, "wb")
        gzwrite(packed, bytes, CUnsignedInt(bytes.count))
        gzclose(packed)
        return file
    }

    /// An image of one color.
    func image(_ name: String, width: Int = 4, height: Int = 4, color: [UInt8]) throws {
        try Image(width: width, height: height, color: color).writePNG(to: try file(name))
    }

    var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
}

/// An IDX file of bytes.
func idx(_ extents: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let header = extents.flatMap { extent in (0..<4).map { UInt8(extent >> (24 - 8 * $0) & 255) } }
    return [0, 0, 8, UInt8(extents.count)] + header + bytes
}

/// Square images of `size`, the samples of the n-th all different from those of the others.
func distinctImages(_ count: Int, size: Int = 2, channels: Int = 1) -> [Image] {
    (0..<count).map { index in
        let samples = size * size * channels
        return Image(
            width: size, height: size, channels: channels,
            pixels: (0..<samples).map { UInt8((index * samples + $0) % 256) })
    }
}

func distinctDataset(
    _ count: Int, size: Int = 2, channels: Int = 1, labels: [Int]? = nil,
    storage: StorageOptions = StorageOptions(memoryBudget: 1 << 30)
) throws -> Dataset {
    let names = labels.map { (0...$0.max()!).map { "class \($0)" } } ?? []
    return try Dataset(
        InMemoryImages(
            distinctImages(count, size: size, channels: channels), labels: labels, classNames: names),
        format: ImageFormat(size: ImageSize(size), channels: channels), storage: storage)
}
