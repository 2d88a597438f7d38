import Foundation
import GANs
import Images
import TestSupport
import Testing

/// Which layer takes which style, truncation, noise.
@Suite struct StyleMixingTests {
    /// A network whose noise and styles all matter: after some steps no strength is nothing any more.
    static func trained() throws -> TrainedGenerator {
        var training = TrainingConfiguration(
            StyleGANTests.small, learningRate: 0.02, batchSize: 4, seed: 3)
        training.discriminator = StyleGAN.discriminator
        training.recipe.movingAverage?.halfLifeInImages = 0
        let trainer = try Trainer(training)
        let reals = latents(seeds: [1], latentSize: 4 * 16 * 16 * 3).reshaped([4, 16, 16, 3])
        for _ in 0..<4 { _ = try trainer.step(reals) }
        return try withTemporaryFolder { folder in
            try trainer.save(to: folder + "/run.safetensors")
            return try TrainedGenerator(path: folder + "/run.safetensors")
        }
    }

    private static func styled(
        _ trained: TrainedGenerator, _ settings: StyleSettings = StyleSettings()
    ) throws -> StyledImages { try #require(StyledImages(trained, settings: settings)) }

    private static func some(_ seeds: [UInt64]) -> Tensor { latents(seeds: seeds, latentSize: 6) }

    @Test func `crossovers fall everywhere between layers`() {
        var stream = RandomStream(seed: 1, purpose: .drawing)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<6000 {
            let mixing = StyleMixing.random(layers: 6, probability: 0.9, from: &stream)
            let first = mixing.choice.filter { $0 == 0 }.count
            #expect(mixing.choice == mixing.choice.sorted() && mixing.choice.count == 6)
            #expect(mixing.isPlain == (first == 6))
            counts[first] += 1
        }
        // Five times the deviation of a count of 1080 in 6000, and of 600.
        #expect(counts[0] == 0 && counts[1...5].allSatisfy { abs($0 - 1080) < 150 })
        #expect(abs(counts[6] - 600) < 120)
        #expect(StyleMixing.random(layers: 6, probability: 0, from: &stream).isPlain)
        #expect(StyleMixing(layers: 5, replacing: 1..<3).choice == [0, 1, 1, 0, 0])
    }

    @Test func `scales share out the layers`() {
        func layers(_ count: Int) -> [Range<Int>] { StyleScale.allCases.map { $0.layers(of: count) } }
        // 8, 16, 32, 64, 256 and 1024 pixels.
        #expect(layers(4) == [0..<2, 2..<4, 4..<4])
        #expect(layers(6) == [0..<2, 2..<4, 4..<6])
        #expect(layers(8) == [0..<4, 4..<6, 6..<8])
        #expect(layers(10) == [0..<4, 4..<8, 8..<10])
        #expect(layers(14) == [0..<4, 4..<8, 8..<14])
        #expect(layers(18) == [0..<4, 4..<8, 8..<18])
    }

    @Test func `training mixes styles and draws noise from the pass's stream`() throws {
        let trained = try Self.trained()
        func images(seed: UInt64, mode: ForwardContext.Mode = .training) -> [Scalar] {
            let context = ForwardContext(mode: mode, random: RandomStream(seed: seed, purpose: .dropout))
            return trained.generator(Self.some([1, 2]), context).scalars
        }
        #expect(images(seed: 1) == images(seed: 1))
        #expect(images(seed: 1) != images(seed: 2))
        #expect(images(seed: 1, mode: .inference) == images(seed: 2, mode: .inference))
    }

    @Test func `styled images are the generator's`() throws {
        let trained = try Self.trained()
        let seeds = (0..<70).map(UInt64.init)
        let plain = trained.images(seeds: seeds)
        #expect(try Self.styled(trained).images(latents: Self.some(seeds), seeds: seeds) == plain)
    }

    @Test func `truncation moves toward the mean`() throws {
        let trained = try Self.trained()
        func images(_ psi: Double, layers: Int = 8) throws -> [Image] {
            try Self.styled(trained, StyleSettings(truncation: psi, truncatedLayers: layers))
                .images(latents: Self.some([1, 2, 3]), seeds: [1, 2, 3])
        }
        let (plain, mean) = (trained.images(seeds: [1, 2, 3]), try images(0))
        #expect(Set(plain.map(\.pixels)).count == 3)
        #expect(Set(mean.map(\.pixels)).count == 1)
        #expect(try images(1) == plain)
        #expect(try images(0, layers: 0) == plain)
        func distance(_ images: [Image]) -> Int {
            zip(images, mean).reduce(0) { sum, pair in
                sum + zip(pair.0.pixels, pair.1.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            }
        }
        #expect(try distance(images(0.5)) < distance(plain))
        #expect(try distance(images(0.5)) > 0)
        // The finest layers keep their styles.
        #expect(try Set(images(0, layers: 3).map(\.pixels)).count == 3)
    }

    /// Truncation of the first eight layers is StyleGAN's; StyleGAN2's program truncates all (`truncation_cutoff` none).
    @Test func `as many layers are truncated as were published`() throws {
        func truncated(_ model: any StyleModelConfiguration) throws -> Int {
            var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
            let generator = try #require(model.makeGenerator(from: &source) as? any StyleGenerator)
            return generator.truncatedLayers
        }
        #expect(try truncated(StyleGAN(size: 256, channelBase: 16, channelMaximum: 4)) == 8)
        let second = StyleGAN2(size: 256, channelBase: 16, channelMaximum: 4)
        #expect(try truncated(second) == second.layerCount)
    }

    @Test func `noise follows from the seed`() throws {
        let trained = try Self.trained()
        func images(_ noise: StyleSettings.Noise, _ seeds: [UInt64]) throws -> [Image] {
            try Self.styled(trained, StyleSettings(noise: noise))
                .images(latents: Self.some(seeds), seeds: seeds)
        }
        let random = try images(.random, [7, 8, 9])
        #expect(try images(.random, [9]) == [random[2]])
        #expect(try images(.constant, [7, 8, 9]) != random)
        #expect(try images(.none, [7, 8, 9]) != random)
        #expect(try images(.none, [7, 8, 9]) != images(.constant, [7, 8, 9]))
    }

    @Test func `the table's edges are the images themselves`() throws {
        let trained = try Self.trained()
        let styled = try Self.styled(trained)
        func table(_ layers: Range<Int>) -> [Image] {
            styled.table(rows: Self.some([1, 2]), columns: Self.some([3, 4, 5]), replacing: layers)
        }
        let images = trained.images(seeds: [1, 2, 3, 4, 5])
        let mixed = table(2..<4)
        #expect(mixed.count == 12 && mixed[0].pixels.allSatisfy { $0 == 255 })
        #expect(Array(mixed[1...3]) == Array(images[2...4]))
        #expect(mixed[4] == images[0] && mixed[8] == images[1])
        #expect(Set(mixed.map(\.pixels)).count == 12)
        // No layer leaves the rows' images, all layers give the columns'.
        #expect(Array(table(0..<0)[5...7]) == Array(repeating: images[0], count: 3))
        #expect(Array(table(0..<6)[9...11]) == Array(images[2...4]))
    }

    @Test func `variants differ in one respect`() throws {
        let trained = try Self.trained()
        let styled = try Self.styled(trained)
        let seeds: [UInt64] = [1, 2]
        func variants(_ variation: StyleSettings.Variation) -> [Image] {
            styled.variants(of: Self.some(seeds), seeds: seeds, in: variation, count: 3)
        }
        let plain = trained.images(seeds: seeds)
        let fine = variants(.style(layers: 4..<6))
        #expect(fine[0] == plain[0] && fine[3] == plain[1] && Set(fine.map(\.pixels)).count == 6)
        // Where all layers change, the variants are images of their own seeds, whatever the row.
        let all = variants(.style(layers: 0..<6))
        #expect(Array(all[1...2]) == trained.images(seeds: [1 << 32 + 1, 1 << 32 + 2]))
        #expect(Array(all[4...5]) == Array(all[1...2]))
        #expect(Set(variants(.noise).map(\.pixels)).count == 6)
    }

    @Test func `a model without styles has none to choose`() throws {
        try withTemporaryFolder { folder in
            let trained = try TrainedGenerator(path: SmallTraining.checkpoint(in: folder))
            #expect(StyledImages(trained) == nil)
        }
    }
}
