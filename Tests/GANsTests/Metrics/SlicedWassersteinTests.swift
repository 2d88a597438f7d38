import GANs
import TestSupport
import Testing

@Suite struct SlicedWassersteinTests {
    /// Soft blots on a colored ground, others for each index.
    private func drawn(_ indices: Range<Int>, size: Int, channels: Int = 3) -> [Image] {
        indices.map { index in
            var random = RandomStream(seed: 5, purpose: .drawing, index: UInt64(index))
            let (x, y) = (random.uniform() * Double(size), random.uniform() * Double(size))
            let radius = 2 + random.uniform() * Double(size) / 4
            let ground = (0..<channels).map { 40 + 20 * Double($0) + 30 * random.uniform() }
            var pixels: [UInt8] = []
            for row in 0..<size {
                for column in 0..<size {
                    let (dx, dy) = (Double(column) - x, Double(row) - y)
                    let blot = 120 / (1 + (dx * dx + dy * dy) / (radius * radius))
                    pixels += ground.map { UInt8($0 + blot) }
                }
            }
            return Image(width: size, height: size, channels: channels, pixels: pixels)
        }
    }

    private func changed(_ images: [Image], _ change: (UInt8) -> UInt8) -> [Image] {
        images.map {
            Image(width: $0.width, height: $0.height, channels: $0.channels, pixels: $0.pixels.map(change))
        }
    }

    @Test func `equal sets are at no distance, and another of the same kind at little`() {
        let reals = drawn(0..<40, size: 64)
        #expect(SlicedWassersteinDistance(reals: reals, fakes: reals).levels.map(\.distance) == [0, 0, 0])
        let others = SlicedWassersteinDistance(reals: reals, fakes: drawn(40..<80, size: 64))
        #expect(others.levels.map(\.size) == [64, 32, 16])
        #expect(others.mean > 0)
        // Any order of the images, up to where neighborhoods are taken.
        let reversed = SlicedWassersteinDistance(reals: reals, fakes: reals.reversed())
        #expect(reversed.mean < others.mean)

        let darker = SlicedWassersteinDistance(reals: reals, fakes: changed(reals) { $0 - 30 })
        #expect(darker.levels[2].distance > 3 * others.levels[2].distance)
        let negative = SlicedWassersteinDistance(reals: reals, fakes: changed(reals) { 255 - $0 })
        #expect(negative.mean > 3 * others.mean)
        // Blocks of four by four pixels instead of smooth blots: most is wrong in the finest level.
        let coarse = reals.map { image -> Image in
            var coarse = image
            for place in image.pixels.indices {
                let (channel, x, y) = (place % 3, place / 3 % 64, place / 192)
                coarse.pixels[place] = image.pixels[(y / 4 * 4 * 64 + x / 4 * 4) * 3 + channel]
            }
            return coarse
        }
        let blocks = SlicedWassersteinDistance(reals: reals, fakes: coarse)
        #expect(blocks.levels[0].distance > 3 * others.levels[0].distance)
        #expect(blocks.levels[0].distance > blocks.levels[2].distance)
    }

    @Test func `the seed decides`() {
        let (reals, fakes) = (drawn(0..<10, size: 16), drawn(10..<20, size: 16))
        func distance(_ seed: UInt64) -> SlicedWassersteinDistance {
            SlicedWassersteinDistance(reals: reals, fakes: fakes, seed: seed)
        }
        #expect(distance(1) == distance(1) && distance(1) != distance(2))
    }

    @Test(arguments: [(7, [7]), (16, [16]), (31, [31]), (32, [32, 16]), (45, [45, 23])])
    func `small images have few levels`(size: Int, levels: [Int]) {
        let found = SlicedWassersteinDistance(
            reals: drawn(0..<3, size: size, channels: 1), fakes: drawn(3..<6, size: size, channels: 1))
        #expect(found.levels.map(\.size) == levels)
        #expect(found.levels.allSatisfy { $0.distance > 0 && $0.distance.isFinite })
    }

    /// Images of one gray: each neighborhood is a constant, so a unit direction sees the sum of its numbers,
    /// whose mean size is 7 sqrt(2 / pi) sqrt(49 / 49) in high dimensions.
    @Test func `a shift of flat images is known`() {
        let levels: [UInt8] = (0..<100).map { 50 + $0 }
        let reals = levels.map { Image(width: 16, height: 16, color: [$0]) }
        let fakes = levels.map { Image(width: 16, height: 16, color: [$0 + 20]) }
        // The deviation of 100 consecutive grays.
        let deviation = ((100.0 * 100 - 1) / 12).squareRoot()
        let expected = 1000 * 20 / deviation * (2 / Double.pi).squareRoot()
        let found = SlicedWassersteinDistance(reals: reals, fakes: fakes).mean
        #expect(abs(found / expected - 1) < 0.1)
    }

    @Test func `sets of different sizes are refused`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let image = Image(width: 16, height: 16, color: [0])
            _ = SlicedWassersteinDistance(reals: [image, image], fakes: [image])
        }
        expectMessage("2 reals and 1 fakes are not as many", of: result)
    }
}
