import GANs
import TestSupport
import Testing

@testable import Studio

@Suite struct SavedImageTests {
    private func request(_ points: [LatentPoint?], columns: Int = 1) -> SavedImageRequest {
        SavedImageRequest(
            generator: GeneratorChoice(checkpoint: ""), points: points, columns: columns, input: "",
            command: nil)
    }

    @Compute
    @Test func `one point is its image, several are a table`() throws {
        let playground = LatentPlayground(try TrainedGenerator(path: SmallGenerators.styles), label: nil)
        let size = playground.imageFormat.size
        let image = try playground.images(of: [.seed(3)], SynthesisSettings())[0]
        #expect(try request([.seed(3)]).image(in: playground) == image)
        let table = try request([nil, .seed(3), .seed(4), .seed(5)], columns: 2).image(in: playground)
        #expect((table.width, table.height) == (2 * size.width + 6, 2 * size.height + 6))
        // Nothing is white.
        #expect(
            table.cropped(x: 0, y: 0, width: size.width, height: size.height).pixels.allSatisfy { $0 == 255 })
    }

    @Compute
    @Test func `tables are refused that are no tables, or too large`() throws {
        let playground = LatentPlayground(try TrainedGenerator(path: SmallGenerators.styles), label: nil)
        let size = playground.imageFormat.size
        let tooMany = [LatentPoint?](repeating: nil, count: (1 << 25) / size.pixelCount) + [.seed(1)]
        for wanted in [
            request([]), request([nil]), request([.seed(1)], columns: 0), request(tooMany, columns: 9),
        ] {
            #expect(throws: StudioError.self) { try wanted.image(in: playground) }
        }
    }
}
