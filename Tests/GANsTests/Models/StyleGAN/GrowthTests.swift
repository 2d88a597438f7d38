import Foundation
import GANs
import TestSupport
import Testing

/// Networks that grow from 4x4.
@Suite struct GrowthTests {
    /// Phases of 24 images: 4x4, 8x8 faded in, 8x8, 16x16 faded in.
    private static let model: StyleGAN = {
        var model = StyleGANTests.small
        model.growth = Growth(phaseImages: 24)
        return model
    }()

    private static let configuration: TrainingConfiguration = {
        var training = TrainingConfiguration(model, batchSize: 2, seed: 3)
        training.recipe.regularizationInterval = 4
        return training
    }()

    private static func reals(_ count: Int) -> Tensor {
        latents(seeds: (0..<UInt64(count)).map { $0 }, latentSize: 16 * 16 * 3).reshaped([count, 16, 16, 3])
    }

    /// The stage that each network holds.
    private static func stages(_ trainer: Trainer) -> [[Scalar]] {
        func stage(_ network: any Module) -> [Scalar] {
            for entry in network.state where entry.name == "growth" {
                if case .buffer(let buffer) = entry.value { return buffer.value.scalars }
            }
            return []
        }
        let averaged = trainer.withSamplingWeights { stage(trainer.generator) }
        return [stage(trainer.generator), averaged, stage(trainer.discriminator)]
    }

    @Test func `resolutions stay and fade in by turns`() throws {
        let trainer = try Trainer(Self.configuration)
        var seen: [(images: Int, batch: Int, stage: [Scalar])] = []
        while trainer.progress.imagesSeen < 120 {
            let images = trainer.progress.imagesSeen
            let batch = trainer.batchSize
            _ = try trainer.step(Self.reals(batch))
            let stages = Self.stages(trainer)
            #expect(stages[0] == stages[1] && stages[0] == stages[2])
            seen.append((images, batch, stages[0]))
        }
        func stage(at images: Int) -> [Scalar] { seen.last { $0.images <= images }?.stage ?? [] }
        #expect(stage(at: 0) == [4, 1] && stage(at: 23) == [4, 1])
        #expect(stage(at: 24) == [8, 0] && stage(at: 36) == [8, 0.5])
        #expect(stage(at: 48) == [8, 1] && stage(at: 71) == [8, 1])
        #expect(stage(at: 72) == [16, 0] && stage(at: 84) == [16, 0.5])
        #expect(stage(at: 96) == [16, 1] && stage(at: 119) == [16, 1])
        // Batches of 4x4 and of a quarter of the size are four times as large, of half of it twice.
        #expect(seen.allSatisfy { $0.batch == [4: 8, 8: 4, 16: 2][$0.stage[0]] })
    }

    @Test func `optimizers begin anew with a resolution`() throws {
        let trainer = try Trainer(Self.configuration)
        var steps: [Int] = []
        try withTemporaryFolder { folder in
            for _ in 0..<8 {
                _ = try trainer.step(Self.reals(trainer.batchSize))
                try trainer.save(to: folder + "/run.safetensors")
                let header = try CheckpointContents(path: folder + "/run.safetensors").header
                let text = try #require(header["swift-gan"])
                let match = try #require(
                    try /"optimizerSteps":{[^}]*"generator":([0-9]+)/.firstMatch(in: text))
                steps.append(try #require(Int(match.1)))
            }
        }
        // Three steps of 8 images at 4x4, then those of 4 at 8x8.
        #expect(steps == [1, 2, 3, 1, 2, 3, 4, 5])
    }

    @Test func `a training is observed as it grows`() throws {
        try withTemporaryFolder { folder in
            let trainer = try Trainer(Self.configuration)
            let run = RunFolder(folder)
            try SmallTraining.run(trainer, into: run, steps: 100).run()
            #expect(Self.stages(trainer)[0] == [16, 1])
            let observation = try #require(try MetricsLog(run, lastStep: 100).rows.last?.observation)
            #expect(observation.diversity.isFinite && observation.generatorGradient > 0)
        }
    }

    @Test func `growth resumes in the middle of a fade`() throws {
        try withTemporaryFolder { folder in
            func run(_ trainer: Trainer, _ name: String, steps: Int) throws -> CheckpointContents {
                let runFolder = RunFolder(folder + "/" + name)
                try SmallTraining.run(trainer, into: runFolder, steps: steps, sampleEvery: 4).run()
                return try CheckpointContents(path: runFolder.latestCheckpoint)
            }
            // 36 images after 6 steps: 8x8 is half faded in; 88 after 22: 16x16.
            let whole = try run(Trainer(Self.configuration), "whole", steps: 24)
            for stop in [6, 22] {
                let name = "part \(stop)"
                _ = try run(Trainer(Self.configuration), name, steps: stop)
                let resumed = try Trainer(resumingFrom: RunFolder(folder + "/" + name).latestCheckpoint)
                #expect(Self.stages(resumed)[0][1] < 1 && Self.stages(resumed)[0][1] > 0)
                let parts = try run(resumed, name, steps: 24)
                #expect(parts.differences(from: whole) == [], "\(stop)")
                #expect(parts.header == whole.header)
            }
        }
    }

    @Test func `samples have the full size at every stage`() throws {
        let trainer = try Trainer(Self.configuration)
        for _ in 0..<30 {
            _ = try trainer.step(Self.reals(trainer.batchSize))
            let images = trainer.withSamplingWeights {
                trainer.generator(latents(seeds: [1, 2], latentSize: 6), .inference)
            }
            #expect(images.shape == [2, 16, 16, 3])
            let resolution = Int(Self.stages(trainer)[1][0])
            // Of a smaller resolution, in squares.
            let squares = images.scalars.enumerated().allSatisfy { index, value in
                let (row, column, channel) = (index / 48 % 16, index / 3 % 16, index % 3)
                let side = 16 / resolution
                let corner = index / 768 * 768 + (row / side * side * 16 + column / side * side) * 3 + channel
                return value == images.scalars[corner]
            }
            #expect(squares)
        }
    }

    @Test func `a new resolution begins as the one before, enlarged`() throws {
        func images(_ stage: [Scalar]) throws -> [Scalar] {
            var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
            let generator = Self.model.makeGenerator(from: &source)
            for entry in generator.state where entry.name == "growth" {
                guard case .buffer(let buffer) = entry.value else { continue }
                buffer.value.withMutableScalars { _ = $0.update(from: stage) }
            }
            return generator(latents(seeds: [1], latentSize: 6), .inference).scalars
        }
        #expect(try images([8, 0]) == images([4, 1]))
        #expect(try images([8, 1]) != images([4, 1]))
        let (old, new) = (try images([16, 0]), try images([16, 1]))
        let middle = zip(old, new).map { Double($0 + $1) / 2 }
        expectClose(try images([16, 0.5]), middle, absolute: 1e-6)
        // What no training writes is a network that has grown up.
        for stage in [[16, .nan], [5, 1], [.nan, .nan], [4, 0.5], [8, 2]] as [[Scalar]] {
            #expect(try images(stage) == new, "\(stage)")
        }
    }

    @Test func `growing takes half of a training`() {
        // Steps at 32x32 with batches of 8 at full size: 4x4 1, 8x8 2, 16x16 2 and 32x32 1 phases, in batches of
        // 32, 32, 16 and 8.
        let growth = Growth(size: 32, batchSize: 8, steps: 2000)
        let steps = Double(growth.phaseImages) * (1.0 / 32 + 2.0 / 32 + 2.0 / 16 + 1.0 / 8)
        #expect(abs(steps - 1000) < 1)
        #expect(Growth(size: 32, batchSize: 8, images: 12_000).phaseImages == 1000)
    }

    @Test func `networks that grow name a color layer for each resolution`() {
        var source = ParameterSource.blank
        let generator = Self.model.makeGenerator(from: &source)
        let names = generator.state.map(\.name)
        #expect(names.filter { $0.hasPrefix("to_pixels") && $0.hasSuffix("weight") }.count == 3)
        #expect(names.contains("growth"))
        #expect(generator.parameterCount > 1000)
        let discriminator = Self.model.makeDiscriminator(from: &source)
        let layers = discriminator.state.filter { $0.name.hasPrefix("from_pixels") }
        #expect(layers.map(\.shape) == [[4, 3, 1, 1], [4], [8, 3, 1, 1], [8], [8, 3, 1, 1], [8]])
    }

    @Test func `shown images are shrunk and blended`() {
        let images = Self.reals(2)
        let half = images.averagePooled()
        #expect(GrowthStage(resolution: 16, fade: 1).shown(images).scalars == images.scalars)
        #expect(GrowthStage(resolution: 8, fade: 1).shown(images).scalars == half.scalars)
        let blended = half.averagePooled().upsampled() * 0.75 + half * 0.25
        expectClose(
            GrowthStage(resolution: 8, fade: 0.25).shown(images).scalars,
            blended.scalars.map { Double($0) },
            absolute: 1e-6)
    }
}
