import Foundation
import GANs
import TestSupport
import Testing

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
