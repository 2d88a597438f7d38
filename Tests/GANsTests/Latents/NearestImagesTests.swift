import Foundation
import GANs
import Images
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct NearestImagesTests {
    private func distance(_ a: Image, _ b: Image) -> Double {
        let squares = zip(a.pixels, b.pixels).map { pow(Double($0.0) - Double($0.1), 2) }
        return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }

    @Test(arguments: [false, true])
    func `the nearest are found as by comparing with all`(mirrored: Bool) throws {
        // More than are compared together.
        let dataset = try SmallTraining.dataset(count: 300)
        let others = (0..<3).map { Avatar.image(seed: 9, index: UInt64($0), size: 16) }
        var progress: [Int] = []
        let found = NearestImages(to: others, in: dataset, count: 4, mirrored: mirrored) {
            progress.append($0)
        }
        #expect(progress == [256, 300])
        for (image, neighbors) in zip(others, found.neighbors) {
            let all = (0..<dataset.count).map { index in
                let real = dataset.image(at: index)
                let plain = distance(image, real)
                return mirrored ? min(plain, distance(image, real.flippedHorizontally())) : plain
            }
            expectClose(neighbors.map(\.distance), Array(all.sorted().prefix(4)))
            for neighbor in neighbors { #expect(abs(all[neighbor.index] - neighbor.distance) < 1e-9) }
        }
    }

    @Test func `an image's own place can be left out`() throws {
        let dataset = try SmallTraining.dataset()
        let own = [3, 20]
        let images = own.map(dataset.image(at:))
        let with = NearestImages(to: images, in: dataset, count: 1)
        #expect(with.neighbors.map { $0[0].index } == own)
        #expect(with.neighbors.allSatisfy { $0[0].distance == 0 })
        let without = NearestImages(to: images, in: dataset, count: 1, excluding: own)
        #expect(without.neighbors.allSatisfy { $0[0].distance > 1 })
    }

    @Test func `copies are counted`() {
        let report = MemorizationReport(generated: [30, 4, 22], real: [19, 20, 21])
        #expect(report.generated == 22 && report.real == 20 && report.copies == 1)
    }
}
