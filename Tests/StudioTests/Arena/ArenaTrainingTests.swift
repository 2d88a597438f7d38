import GANs
import Networks
import Studio
import TestSupport
import Testing

@Suite struct ArenaTrainingTests {
    /// Small enough to train in moments.
    private func settings(_ change: (inout ArenaSettings) -> Void = { _ in }) -> ArenaSettings {
        var settings = ArenaSettings()
        (settings.width, settings.depth, settings.batchSize, settings.seed) = (16, 2, 32, 5)
        change(&settings)
        return settings
    }

    private func training(_ settings: ArenaSettings) throws -> ArenaTraining {
        try ArenaTraining(settings, on: .toy(try #require(ToyDistribution(rawValue: settings.data))))
    }

    private func points(_ trainer: Trainer) throws -> [Scalar] {
        try #require(trainer.model as? any PointSampling).points(of: .eightGaussians, seed: 1)
    }

    private func view(_ training: ArenaTraining) -> ArenaView {
        ArenaObserver(training).view(of: training, ofAverage: false)
    }

    @Test(arguments: AdversarialLoss.allCases)
    func `until a setting changes it is the training of gan toy, to the bit`(loss: AdversarialLoss) throws {
        let settings = settings {
            $0.objective = loss
            ($0.criticSteps, $0.instanceNoise) = (2, 0.1)
            $0.regularizers = [.init(.r1, strength: 0.1), .init(.gradientPenalty, strength: 0.1)]
        }
        let arena = try training(settings)
        let configuration = try settings.training(dimensions: 2)
        let toy = try Trainer(configuration)
        try withTemporaryFolder { path in
            let loop = try TrainingLoop(
                toy, on: PointData(.eightGaussians, for: configuration), into: RunFolder(path),
                schedule: Schedule(end: .steps(6)))
            try loop.run()
        }
        for _ in 0..<6 { try arena.step() }
        #expect(arena.trainer.progress.step == 6)
        #expect(try points(arena.trainer) == points(toy))
    }

    @Test func `learning rates change without a restart`() throws {
        let arena = try training(settings())
        for _ in 0..<3 { try arena.step() }
        let before = try points(arena.trainer)
        try arena.change(
            to: settings { ($0.generatorRate, $0.discriminatorRate) = (1e-12, 1e-12) },
            on: .toy(.eightGaussians))
        #expect(try points(arena.trainer) == before)
        try arena.step()
        #expect(arena.trainer.progress.step == 4)
        let moved = try zip(points(arena.trainer), before).map { abs($0 - $1) }.max() ?? 1
        #expect(moved < 1e-6)
    }

    @Test(arguments: [
        ArenaSettings.Optimizer.sgd, .rmsprop,
    ])
    func `loss, regularizer, strength and optimizer change without a restart`(
        optimizer: ArenaSettings.Optimizer
    ) throws {
        let (arena, other) = (try training(settings()), try training(settings()))
        for _ in 0..<3 {
            try arena.step()
            try other.step()
        }
        let changed = settings {
            ($0.objective, $0.optimizer) = (.hinge, optimizer)
            $0.regularizers = [.init(.r2, strength: 1)]
            ($0.discriminatorStrength, $0.criticSteps, $0.labelSmoothing) = (2, 3, 0)
        }
        #expect(arena.canChange(to: changed, on: .toy(.eightGaussians)))
        try arena.change(to: changed, on: .toy(.eightGaussians))
        #expect(try points(arena.trainer) == points(other.trainer))
        try arena.step()
        try other.step()
        #expect(arena.trainer.progress.step == 4)
        #expect(arena.trainer.progress.imagesSeen == 3 * 32 + 6 * 32)
        #expect(arena.losses.penalty ?? 0 > 0)
        #expect(try points(arena.trainer) != points(other.trainer))
    }

    @Test func `spectral normalization is switched on under way`() throws {
        let arena = try training(settings())
        for _ in 0..<3 { try arena.step() }
        let (before, outputs) = (try points(arena.trainer), view(arena).outputs)
        try arena.change(to: settings { $0.spectral = true }, on: .toy(.eightGaussians))
        #expect(try points(arena.trainer) == before)
        #expect(view(arena).outputs != outputs)
        #expect(arena.trainer.progress.step == 3)
        try arena.step()
        // Off again, the discriminator has its own weights back.
        try arena.change(to: settings(), on: .toy(.eightGaussians))
        try arena.step()
        #expect(arena.trainer.progress.step == 5)
    }

    @Test func `what cannot be trained is refused, and nothing changes`() throws {
        let arena = try training(settings())
        let (before, old) = (try points(arena.trainer), arena.settings)
        for wrong in [
            settings { $0.discriminatorRate = -1 }, settings { $0.criticSteps = 1000 },
            settings { $0.instanceNoise = .infinity },
            settings { ($0.objective, $0.labelSmoothing) = (.wasserstein, 0.1) },
            settings { ($0.normalization, $0.regularizers) = (.batch, [.init(.r1, strength: 1)]) },
        ] {
            #expect(throws: ConfigurationError.self) {
                try arena.change(to: wrong, on: .toy(.eightGaussians))
            }
            #expect(arena.settings == old)
        }
        #expect(throws: ConfigurationError.self) { try training(settings { $0.width = 100_000 }) }
        try arena.step()
        #expect(try points(arena.trainer) != before)
    }

    @Test func `other networks, another seed or other data are another training`() throws {
        let arena = try training(settings())
        for other in [
            settings { $0.width = 17 }, settings { $0.seed = 6 }, settings { $0.pack = 2 },
            settings { $0.latentSize = 3 },
        ] {
            #expect(!arena.canChange(to: other, on: .toy(.eightGaussians)))
        }
        #expect(!arena.canChange(to: settings(), on: .toy(.ring)))
    }

    @Test func `a step of one network leaves the other as it is`() throws {
        let arena = try training(settings())
        for _ in 0..<3 { try arena.step() }
        let first = view(arena)
        try arena.step(of: .discriminator)
        let second = view(arena)
        #expect(second.generated == first.generated && second.outputs != first.outputs)
        #expect(second.step == 3)
        try arena.step(of: .generator)
        let third = view(arena)
        #expect(third.generated != second.generated && third.outputs == second.outputs)
        #expect(third.step == 4)
    }

    @Test func `points that are added by hand go into the training that goes on`() throws {
        let drawn = try ArenaData.drawn(DrawnPoints(byHand: [[-2, -2]]))
        let arena = try ArenaTraining(settings { $0.data = ArenaData.drawnName }, on: drawn)
        try arena.step()
        let more = try ArenaData.drawn(DrawnPoints(byHand: [[-2, -2], [2, 2]]))
        #expect(arena.canChange(to: arena.settings, on: more))
        try arena.change(to: arena.settings, on: more)
        try arena.step()
        #expect(arena.trainer.progress.step == 2)
        let reals = view(arena).reals
        #expect(reals.contains { $0 > 1.8 } && reals.contains { $0 < -1.8 })
    }
}
