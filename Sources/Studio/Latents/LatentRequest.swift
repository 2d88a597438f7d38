import Checkpoints
import Foundation
import GANs

/// Which generator makes images, and how.
struct GeneratorChoice: Codable, Sendable {
    let checkpoint: String
    /// The class of all images, of a class-conditional generator.
    var label: Int?
    var truncation: Double
    var noise: Bool

    func settings() throws(StudioError) -> SynthesisSettings {
        guard (-2...2).contains(truncation) else {
            throw StudioError(.badRequest, "truncation must lie between -2 and 2")
        }
        return SynthesisSettings(truncation: truncation, noise: noise)
    }
}

/// An image that the page asks for.
struct ImageRequest: Codable, Sendable {
    let generator: GeneratorChoice
    let point: LatentPoint
    /// Comes back with the image.
    let turn: UInt32
}

/// Images that are all to come.
struct ImagesRequest: Codable, Sendable {
    let generator: GeneratorChoice
    let points: [LatentPoint]

    /// - Throws: `StudioError` if there are none or too many.
    func checkedPoints() throws(StudioError) -> [LatentPoint] {
        guard (1...256).contains(points.count) else {
            throw StudioError(.badRequest, "1 to 256 images are made at once")
        }
        return points
    }
}

/// A point to be saved.
struct PointFile: Codable, Sendable {
    let generator: GeneratorChoice
    let point: LatentPoint
}

/// A direction to be saved.
struct DirectionFile: Codable, Sendable {
    let generator: GeneratorChoice
    let attribute: LatentPoint.Attribute
}

/// What an image was asked for by.
struct ImageTurn: Codable, Sendable { let turn: UInt32 }

extension Data {
    /// Latents or styles as a `.npy` file, as `gan sample --latents` reads them.
    ///
    /// - Shapes: `[1, size]`
    init(npy numbers: Tensor, content: LatentSpace.Content) throws {
        let size = numbers.shape[1]
        let path = NSTemporaryDirectory() + "/gan-studio-\(UUID().uuidString).npy"
        defer { unlink(path) }
        let array = NumpyArray(
            shape: content == .styles ? [1, 1, size] : [1, size], values: numbers.scalars.map { Float($0) })
        try array.write(to: path)
        self = try Data(contentsOf: URL(fileURLWithPath: path))
    }
}
