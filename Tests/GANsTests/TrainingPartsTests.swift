import Foundation
import GANs
import TestSupport
import Testing

@Suite struct AdversarialLossTests {
    @Test func `losses equal the published formulas`() {
        let (real, fake) = ([-2.5, -0.3, 0, 0.8, 4], [1.5, -3, 0.2, -0.1, 2])
        func sigmoid(_ score: Double) -> Double { 1 / (1 + exp(-score)) }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        func tensor(_ values: [Double]) -> Tensor { Tensor(values.map { Scalar($0) }, shape: [values.count]) }
        let loss = AdversarialLoss.nonSaturating
        expectClose(
            [loss.discriminatorLoss(real: tensor(real), fake: tensor(fake)).scalar],
            [mean(real.map { -log(sigmoid($0)) }) + mean(fake.map { -log(1 - sigmoid($0)) })],
            absolute: 1e-6)
        expectClose(
            [loss.generatorLoss(fake: tensor(fake), real: tensor(real)).scalar],
            [mean(fake.map { -log(sigmoid($0)) })], absolute: 1e-6)
    }

    /// Where the formulas as written would give infinity.
    @Test func `extreme scores give finite losses`() {
        let loss = AdversarialLoss.nonSaturating
        let (low, high) = (Tensor([-300], shape: [1]), Tensor([300], shape: [1]))
        #expect(loss.generatorLoss(fake: low, real: high).scalar == 300)
        #expect(loss.generatorLoss(fake: high, real: low).scalar < 1e-30)
        #expect(loss.discriminatorLoss(real: low, fake: high).scalar == 600)
        #expect(loss.discriminatorLoss(real: high, fake: low).scalar < 1e-30)
    }
}

@Suite struct MovingAverageTests {
    private final class Number: Module {
        let weight: Parameter
        init(_ value: Scalar) { weight = Parameter(Tensor([value], shape: [1])) }
        var value: Double { Double(weight.value.scalars[0]) }
    }

    @Test func `after its half-life in images, what was before weighs half`() {
        let (average, network) = (Number(1), Number(0))
        let moving = MovingAverage(halfLifeInImages: 120)
        for step in 1...12 {
            moving.update(average, from: network, imagesInStep: 10, imagesSeen: 1_000_000 + 10 * step)
        }
        expectClose([average.value], [0.5], absolute: 1e-6)
        for step in 13...24 {
            moving.update(average, from: network, imagesInStep: 10, imagesSeen: 1_000_000 + 10 * step)
        }
        expectClose([average.value], [0.25], absolute: 1e-6)
    }

    @Test func `early on the half-life is a share of the images seen`() {
        let (average, network) = (Number(1), Number(0))
        // 5% of 200 are 10, a step's images.
        MovingAverage(halfLifeInImages: 10_000).update(
            average, from: network, imagesInStep: 10, imagesSeen: 200)
        expectClose([average.value], [0.5], absolute: 1e-6)
    }

    @Test func `a half-life of zero is no average`() {
        let (average, network) = (Number(1e8), Number(0.123))
        MovingAverage(halfLifeInImages: 0).update(average, from: network, imagesInStep: 1, imagesSeen: 1_000)
        #expect(average.value == network.value)
    }
}

@Suite struct LatentsTests {
    @Test func `a seed's latent does not depend on its neighbors`() {
        let size = 7
        let alone = latents(seeds: [4], latentSize: size).scalars
        let among = latents(seeds: [9, 4, 0, .max], latentSize: size).scalars
        #expect(Array(among[size..<2 * size]) == alone)
        #expect(Array(among[..<size]) != alone)
        #expect(latents(seeds: [], latentSize: size).shape == [0, size])
    }

    @Test func `a seed's image does not depend on its neighbors`() throws {
        try withTemporaryFolder { folder in
            let trained = try TrainedGenerator(path: SmallTraining.checkpoint(in: folder))
            let among = trained.images(seeds: Array(0..<70))
            #expect(Set(among).count == 70)
            for seed in [0, 7, 63, 64, 69] {
                #expect(trained.images(seeds: [UInt64(seed)]) == [among[seed]])
            }
        }
    }

    @Test func `values become the nearest bytes`() {
        let tensor = Tensor([-1, -0.999, 0, 0.5, 1, 7], shape: [1, 2, 3, 1])
        #expect(
            images(tensor) == [
                Image(width: 3, height: 2, channels: 1, pixels: [0, 0, 128, 191, 255, 255])
            ])
    }

    @Test func `an export makes the same images`() throws {
        try withTemporaryFolder { folder in
            let checkpoint = try SmallTraining.checkpoint(in: folder)
            for raw in [false, true] {
                let trained = try TrainedGenerator(path: checkpoint, raw: raw)
                try trained.export(to: folder + "/generator.safetensors")
                let exported = try TrainedGenerator(path: folder + "/generator.safetensors")
                #expect(exported.header.kind == .generator)
                #expect(exported.header.training == SmallTraining.configuration)
                #expect(exported.images(seeds: [0, 1]) == trained.images(seeds: [0, 1]))
            }
            #expect(
                try TrainedGenerator(path: checkpoint).images(seeds: [0])
                    != TrainedGenerator(path: checkpoint, raw: true).images(seeds: [0]))
        }
    }
}

@Suite struct ConfigurationTests {
    @Test func `settings survive being written as JSON`() throws {
        var configuration = SmallTraining.configuration
        configuration.recipe.generatorOptimizer = .rmsProp(learningRate: 5e-5, decay: 0.99, epsilon: 1e-8)
        configuration.recipe.discriminatorOptimizer = .sgd(learningRate: 0.1, momentum: 0.9)
        configuration.data.fit = .pad
        configuration.seed = .max
        for end in [Schedule.End.steps(3), .epochs(1.5), .minutes(2)] {
            let record = RunRecord(
                data: "a folder", images: 3, training: configuration, schedule: Schedule(end: end))
            let read = try JSONDecoder().decode(
                RunRecord.self, from: JSONEncoder().encode(record))
            #expect(read.training == configuration)
            #expect(read.schedule == record.schedule)
            #expect(read.data == "a folder")
        }
    }

    @Test func `differences are named in words`() {
        let configuration = SmallTraining.configuration
        var other = configuration
        #expect(configuration.differences(from: other) == [])
        other.model = DCGAN(size: 16, channels: 3, latentSize: 8, width: 6)
        other.data.flip = false
        #expect(configuration.differences(from: other) == ["width 4, not 6", "flip true, not false"])
        other = TrainingConfiguration(
            configuration.model, learningRate: 0.001, batchSize: 4, flip: true, seed: 5)
        // Both optimizers' rates, which one option sets.
        #expect(configuration.differences(from: other) == ["learningRate 0.0002, not 0.001"])
    }

    @Test func `settings without sense are refused`() {
        let good = SmallTraining.configuration
        func refuse(
            _ change: (inout TrainingConfiguration) -> Void, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            var bad = good
            change(&bad)
            #expect(throws: ConfigurationError.self, sourceLocation: sourceLocation) { try bad.validate() }
        }
        func adam(_ rate: Double, _ beta1: Double) -> OptimizerConfiguration {
            .adam(learningRate: rate, beta1: beta1, beta2: 0.999, epsilon: 1e-8)
        }
        refuse { $0.recipe.batchSize = 0 }
        refuse { $0.recipe.batchSize = -4 }
        refuse { $0.recipe.generatorOptimizer = adam(0, 0.5) }
        refuse { $0.recipe.generatorOptimizer = adam(.nan, 0.5) }
        refuse { $0.recipe.discriminatorOptimizer = adam(-1e-4, 0.5) }
        refuse { $0.recipe.discriminatorOptimizer = adam(1e-4, 1) }
        refuse { $0.recipe.movingAverage?.halfLifeInImages = -1 }
        refuse { $0.recipe.movingAverage?.halfLifeInImages = .infinity }
        refuse { $0.model = DCGAN(size: 100) }
    }
}
