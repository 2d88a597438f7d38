import Foundation
import GANs

/// A photo's way into the space of a generator, in turns with what else is computed.
@Compute
struct PhotoProjection {
    /// How far it is.
    struct Progress: Codable, Sendable {
        /// Of the work, 0 to 1.
        let share: Double
        let secondsLeft: Double?
        /// The root mean square difference of the pixels, 0 to 255.
        let difference: Double
        /// Of the image so far; final when all is done.
        let numbers: LatentNumbers
    }

    private let playground: LatentPlayground
    private let projection: LatentProjection
    private let photo: Image

    /// Seconds from one image that is shown to the next.
    private static let interval = Duration.milliseconds(500)

    /// - Parameters:
    ///   - photo: in the generator's format.
    ///   - path: of the checkpoint, whose discriminator compares features where there is one.
    init(
        _ photo: Image, in playground: LatentPlayground, checkpoint path: String,
        _ settings: LatentProjection.Settings = LatentProjection.Settings()
    ) throws {
        let format = playground.imageFormat
        guard (photo.width, photo.height, photo.channels) == (format.width, format.height, format.channels)
        else { throw StudioError(.badRequest, "the photo was not brought to the generator's size") }
        (self.photo, self.playground) = (photo, playground)
        let features = try TrainedDiscriminator(path: path)?.features(label: playground.label)
        projection = LatentProjection(in: playground.space, features: features, settings)
    }

    /// Projects, as `gan project` does.
    ///
    /// - Parameter report: told now and then how far it is, with the image so far, and at the end.
    /// - Throws: `CancellationError` if the task was cancelled.
    func run(report: (Progress, Image) throws -> Void) async throws {
        let search = LatentSearch(for: Tensor([photo]), projection)
        let start = ContinuousClock.now
        var shown = start
        while !search.isDone {
            let step = search.advance()
            if step != nil, !search.isDone, ContinuousClock.now - shown > PhotoProjection.interval {
                try await Compute.giveWay()
                try tell(search, since: start, report)
                shown = .now
            }
            try await Compute.giveWay()
        }
        try tell(search, since: start, report)
    }

    private func tell(
        _ search: LatentSearch, since start: ContinuousClock.Instant,
        _ report: (Progress, Image) throws -> Void
    ) throws {
        let match = search.matches[0]
        let share = Double(search.partsDone) / Double(search.partCount)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try report(
            Progress(
                share: share, secondsLeft: seconds / share * (1 - share),
                difference: 127.5 * match.pixelLoss.squareRoot(), numbers: LatentNumbers(match.latent)),
            playground.space.images(of: match.latent)[0])
    }
}

/// Decodes photos on a queue of its own: large ones take a while.
actor PhotoReader {
    private let executor = QueueExecutor("studio.photos")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The image in a PNG, JPEG, WebP or GIF file, brought to a format.
    ///
    /// - Throws: `ImageError` for what is no such file or too large.
    func image(in file: Data, as format: ImageFormat) throws -> Image {
        format.apply(to: try Image(decoding: [UInt8](file), path: "the file"))
    }
}
