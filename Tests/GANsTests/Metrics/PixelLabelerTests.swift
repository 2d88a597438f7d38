import GANs
import TestSupport
import Testing

@Suite struct PixelLabelerTests {
    /// Disks and squares in gray levels of their own on a background, with their maps.
    private static func pairs(_ count: Int, seed: UInt64) throws -> PairedDataset {
        var stream = RandomStream(seed: seed, purpose: .drawing)
        var (maps, images): ([Image], [Image]) = ([], [])
        for _ in 0..<count {
            let label = 1 + Int(stream.uniform() * 2)
            let (x, y) = (4 + Int(stream.uniform() * 8), 4 + Int(stream.uniform() * 8))
            let labels = (0..<256).map { place in
                abs(place % 16 - x) < 4 && abs(place / 16 - y) < 4 ? UInt8(label) : 0
            }
            maps.append(Image(width: 16, height: 16, channels: 1, pixels: labels))
            let levels = labels.map { [40, 200, 120][Int($0)] + Int(stream.uniform() * 20) }
            images.append(
                Image(width: 16, height: 16, channels: 1, pixels: levels.map { UInt8($0) }))
        }
        let source = PairSource(InMemoryImages(maps), InMemoryImages(images))
        return try PairedDataset(
            source, first: ImageFormat(size: 16, channels: 1, resampling: .nearest),
            second: ImageFormat(size: 16, channels: 1))
    }

    @Test func `it learns what pixels show`() throws {
        var losses: [Double] = []
        let labeler = PixelLabeler(trainedOn: try Self.pairs(24, seed: 1), labelCount: 3, steps: 60) {
            #expect($0 == losses.count + 1)
            losses.append($1)
        }
        #expect(losses.count == 60 && losses[59] < 0.2 * losses[0])
        let fresh = try Self.pairs(12, seed: 2)
        var agreement = LabelAgreement(labelCount: 3)
        for index in 0..<12 {
            agreement.add(
                labeler.labels(of: fresh.second.tensor([index])), asked: fresh.first.labels(at: index))
        }
        #expect(agreement.accuracy > 0.97 && agreement.meanIntersectionOverUnion > 0.9)
        let again = PixelLabeler(trainedOn: try Self.pairs(24, seed: 1), labelCount: 3, steps: 60)
        #expect(
            again.labels(of: fresh.second.tensor([0, 1])) == labeler.labels(of: fresh.second.tensor([0, 1])))
    }

    @Test func `agreement counts pixels and labels`() {
        var agreement = LabelAgreement(labelCount: 4)
        agreement.add([0, 0, 1, 1], asked: [0, 0, 0, 1])
        agreement.add([2, 1], asked: [2, 2])
        #expect(agreement.accuracy == 4.0 / 6)
        // 2 of 3, 1 of 3, 1 of 2; label 3 is nowhere.
        #expect(abs(agreement.meanIntersectionOverUnion - (2.0 / 3 + 1.0 / 3 + 0.5) / 3) < 1e-12)
    }
}
