import Checkpoints
import Foundation
import GANs

/// The numbers of a latent, a style or a direction, as pages keep them: float32, little-endian, in base64.
struct LatentNumbers: Hashable, Sendable {
    let values: [Float]

    /// More than any latent has.
    private static let maximumCount = 4096

    /// - Shapes: `[1, size]`
    init(_ tensor: Tensor) { values = tensor.scalars.map { Float($0) } }

    /// - Shapes: `[1, size]`
    /// - Throws: `StudioError` if they are those of another space.
    func tensor(in space: LatentSpace) throws(StudioError) -> Tensor {
        guard values.count == space.size else {
            throw StudioError(
                .badRequest,
                "a sample or direction has \(values.count) numbers, and this generator takes \(space.size): "
                    + "it belongs to another one")
        }
        return Tensor(values.map { Scalar($0) }, shape: [1, space.size])
    }
}

extension LatentNumbers: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let bytes = [UInt8](try container.decode(Data.self))
        values = stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { place in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) })
        }
        guard bytes.count % 4 == 0, (1...LatentNumbers.maximumCount).contains(values.count),
            values.allSatisfy(\.isFinite)
        else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no numbers of a latent")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(
            values.reduce(into: Data()) { data, value in
                withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            })
    }
}

extension LatentSpace {
    /// Latents or styles as a `.npy` file, as `gan sample --latents` reads them.
    ///
    /// - Shapes: `[1, size]`
    func npyFile(of numbers: Tensor) throws -> Data {
        try LatentSpace.withTemporaryFile { path in
            let array = NumpyArray(
                shape: content == .styles ? [1, 1, size] : [1, size],
                values: numbers.scalars.map { Float($0) })
            try array.write(to: path)
            return try Data(contentsOf: URL(fileURLWithPath: path))
        }
    }

    /// The latents, styles or directions in a `.npy` file.
    ///
    /// - Throws: `CheckpointError` for what is no such file, `StudioError` for one that holds something else.
    func latents(inFile data: Data) throws -> [LatentNumbers] {
        try LatentSpace.withTemporaryFile { path in
            try data.write(to: URL(fileURLWithPath: path))
            let array: NumpyArray
            do { array = try NumpyArray(path: path) } catch {
                throw StudioError(.badRequest, "\(error)".replacing(path, with: "the file"))
            }
            let shape = content == .styles ? "count x 1 x \(size), which are styles" : "count x \(size)"
            let (extents, count) = (array.shape, array.elementCount / size)
            guard extents == [size] || extents == (content == .styles ? [count, 1, size] : [count, size]),
                (1...LatentSpace.mostInFile).contains(count)
            else {
                throw StudioError(
                    .badRequest,
                    "the file holds an array of shape \(extents); this generator takes \(shape), "
                        + "at most \(LatentSpace.mostInFile)")
            }
            let values = try array.values(as: Scalar.self)
            guard values.allSatisfy(\.isFinite) else {
                throw StudioError(.badRequest, "the file holds numbers that are not finite")
            }
            let rows = Tensor(values, shape: [count, size])
            return (0..<count).map { LatentNumbers(rows.sliced(axis: 0, $0..<$0 + 1)) }
        }
    }

    private static let mostInFile = 64

    private static func withTemporaryFile<Result>(_ body: (_ path: String) throws -> Result) rethrows
        -> Result
    {
        let path = NSTemporaryDirectory() + "/gan-studio-\(UUID().uuidString).npy"
        defer { unlink(path) }
        return try body(path)
    }
}
