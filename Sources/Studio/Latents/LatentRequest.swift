import Foundation
import GANs
import Images

/// Which generator makes images, and how.
struct GeneratorChoice: Codable, Sendable {
    let checkpoint: String
    /// The class of all images, of a class-conditional generator.
    var label: Int?
    var truncation = 1.0
    /// Layers that truncation acts on, from the coarsest; nil for as many as the model was published with.
    var cutoff: Int?
    var noise = true

    func settings() throws(StudioError) -> SynthesisSettings {
        guard (-2...2).contains(truncation) else {
            throw StudioError(.badRequest, "truncation must lie between -2 and 2")
        }
        guard (0...64).contains(cutoff ?? 0) else {
            throw StudioError(.badRequest, "the cutoff of truncation must lie between 0 and 64")
        }
        return SynthesisSettings(truncation: truncation, cutoff: cutoff, noise: noise)
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

/// An image that is saved: of one point, or a table of them.
struct SavedImageRequest: Codable, Sendable {
    let generator: GeneratorChoice
    /// Row by row; null where a table has nothing.
    let points: [LatentPoint?]
    /// Of the table.
    let columns: Int
    /// What the page calls it.
    let input: String
    /// The command that makes the same, where there is one.
    let command: String?

    /// Pixels of all images.
    private static let mostPixels = 1 << 25

    /// - Throws: `StudioError` if there are none or too many.
    @Compute
    func image(in playground: LatentPlayground) throws -> Image {
        let wanted = ImagesRequest(generator: generator, points: points.compactMap(\.self))
        let format = playground.imageFormat
        let most = SavedImageRequest.mostPixels / format.size.pixelCount
        guard columns > 0, points.count <= most else {
            throw StudioError(.badRequest, "a table of 1 to \(most) images of this size can be saved")
        }
        var made = try playground.images(of: wanted.checkedPoints(), generator.settings())[...]
        if points.count == 1 { return made[0] }
        let nothing = Image(width: format.width, height: format.height, color: [255, 255, 255])
        return Image.grid(points.map { $0 == nil ? nothing : made.removeFirst() }, columns: columns)
    }
}

/// A point that something is asked for: its numbers, or its neighbors.
struct PointRequest: Codable, Sendable {
    let generator: GeneratorChoice
    let point: LatentPoint
}

/// A direction whose numbers are asked for.
struct DirectionRequest: Codable, Sendable {
    let generator: GeneratorChoice
    let attribute: LatentPoint.Attribute
}

/// What an image was asked for by.
struct ImageTurn: Codable, Sendable { let turn: UInt32 }
