import Foundation
import GANs
import Testing

@testable import Studio

@Suite struct PhotoProjectionTests {
    private var settings: LatentProjection.Settings {
        var settings = LatentProjection.Settings()
        (settings.steps, settings.candidates, settings.starts) = (40, 32, 2)
        return settings
    }

    @Compute
    @Test func `a photo is projected in turns, to what the library finds at once`() async throws {
        let path = SmallGenerators.styles
        let trained = try TrainedGenerator(path: path)
        let playground = LatentPlayground(trained, label: nil)
        let photo = trained.images(seeds: [1000])[0]
        let projection = try PhotoProjection(photo, in: playground, checkpoint: path, settings)
        var told: [PhotoProjection.Progress] = []
        try await projection.run { progress, image in
            told.append(progress)
            #expect((image.width, image.height) == (64, 64))
        }
        let last = try #require(told.last)
        #expect(last.share == 1 && last.secondsLeft == 0)
        #expect(told.map(\.share) == told.map(\.share).sorted())
        let space = try #require(LatentSpace(stylesOf: trained))
        let match = LatentProjection(in: space, settings).match(Tensor([photo]))[0]
        #expect(last.numbers == LatentNumbers(match.latent))
        // It is a sample like any other, and its image is like the photo.
        let made = try playground.images(of: [.numbers(last.numbers)], SynthesisSettings())[0]
        #expect(abs(made.rootMeanSquareDifference(from: photo) - last.difference) < 1)
        let others = trained.images(seeds: [0, 1, 2]).map { $0.rootMeanSquareDifference(from: photo) }
        #expect(last.difference < others.min() ?? 0)
    }

    @Compute
    @Test func `a projection that nobody waits for ends`() async throws {
        let task = Task { @Compute in
            let playground = LatentPlayground(try TrainedGenerator(path: SmallGenerators.styles), label: nil)
            let photo = Image(
                width: 64, height: 64, channels: 3, pixels: [UInt8](repeating: 90, count: 64 * 64 * 3))
            var settings = LatentProjection.Settings()
            settings.steps = 100_000
            try await PhotoProjection(photo, in: playground, checkpoint: SmallGenerators.styles, settings)
                .run { _, _ in }
        }
        try await Task.sleep(for: .milliseconds(300))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Compute
    @Test func `a photo of another size is refused`() throws {
        let playground = LatentPlayground(try TrainedGenerator(path: SmallGenerators.styles), label: nil)
        let photo = Image(width: 8, height: 8, channels: 3, pixels: [UInt8](repeating: 90, count: 192))
        #expect(throws: StudioError.self) {
            try PhotoProjection(photo, in: playground, checkpoint: SmallGenerators.styles)
        }
    }

    @Test func `files are brought to the generator's size, and what is no image is refused`() async throws {
        let format = ImageFormat(size: 16, channels: 3)
        let image = Image(width: 40, height: 30, channels: 1, pixels: [UInt8](repeating: 200, count: 1200))
        let read = try await PhotoReader().image(in: Data(image.pngData()), as: format)
        #expect((read.width, read.height, read.channels) == (16, 16, 3))
        #expect(read.pixels.allSatisfy { $0 == 200 })
        for file in [Data(), Data("no image".utf8), Data(image.pngData().prefix(60))] {
            await #expect(throws: ImageError.self) { try await PhotoReader().image(in: file, as: format) }
        }
    }
}

/// The checkpoints that ship.
enum SmallGenerators {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../checkpoints").standardizedFileURL.path
    static let styles = folder + "/styles-64.safetensors"
}
