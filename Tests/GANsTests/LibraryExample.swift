import Foundation
import GANs
import TestSupport
import Testing

// README: begin
/// Draws a small data set, trains a small DCGAN on it and makes images with what it learned.
func trainOnFaces(folder: String) throws {
    let faces = (0..<500).map { Avatar.image(seed: 0, index: $0, size: 32) }
    let dataset = try Dataset(InMemoryImages(faces), format: ImageFormat(size: 32, channels: 3))

    var configuration = TrainingConfiguration(DCGAN(size: 32, channels: 3, width: 16))
    configuration.recipe.batchSize = 16
    let loop = try TrainingLoop(
        Trainer(configuration), on: ImageData(dataset, for: configuration), into: RunFolder(folder),
        schedule: Schedule(end: .steps(20)))
    try loop.run()

    let trained = try TrainedGenerator(path: loop.folder.latestCheckpoint)
    try Image.grid(trained.images(seeds: Array(0..<16))).writePNG(to: folder + "/faces.png")
}
// README: end

/// The README's example of the library, kept compiling and running.
@Suite struct LibraryExample {
    @Test func `the example runs`() throws {
        try withTemporaryFolder { folder in
            try trainOnFaces(folder: folder)
            let faces = try Image(decoding: folder + "/faces.png")
            #expect(faces.width == 4 * 34 + 2 && faces.height == 4 * 34 + 2 && faces.channels == 3)
        }
    }

    @Test func `the README shows it`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let example = try #require(
            source.components(separatedBy: "// README: begin\n").dropFirst().first?
                .components(separatedBy: "// README: end").first)
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(readme.contains(example))
    }
}
