import Foundation
import GANs

/// A walk from one point to another as a GIF, as `gan interpolate` makes it.
struct WalkAnimation: Codable, Sendable {
    let generator: GeneratorChoice
    /// Two points.
    let ends: [LatentPoint]
    /// Steps from one end to the other.
    let frames: Int
    /// Whether it goes back, too.
    let isLoop: Bool
    /// The command that makes the same, where there is one.
    var command: String?

    /// Seconds that each image is shown, as by default in a terminal.
    private static let secondsPerFrame = 1 / 20.0
    /// Pixels of all images.
    private static let mostPixels = 1 << 25

    /// The places of the images on the way.
    var shares: [Double] {
        let there = (0...frames).map { Double($0) / Double(frames) }
        return isLoop ? there + there.dropFirst().dropLast().reversed() : there
    }

    /// - Throws: `StudioError` for too many images.
    func check(size: ImageSize) throws(StudioError) {
        guard ends.count == 2, (1...200).contains(frames),
            2 * frames * size.pixelCount <= WalkAnimation.mostPixels
        else {
            throw StudioError(
                .badRequest,
                "1 to \(min(200, WalkAnimation.mostPixels / (2 * size.pixelCount))) steps are possible")
        }
    }

    /// The bytes of the file.
    ///
    /// - Parameter progress: told the share that is done.
    @Compute
    func file(of playground: LatentPlayground, progress: (Double) throws -> Void) async throws -> Data {
        try check(size: playground.imageFormat.size)
        let (shares, settings) = (shares, try generator.settings())
        var images: [Image] = []
        for share in shares {
            let point = LatentPoint.walk(ends[0], ends[1], share: share)
            images += try playground.images(of: [point], settings)
            try progress(Double(images.count) / Double(shares.count + 1))
            try await Compute.giveWay()
        }
        let origin = playground.origin?.with(input: "a walk", command: command)
        return try await WalkAnimation.encoded(images, origin)
    }

    /// Away from the thread that networks compute on.
    @concurrent
    private static func encoded(_ images: [Image], _ origin: ImageOrigin?) async throws -> Data {
        let path = NSTemporaryDirectory() + "/gan-studio-\(UUID().uuidString).gif"
        defer { unlink(path) }
        try AnimationFile.write(
            images, secondsPerFrame: secondsPerFrame, texts: origin?.texts ?? [], to: path)
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }
}
