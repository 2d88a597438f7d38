import Datasets
import Testing

@Suite struct SplitTests {
    @Test func everyImageIsInOnePart() throws {
        let whole = try distinctDataset(40)
        let (training, heldOut) = whole.split(heldOut: 7, seed: 1)
        #expect(training.count == 33 && heldOut.count == 7)
        func images(_ dataset: Dataset) -> [[UInt8]] {
            (0..<dataset.count).map { dataset.image(at: $0).pixels }
        }
        let places = Dictionary(uniqueKeysWithValues: zip(images(whole), 0...))
        let (first, second) = (images(training).map { places[$0]! }, images(heldOut).map { places[$0]! })
        #expect((first + second).sorted() == Array(0..<40))
        #expect(first == first.sorted() && second == second.sorted(), "both keep the order")
        #expect(training.format == whole.format && training.summary.count == 40)
        #expect(training.labels == nil && heldOut.labels == nil)
    }

    @Test func theSeedDecides() throws {
        let whole = try distinctDataset(40)
        func heldOut(_ seed: UInt64) -> [Int] {
            let part = whole.split(heldOut: 5, seed: seed).heldOut
            return (0..<part.count).map { Int(part.image(at: $0).pixels[0]) }
        }
        #expect(heldOut(3) == heldOut(3) && heldOut(3) != heldOut(4))
    }

    /// Of 50, 30 and 16 images an eighth is 6.25, 3.75 and 2.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyClassGivesItsShare(seed: UInt64) throws {
        let labels = (0..<96).map { $0 % 2 == 0 && $0 < 60 ? 1 : $0 % 6 == 5 ? 2 : 0 }
        let counts = (0..<3).map { label in labels.count { $0 == label } }
        #expect(counts == [50, 30, 16])
        let (training, heldOut) = try distinctDataset(96, labels: labels).split(heldOut: 12, seed: seed)
        #expect(heldOut.classNames == training.classNames && heldOut.classNames.count == 3)
        let held = (0..<3).map { label in heldOut.labels!.count { $0 == label } }
        #expect((6...7).contains(held[0]) && (3...4).contains(held[1]) && held.reduce(0, +) == 12)
        // The labels belong to their images: those of the n-th begin with 4 n.
        for part in [training, heldOut] {
            for index in 0..<part.count where part.image(at: index).pixels[0] % 4 == 0 {
                let candidates = stride(from: Int(part.image(at: index).pixels[0]) / 4, to: 96, by: 64)
                #expect(candidates.contains { labels[$0] == part.labels![index] })
            }
        }
    }

    @Test func everyImageIsEquallyLikelyHeldOut() throws {
        let whole = try distinctDataset(10, labels: [0, 0, 0, 1, 1, 1, 1, 1, 1, 2])
        var counts = [Int](repeating: 0, count: 10)
        for seed in 0..<2000 as Range<UInt64> {
            let part = whole.split(heldOut: 3, seed: seed).heldOut
            for index in 0..<3 { counts[Int(part.image(at: index).pixels[0]) / 4] += 1 }
        }
        // Five standard deviations of a binomial count of 2000 at three tenths.
        for count in counts { #expect(abs(count - 600) < 103) }
    }

    @Test func partsCanBeLoadedAndSplitAgain() throws {
        let (training, heldOut) = try distinctDataset(30).split(heldOut: 10, seed: 0)
        let batch = BatchLoader(dataset: heldOut, batchSize: 10, seed: 1).next()
        let values = Set(batch.indices.map { heldOut.image(at: $0).pixels })
        #expect(values.count == 10)
        let (_, second) = training.split(heldOut: 5, seed: 0)
        #expect(values.isDisjoint(with: (0..<5).map { second.image(at: $0).pixels }))
        #expect(training.split(heldOut: 0, seed: 0).training.count == 20)
    }

    @Test(arguments: [(1, 0), (19, 0), (20, 2), (105, 10), (5_000, 500), (70_000, 500)])
    func aTenthIsHeldOut(images: Int, expected: Int) {
        #expect(Dataset.suggestedHeldOut(images: images) == expected)
    }
}
