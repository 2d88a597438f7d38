import Checkpoints
import Foundation
import GANs
import Networks
import Studio
import Testing

/// The `gan toy` that the arena shows.
@Suite struct ArenaCommandTests {
    private static let steps = 4

    private static let cases: [ArenaSettings] = {
        func settings(_ change: (inout ArenaSettings) -> Void) -> ArenaSettings {
            var settings = ArenaSettings()
            (settings.width, settings.depth, settings.batchSize) = (16, 2, 32)
            change(&settings)
            return settings
        }
        return [
            settings { _ in },
            settings { ($0.objective, $0.generatorRate, $0.seed) = (.wasserstein, 1e-3, 9) },
            settings {
                ($0.objective, $0.data) = (.hinge, "gaussian")
                $0.regularizers = [.init(.r1, strength: 0.5), .init(.dragan, strength: 1)]
                ($0.discriminatorStrength, $0.criticSteps) = (1.5, 2)
            },
            settings { ($0.optimizer, $0.discriminatorRate) = (.rmsprop, 1e-4) },
            settings { ($0.pack, $0.minibatchDeviation, $0.latentSize) = (2, true, 3) },
            settings { $0.spectral = true },
            settings {
                ($0.objective, $0.normalization) = (.leastSquares, .batch)
                ($0.labelSmoothing, $0.instanceNoise, $0.beta1) = (0.1, 0.2, 0)
            },
        ]
    }()

    @Test(arguments: cases.indices)
    func `the command trains what the arena trained, to the bit`(number: Int) throws {
        let settings = Self.cases[number]
        let toy = try #require(ToyDistribution(rawValue: settings.data))
        let arena = try ArenaTraining(settings, on: .toy(toy))
        for _ in 0..<Self.steps { try arena.step() }
        let command = try #require(settings.command(step: Self.steps))
        #expect(command.hasPrefix("gan "))
        try withProgram { program in
            let result = try program.run(String(command.dropFirst("gan ".count)))
            #expect(result.status == 0, "\(command): \(result.errors)")
            let array = try NumpyArray(path: program.path("toy/points.npy"))
            let points: [Scalar] = try array.values(as: Float.self).map { Scalar($0) }
            let model = arena.model
            let expected = arena.trainer.withSamplingWeights { model.points(of: toy, seed: settings.seed) }
            #expect(points == expected, "\(command)")
        }
    }

    @Test func `a short command is short`() {
        #expect(
            ArenaSettings().command(step: 500)
                == "gan toy 8-gaussians --seed 0 --steps 500 --decay-from 499 --out toy")
        var drawn = ArenaSettings()
        drawn.data = ArenaData.drawnName
        #expect(drawn.command(step: 500) == nil)
    }
}
