import Foundation
import GANs
import TestSupport
import Testing

/// The same training gives the same bits, however it is cut and on however many threads. Serialized: the
/// number of threads belongs to the whole process.
@Suite(.serialized) struct ResumeTests {
    private static func uninterrupted(_ folder: String, steps: Int) throws -> CheckpointContents {
        let runFolder = RunFolder(folder + "/whole")
        try SmallTraining.run(Trainer(SmallTraining.configuration), into: runFolder, steps: steps).run()
        return try CheckpointContents(path: runFolder.latestCheckpoint)
    }

    @Test func `twenty steps are ten, saved and loaded, and ten`() throws {
        let (half, whole) = try SmallTraining.expectExactResume(of: SmallTraining.configuration)
        // So that equality means something: ten steps changed everything but the count of batches
        // that the average's statistics are taken over.
        #expect(
            half.tensors.keys.filter { half.tensors[$0] == whole.tensors[$0] }.sorted() == [
                "generator_average.main.1.num_batches_tracked",
                "generator_average.main.4.num_batches_tracked",
            ])
        let names = Set(whole.tensors.keys)
        #expect(
            names.isSuperset(of: [
                "generator.main.0.weight", "discriminator.main.3.running_var",
                "generator_average.main.1.running_mean", "generator.main.1.num_batches_tracked",
                "optimizer.discriminator.second_moment.discriminator.main.5.weight",
            ]))
    }

    @Test func `samples, checkpoints and interruptions leave no trace`() throws {
        try withTemporaryFolder { folder in
            let whole = try Self.uninterrupted(folder, steps: 13)
            let runFolder = RunFolder(folder + "/pieces")
            var trainer = try Trainer(SmallTraining.configuration)
            for stop in [1, 4, 9, 13] {
                let run = try SmallTraining.run(
                    trainer, into: runFolder, steps: 13, sampleEvery: 3, checkpointEvery: 2)
                try run.run { run.trainer.progress.step == stop }
                #expect(run.trainer.progress.step == stop)
                trainer = try Trainer(resumingFrom: runFolder.latestCheckpoint)
            }
            let pieces = try CheckpointContents(path: runFolder.latestCheckpoint)
            #expect(pieces.differences(from: whole) == [])
            #expect(pieces.header == whole.header)
        }
    }

    @Test func `the number of threads changes nothing`() throws {
        defer { Parallel.threads = 0 }
        let configuration = TrainingConfiguration(
            DCGAN(size: 32, latentSize: 16, width: 16), batchSize: 12)
        let images = (0..<12).map { Avatar.image(seed: 1, index: $0, size: 32) }
        let dataset = try Dataset(
            InMemoryImages(images), format: ImageFormat(size: 32, channels: 3))
        try withTemporaryFolder { folder in
            let checkpoints = try [1, 2, 4].map { threads in
                Parallel.threads = threads
                let runFolder = RunFolder(folder + "/\(threads)")
                try TrainingLoop(
                    Trainer(configuration), on: dataset, into: runFolder,
                    schedule: Schedule(end: .steps(20))
                ).run()
                return try CheckpointContents(path: runFolder.latestCheckpoint)
            }
            for other in checkpoints[1...] {
                #expect(other.differences(from: checkpoints[0]) == [])
                #expect(other.header == checkpoints[0].header)
            }
        }
    }

    /// Matrix products, and sweeps over parameters that share pieces.
    @Test func `the number of threads changes nothing for small networks`() throws {
        defer { Parallel.threads = 0 }
        var configuration = TrainingConfiguration(PointGAN(), batchSize: 256)
        configuration.recipe.adversarialLoss = .wasserstein
        configuration.recipe.regularizers = [.gradientPenalty(weight: 10)]
        configuration.recipe.criticSteps = 2
        let weights = try [1, 2, 4].map { threads in
            Parallel.threads = threads
            let trainer = try Trainer(configuration)
            var stream = RandomStream(seed: 1, purpose: .drawing)
            for _ in 0..<10 { _ = try trainer.step(Tensor.normal([256, 1, 1, 2], from: &stream)) }
            func scalars(_ network: any Module) -> [[Scalar]] { network.parameters.map(\.value.scalars) }
            return scalars(trainer.generator) + scalars(trainer.discriminator)
                + trainer.withSamplingWeights { scalars(trainer.generator) }
        }
        #expect(weights[1] == weights[0] && weights[2] == weights[0])
    }

    @Test func `another seed gives another training`() throws {
        try withTemporaryFolder { folder in
            var configuration = SmallTraining.configuration
            configuration.seed += 1
            let runFolder = RunFolder(folder + "/other")
            try SmallTraining.run(Trainer(configuration), into: runFolder, steps: 2).run()
            let other = try CheckpointContents(path: runFolder.latestCheckpoint)
            let one = try Self.uninterrupted(folder, steps: 2)
            #expect(other.differences(from: one).contains("generator.main.0.weight"))
        }
    }
}
