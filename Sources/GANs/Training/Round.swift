import Networks
import Tensors

/// What a round of a training step is made from.
struct RoundMaterial {
    /// `[n, size, size, channels]` in [-1, 1].
    let reals: Tensor
    /// One-hot classes `[n, classes]` of the reals, which the fakes get, too; nil without.
    let labels: Tensor?
    /// `[n, latentSize]`
    let latents: Tensor
}

/// What the phases of one round share, and what is measured on the way.
///
/// A step has one round for each of the discriminator's steps; the generator takes its own in the last.
final class Round {
    let reals: Tensor
    let labels: Tensor?
    /// The generator's images; recorded in the last round, so that its own phase needs no second pass.
    let fakes: Tensor
    /// Images that are judged together.
    let pack: Int
    /// Where dropout's numbers come from, handed from pass to pass.
    private(set) var dropout: RandomStream
    /// Where the numbers of instance noise and penalties come from.
    var noise: RandomStream
    private(set) var transforms: RandomStream
    private(set) var probability: AdaptiveProbability?
    /// The mean that path lengths are drawn toward.
    var pathLength: Double
    let latentSize: Int
    private(set) var losses: [Phase.Player: Double] = [:]
    private(set) var penalty = 0.0
    /// What the discriminator said of reals and fakes before it learned from them.
    private(set) var realOpinion = Double.nan
    var fakeOpinion = Double.nan

    private let augmentation: Augmentation
    private let instanceNoise: Double

    init(
        _ material: RoundMaterial, _ configuration: TrainingConfiguration, generator: any Layer,
        isLast: Bool, progress: TrainingProgress
    ) {
        (reals, labels) = (material.reals, material.labels)
        (latentSize, pathLength) = (material.latents.shape[1], progress.pathLength ?? 0)
        pack = configuration.architecture.family.discriminator.pack
        (augmentation, instanceNoise) = (configuration.augmentation, configuration.instanceNoise)
        (noise, transforms, probability) = (progress.noise, progress.transforms, progress.augmentation)
        let context = ForwardContext(
            mode: .training, statistics: .moving, differentiatesParameters: isLast, labels: labels,
            random: progress.dropout)
        fakes = generator(material.latents, context)
        dropout = context.random
    }

    /// The discriminator's judgement in training mode.
    ///
    /// - Parameter learning: whether the discriminator itself will be trained on it.
    func judgement(_ discriminator: any Discriminator, of images: Tensor, learning: Bool) -> Judgement {
        let context = ForwardContext(
            mode: .training, statistics: .moving, differentiatesParameters: learning, labels: labels,
            random: dropout)
        defer { dropout = context.random }
        var images = augmentation.apply(
            to: images, probability: probability?.value ?? 0, random: &transforms)
        if instanceNoise > 0 {
            images = images + Tensor.normal(images.shape, from: &noise) * Scalar(instanceNoise)
        }
        return discriminator(images, context)
    }

    /// A pass of the generator for a penalty on it, with the labels of the first so many images; it moves no
    /// statistics.
    func regularizing(_ count: Int, _ body: (ForwardContext) -> Tensor) -> Tensor {
        let context = ForwardContext(
            mode: .training, statistics: .kept, labels: labels?.sliced(axis: 0, 0..<count), random: dropout)
        defer { dropout = context.random }
        return body(context)
    }

    /// Takes in what the discriminator said of reals, before it learns from them.
    func observe(reals scores: Tensor, opinion: Double) {
        realOpinion = opinion
        probability?.observe(realScores: scores.detached)
    }

    /// A row for each score.
    ///
    /// - Shapes: `[n, size, size, channels]` to `[n / pack, pack size size channels]`.
    func grouped(_ images: Tensor) -> Tensor {
        let rows = images.shape[0] / pack
        return images.reshaped([rows, images.shape.count / rows])
    }

    func record(_ loss: Double, of player: Phase.Player, isPenalty: Bool) {
        if isPenalty { penalty += loss } else { losses[player, default: 0] += loss }
    }
}
