import Datasets
import Networks
import Tensors

/// A look at how a training goes, at images of its own that it does not learn from.
public struct Observation: Codable, Hashable, Sendable {
    /// How much the generator's images differ: the median distance from an image to its nearest neighbor in
    /// a batch, over the same of reals. Near 0 where it makes the same image again and again.
    public var diversity: Double
    /// The length of the gradient that the generator learns by.
    public var generatorGradient: Double
    /// Where the discriminator puts reals that it never saw, from 0, where it puts those it learned from, to
    /// 1, where it puts fakes; nil without held-out images, or where it does not tell reals from fakes.
    ///
    /// - Source: Karras et al. 2020, "Training generative adversarial networks with limited data",
    ///   equation 1.
    public var memorization: Double?
}

/// Takes looks at a training, always at the same latents and reals.
final class Observer {
    private let trainer: Trainer
    private let latents: Tensor
    private let reals: Tensor
    private let labels: Tensor?
    private let heldOut: (images: Tensor, labels: Tensor?)?

    /// Images in a look: enough for neighbors to be near, few enough to cost no more than a step.
    private static let count = 64

    init(_ trainer: Trainer, training: Dataset, heldOut: Dataset?) {
        self.trainer = trainer
        let family = trainer.configuration.architecture.family
        let count = Observer.count
        var stream = RandomStream(seed: trainer.configuration.seed, purpose: .fixedLatents, index: 1)
        latents = Tensor.normal([count, family.latentSize], from: &stream)
        func some(_ dataset: Dataset) -> (Tensor, Tensor?) {
            let indices = (0..<count).map { $0 * dataset.count / count }
            return (
                dataset.tensor(indices), family.oneHot(dataset.labels.map { all in indices.map { all[$0] } })
            )
        }
        (reals, labels) = some(training)
        self.heldOut = heldOut.map(some)
    }

    func look() -> Observation {
        let context = ForwardContext(mode: .training, statistics: .kept, labels: labels)
        let fakes = trainer.generator(latents, context)
        let fakeScores = scores(of: fakes, labels)
        let objective = trainer.configuration.objective
        let reals = trainer.shown(reals)
        let realScores = scores(of: reals, labels)
        let loss =
            objective.comparesPairs
            ? objective.pairLoss(fakeScores, over: realScores) : objective.generatorLoss(fakeScores)
        let gradients = gradients(of: loss, withRespectTo: trainer.generator.parameters.map(\.value))
        let squares = gradients.map { Double($0.squared().sum().scalar) }
        return Observation(
            diversity: medianNearestDistance(fakes.detached) / max(medianNearestDistance(reals), 1e-12),
            generatorGradient: squares.reduce(0, +).squareRoot(),
            memorization: memorization(realScores: realScores, fakeScores: fakeScores.detached))
    }

    private func memorization(realScores: Tensor, fakeScores: Tensor) -> Double? {
        guard let heldOut else { return nil }
        let (reals, fakes) = (Double(realScores.mean().scalar), Double(fakeScores.mean().scalar))
        let unseen = Double(scores(of: trainer.shown(heldOut.images), heldOut.labels).mean().scalar)
        // Between means that differ by less than the scores themselves do, there is no scale.
        let deviation = Double((realScores - realScores.mean()).squared().mean().scalar).squareRoot()
        guard reals - fakes > deviation else { return nil }
        return (reals - unseen) / (reals - fakes)
    }

    private func scores(of images: Tensor, _ labels: Tensor?) -> Tensor {
        let context = ForwardContext(
            mode: .training, statistics: .kept, differentiatesParameters: false, labels: labels)
        return trainer.discriminator(images, context).scores
    }
}

/// The median over a batch of the distance from each image to the nearest other one.
///
/// - Shapes: `[n, ...]`
private func medianNearestDistance(_ images: Tensor) -> Double {
    let count = images.shape[0]
    let rows = images.reshaped([count, images.shape.count / count])
    // |a - b|^2 = |a|^2 + |b|^2 - 2 ab
    let products = rows.matrixProduct(rows, transposingOther: true).scalars.map { Double($0) }
    let nearest = (0..<count).map { row in
        let squares = (0..<count).filter { $0 != row }.map { other in
            products[row * (count + 1)] + products[other * (count + 1)] - 2 * products[row * count + other]
        }
        return max(0, squares.min() ?? 0).squareRoot()
    }
    return nearest.sorted()[count / 2]
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
