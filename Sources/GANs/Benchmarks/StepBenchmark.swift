import Foundation
import Kernels
import Networks
import Tensors

/// How long training steps and generating take, on images of random numbers.
package struct StepBenchmark: Codable, Sendable {
    package struct Share: Codable, Sendable {
        package let family: String
        /// Of the steps' time; what is left is outside of the kernels.
        package let share: Double
    }

    /// Of each timed step, in order.
    package let stepSeconds: [Double]
    package let imagesPerSecond: Double
    /// Billions of multiplications and additions that the direct way takes, a second of the median step.
    package let effectiveGigaflops: Double
    package let shares: [Share]
    /// Images a second of the generator alone, by the median of as many batches.
    package let generatedImagesPerSecond: Double
    /// The most memory the process had at once, in MB.
    package let peakMegabytes: Double

    package var medianSeconds: Double { median(stepSeconds) }

    /// Runs two steps to warm up and then the timed ones.
    package init(
        _ configuration: TrainingConfiguration, steps: Int, progress: (_ done: Int) -> Void = { _ in }
    ) throws {
        let trainer = try Trainer(configuration)
        let (model, batch) = (configuration.model, configuration.recipe.batchSize)
        var stream = RandomStream(seed: configuration.seed, purpose: .drawing)
        func images(_ channels: Int) -> Tensor {
            Tensor.normal([batch, model.size.height, model.size.width, channels], from: &stream).tanh()
        }
        let translation = model as? any TranslationModelConfiguration
        var inputs = translation.map { images($0.inputChannels) }
        let reals = images(model.outputChannels)
        if let enlarging = model as? any EnlargingModelConfiguration {
            inputs = reals.shrunk(by: enlarging.scale)
        }
        let data = TrainingBatch(inputs: inputs, reals: reals)
        var latents = stream
        let material = trainer.model.material(of: data, latents: &latents)
        let generate: () -> Void =
            if let translating = trainer.model as? any TranslatingModel {
                { _ = translating.translator(configuration.data.direction).translated(material.inputs) }
            } else if let sampled = trainer.model as? any LatentSampling {
                { _ = sampled.generator(material.inputs, .inference) }
            } else {
                {}
            }
        func step() throws { _ = try trainer.step { data } }
        for _ in 0..<2 { try step() }
        var times: [Double] = []
        let sums = try KernelTimes.measure {
            for done in 1...steps {
                times.append(try seconds(step))
                progress(done)
            }
        }
        let generating = (0..<steps).map { _ in seconds(generate) }

        let total = times.reduce(0, +)
        stepSeconds = times
        imagesPerSecond = Double(batch) / median(times)
        let operations = sums.values.map(\.operations).reduce(0, +)
        effectiveGigaflops = operations / Double(steps) / median(times) / 1e9
        shares = KernelFamily.allCases.map {
            Share(family: $0.rawValue, share: (sums[$0]?.seconds ?? 0) / total)
        }
        generatedImagesPerSecond = Double(batch) / median(generating)
        peakMegabytes = StepBenchmark.peakMegabytes
    }

    private static var peakMegabytes: Double {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) * 1024 / 1e6
    }
}

/// The seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
