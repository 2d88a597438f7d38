import Foundation
import GANs
import Testing

@testable import Studio

@Suite struct NeighborFinderTests {
    private func image(_ value: Int) -> Image {
        Image(width: 4, height: 4, channels: 3, pixels: [UInt8](repeating: UInt8(value), count: 48))
    }

    private func withFolder(_ body: (_ path: String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "/neighbors-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test func `the nearest training images come first, with what is usual among them`() async throws {
        try await withFolder { folder in
            for value in [0, 100, 110, 200] { try image(value).writePNG(to: "\(folder)/\(value).png") }
            let (finder, format) = (NeighborFinder(), ImageFormat(size: 4, channels: 3))
            let training = NeighborFinder.Training(data: folder, isMirrored: false)
            let (found, images) = try await finder.nearest(to: image(103), as: format, in: training) { _ in }
            #expect(found.names == ["100.png", "110.png", "200.png", "0.png"])
            #expect(found.distances == [3, 7, 97, 103])
            #expect(images == [100, 110, 200, 0].map(image))
            // 100, 10, 10 and 90 from each other's nearest.
            #expect(found.usual == 90)
            // Which are kept, whatever becomes of the files.
            try FileManager.default.removeItem(atPath: folder + "/100.png")
            let again = try await finder.nearest(to: image(103), as: format, in: training) { _ in }
            #expect(again.found.names == found.names)
        }
    }

    @Test func `a mirrored training image is found where training mirrors`() async throws {
        try await withFolder { folder in
            let pixels = (0..<48).map { UInt8($0 * 5) }
            let training = Image(width: 4, height: 4, channels: 3, pixels: pixels)
            try training.writePNG(to: folder + "/one.png")
            let (found, images) = try await NeighborFinder().nearest(
                to: training.flippedHorizontally(), as: ImageFormat(size: 4, channels: 3),
                in: NeighborFinder.Training(data: folder, isMirrored: true)
            ) { _ in }
            #expect(found.distances == [0] && found.areMirrored == [true] && found.usual == nil)
            #expect(images == [training.flippedHorizontally()])
        }
    }

    @Test func `checkpoints of no run, and data that is gone, are told`() async throws {
        try await withFolder { folder in
            let runs = RunLibrary(folder, advice: { _, _ in "" })
            let library = GeneratorLibrary(runs: runs, shipped: [SmallGenerators.folder])
            let id = try #require(await library.summaries().first { $0.name == "styles-64" }).id
            await #expect {
                try await library.training(of: id)
            } throws: {
                "\($0)".contains("is of no run here")
            }
            await #expect(throws: StudioError.self) { try await library.training(of: "1") }
        }
    }
}
