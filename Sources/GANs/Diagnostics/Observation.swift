import Datasets
import Networks
import Tensors

/// Measurements of a training that its steps do not make.
public struct Observation: Codable, Hashable, Sendable {
    /// How much generated images differ: the median distance from an image to its nearest neighbor, over the same
    /// of real images; of points their standard deviation, over the same of real points. Near 0 where the generator
    /// makes the same image or point again and again.
    public var diversity: Double
    /// The length of the gradient of the generator's adversarial loss.
    public var generatorGradient: Double
    /// Where the discriminator's output for held-out images lies, from 0, where it is for images that it was
    /// trained on, to 1, where it is for generated ones; nil without held-out images, or where it does not tell
    /// real from generated images.
    ///
    /// - Source: Karras et al. 2020, "Training generative adversarial networks with limited data",
    ///   equation 1.
    public var memorization: Double?
}

/// Observes a training, always with the same latents and images.
final class Observer {
    private let trainer: Trainer
    private let task: AdversarialTask
    private let training, heldOut: [TrainingBatch]
    private let parameters: [Tensor]
    private let isOfPoints: Bool

    /// Nil where there is no discriminator, or nothing to look at.
    init?(_ trainer: Trainer, _ examples: Examples) {
        guard let task = trainer.model.tasks.first else { return nil }
        (self.trainer, self.task, isOfPoints) = (trainer, task, examples.training == nil)
        parameters = trainer.model.networks(of: .generator).flatMap { $0.network.parameters.map(\.value) }
        let (count, atOnce) = trainer.model.observation(trainer.configuration.recipe)
        func batches(of set: ExampleSet) -> [TrainingBatch] {
            let places = set.spread(count)
            return (0..<count).pieces(of: atOnce).map { chosen in
                trainer.model.examples(Array(places[chosen]), of: set)
            }
        }
        if let set = examples.training {
            training = batches(of: set)
        } else if let distribution = examples.distribution {
            var stream = RandomStream(seed: trainer.configuration.seed, purpose: .drawing, index: 1)
            let points = distribution.networkPoints(distribution.points(count: 4 * count, from: &stream))
            training = [TrainingBatch(reals: points)]
        } else {
            return nil
        }
        heldOut = examples.heldOut.map(batches) ?? []
    }

    func observe() -> Observation {
        var (fakes, reals, fakeScores, realScores): ([Tensor], [Tensor], [Tensor], [Tensor]) = (
            [], [], [], []
        )
        var sums: [Tensor]?
        // Anew each time: networks that grow see images of another resolution then.
        var latents = RandomStream(
            seed: trainer.configuration.seed, purpose: .fixedLatents, index: 1)
        for batch in training {
            let material = trainer.model.material(of: batch, latents: &latents)
            let context = context(of: material, trainsGenerator: true)
            let fake = task.fake(context)
            let output = context.output(task, of: fake, learning: false)
            let loss = task.generatorLoss(of: fake, context, output: output)
            let gradients = gradients(of: loss, withRespectTo: parameters)
            sums = sums.map { zip($0, gradients).map(+) } ?? gradients
            fakes.append(fake.detached)
            reals.append(task.real(context))
            fakeScores.append(flattened(output.score))
            realScores.append(flattened(context.output(task, of: task.real(context), learning: false).score))
        }
        let share = 1 / Double(training.count * training.count)
        let squares = (sums ?? []).map { Double($0.squared().sum().scalar) * share }
        func joined(_ tensors: [Tensor]) -> Tensor {
            tensors.count == 1 ? tensors[0] : .concatenated(tensors, axis: 0)
        }
        let diversity = isOfPoints ? diversityOfPoints : diversityOfImages
        return Observation(
            diversity: diversity(joined(fakes), joined(reals)),
            generatorGradient: squares.reduce(0, +).squareRoot(),
            memorization: memorization(real: joined(realScores), fake: joined(fakeScores)))
    }

    private func memorization(real: Tensor, fake: Tensor) -> Double? {
        if heldOut.isEmpty { return nil }
        let (reals, fakes) = (Double(real.mean().scalar), Double(fake.mean().scalar))
        var latents = RandomStream(seed: trainer.configuration.seed, purpose: .fixedLatents, index: 2)
        let unseen = heldOut.map { batch in
            let material = trainer.model.material(of: batch, latents: &latents)
            let context = context(of: material, trainsGenerator: false)
            return Double(
                context.output(task, of: task.real(context), learning: false).score.mean().scalar)
        }
        // Between means that differ by less than the scores themselves do, there is no scale.
        let deviation = Double((real - real.mean()).squared().mean().scalar).squareRoot()
        guard reals - fakes > deviation else { return nil }
        return (reals - unseen.reduce(0, +) / Double(unseen.count)) / (reals - fakes)
    }

    private func context(of material: StepMaterial, trainsGenerator: Bool) -> StepContext {
        StepContext(
            material, trainer.configuration.recipe, trainsGenerator: trainsGenerator,
            progress: trainer.progress, observes: true)
    }

    private func flattened(_ scores: Tensor) -> Tensor { scores.detached.reshaped([scores.shape.count]) }
}

private func diversityOfPoints(_ fakes: Tensor, _ reals: Tensor) -> Double {
    deviation(fakes) / max(deviation(reals), 1e-12)
}

/// Of as many generated images as there are real ones that differ: a small set comes several times, and of fewer images
/// the nearest lie further apart. One image alone has no neighbor that others could be compared with.
///
/// - Shapes: `[n, ...]`
func diversityOfImages(_ fakes: Tensor, _ reals: Tensor) -> Double {
    let (realSquares, fakeSquares) = (squaredDistances(reals), squaredDistances(fakes))
    let largest = realSquares.flatMap(\.self).max() ?? 0
    let distinct = realSquares.indices.filter { row in
        !realSquares[row][..<row].contains { $0 <= 1e-6 * largest }
    }
    guard distinct.count > 1 else { return 1 }
    return medianNearestDistance(fakeSquares, among: Array(distinct.indices))
        / medianNearestDistance(realSquares, among: distinct)
}

/// The standard deviation of points about their mean, over all coordinates: points that lie closer around every
/// mode than real ones do are no collapse.
///
/// - Shapes: `[n, ...]`
private func deviation(_ points: Tensor) -> Double {
    let centered = points - points.mean(axes: [0], keepingAxes: true)
    return Double(centered.squared().mean().scalar).squareRoot()
}

/// The median over some images of the distance from each to the nearest other one of them.
private func medianNearestDistance(_ squares: [[Double]], among chosen: [Int]) -> Double {
    let nearest = chosen.map { row in chosen.filter { $0 != row }.map { squares[row][$0] }.min() ?? 0 }
    return nearest.sorted()[chosen.count / 2].squareRoot()
}

/// The squared distance of each image from each other.
///
/// - Shapes: `[n, ...]`
private func squaredDistances(_ images: Tensor) -> [[Double]] {
    let count = images.shape[0]
    let rows = images.reshaped([count, images.shape.count / count])
    // |a - b|^2 = |a|^2 + |b|^2 - 2 ab
    let products = rows.matrixProduct(rows, transposingOther: true).scalars.map { Double($0) }
    return (0..<count).map { row in
        (0..<count).map { other in
            max(
                0,
                products[row * (count + 1)] + products[other * (count + 1)] - 2
                    * products[row * count + other])
        }
    }
}

extension Dataset {
    /// Some images as a tensor `[n, height, width, channels]` in [-1, 1].
    package func tensor(_ indices: [Int]) -> Tensor {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(indices.count * format.byteCount)
        for index in indices { withPixels(at: index) { bytes += $0 } }
        return Tensor(bytes: bytes, shape: [indices.count, format.height, format.width, format.channels])
    }
}
