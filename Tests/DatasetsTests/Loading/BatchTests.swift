import Datasets
import Kernels
import Testing

@Suite struct BatchSamplerTests {
    @Test func everyEpochIsAnotherPermutation() {
        var sampler = BatchSampler(count: 50, seed: 7)
        let epochs = (0..<4).map { epoch in (0..<50).map { sampler.index(at: 50 * epoch + $0) } }
        for epoch in epochs { #expect(epoch.sorted() == Array(0..<50)) }
        #expect(Set(epochs).count == 4)
    }

    @Test func anyPositionCanBeAskedForFirst() {
        var forwards = BatchSampler(count: 13, seed: 3)
        let order = (0..<100).map { forwards.index(at: $0) }
        var backwards = BatchSampler(count: 13, seed: 3)
        #expect((0..<100).reversed().map { backwards.index(at: $0) } == order.reversed())
    }

    /// A changed order would make resumed runs see other images than they would have.
    @Test func theOrderNeverChanges() {
        var sampler = BatchSampler(count: 8, seed: 1)
        #expect((0..<16).map { sampler.index(at: $0) } == [7, 5, 6, 1, 4, 0, 2, 3, 6, 7, 1, 5, 2, 3, 4, 0])
        #expect((0..<16).filter { sampler.isFlipped(at: $0) } == [5, 6, 8, 9, 12])
    }

    @Test func firstPlacesAreEquallyLikely() {
        var counts = [0, 0, 0]
        for seed in 0..<3000 {
            var sampler = BatchSampler(count: 3, seed: UInt64(seed))
            counts[sampler.index(at: 0)] += 1
        }
        // Five standard deviations of a binomial count of 3000 at one third.
        for count in counts { #expect(abs(count - 1000) < 130) }
    }

    @Test func halfOfTheImagesAreFlipped() {
        let sampler = BatchSampler(count: 10, seed: 5)
        let flipped = (0..<4000).count { sampler.isFlipped(at: $0) }
        #expect(abs(flipped - 2000) < 160)
    }
}

@Suite struct BatchLoaderTests {
    @Test func samplesAreScaledToMinusOneToOne() throws {
        let dataset = try distinctDataset(5, size: 3, channels: 3)
        let loader = BatchLoader(dataset: dataset, batchSize: 4, seed: 1)
        let batch = loader.next()
        #expect(batch.count == 4 && batch.pixels.count == 4 * 27 && batch.position == 4)
        for (slot, index) in batch.indices.enumerated() {
            let samples = dataset.image(at: index).pixels
            for (place, sample) in samples.enumerated() {
                let expected = Scalar(sample) / 127.5 - 1
                #expect(abs(batch.pixels[slot * 27 + place] - expected) < 1e-6)
            }
        }
    }

    @Test func blackAndWhiteAreExact() throws {
        let source = InMemoryImages([.init(width: 2, height: 1, channels: 1, pixels: [0, 255])])
        let dataset = try Dataset(source, format: ImageFormat(width: 2, height: 1, channels: 1))
        let batch = BatchLoader(dataset: dataset, batchSize: 1, seed: 1).next()
        #expect(batch.pixels[0] == -1 && batch.pixels[1] == 1)
    }

    @Test func fewerImagesThanABatchFillIt() throws {
        let dataset = try distinctDataset(3, labels: [0, 1, 1])
        let batch = BatchLoader(dataset: dataset, batchSize: 8, seed: 2).next()
        #expect(batch.indices.count == 8)
        #expect(batch.indices[..<3].sorted() == [0, 1, 2] && batch.indices[3..<6].sorted() == [0, 1, 2])
        #expect(batch.labels == batch.indices.map { [0, 1, 1][$0] })
    }

    @Test func resumingAtAPositionGivesTheSameBits() throws {
        let dataset = try distinctDataset(11, size: 4, channels: 3)
        let whole = BatchLoader(dataset: dataset, batchSize: 4, seed: 9, flip: true)
        let batches = (0..<8).map { _ in snapshot(whole.next()) }
        let rest = BatchLoader(
            dataset: dataset, batchSize: 4, seed: 9, flip: true, position: batches[2].position)
        #expect((3..<8).map { _ in snapshot(rest.next()) } == Array(batches[3...]))
    }

    @Test func heldBatchesAreNotWrittenOver() throws {
        let dataset = try distinctDataset(40, size: 2)
        let loader = BatchLoader(dataset: dataset, batchSize: 3, seed: 4)
        let held = (0..<10).map { _ in loader.next() }
        let again = BatchLoader(dataset: dataset, batchSize: 3, seed: 4)
        for batch in held { #expect(snapshot(batch) == snapshot(again.next())) }
    }

    @Test func flippedImagesAreMirrored() throws {
        let dataset = try distinctDataset(6, size: 4, channels: 3)
        let plain = BatchLoader(dataset: dataset, batchSize: 30, seed: 6).next()
        let flipped = BatchLoader(dataset: dataset, batchSize: 30, seed: 6, flip: true).next()
        #expect(plain.indices == flipped.indices)
        let sampler = BatchSampler(count: 6, seed: 6)
        for slot in 0..<30 {
            let mirrored = sampler.isFlipped(at: slot)
            for row in 0..<4 {
                for column in 0..<4 {
                    for channel in 0..<3 {
                        let from = mirrored ? 3 - column : column
                        #expect(
                            flipped.pixels[((slot * 4 + row) * 4 + column) * 3 + channel]
                                == plain.pixels[((slot * 4 + row) * 4 + from) * 3 + channel])
                    }
                }
            }
        }
    }

    private struct Snapshot: Equatable {
        let pixels: [Scalar]
        let indices: [Int]
        let position: Int
    }

    private func snapshot(_ batch: Batch) -> Snapshot {
        Snapshot(
            pixels: batch.pixels.withUnsafeBufferPointer(Array.init), indices: batch.indices,
            position: batch.position)
    }
}
