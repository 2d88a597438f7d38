import Networks
import Tensors

/// The inputs of one step of the discriminator, and of the generator's step with the last of them.
public struct StepMaterial {
    /// The generator's inputs: latents `[n, latentSize]`, or images `[n, height, width, channels]` in [-1, 1]
    /// or one-hot label maps that are translated.
    public let inputs: Tensor
    /// Real images, or the targets of the inputs: `[n, height, width, channels]` in [-1, 1].
    public let reals: Tensor
    /// One-hot classes `[n, classes]` of the real images, which generated ones get, too; nil without.
    public let labels: Tensor?

    /// The images of the shard that is computed.
    var ownShard: StepMaterial {
        StepMaterial(inputs: inputs.ownShard(), reals: reals.ownShard(), labels: labels?.ownShard())
    }

    /// The inputs of a step.
    public init(inputs: Tensor, reals: Tensor, labels: Tensor? = nil) {
        (self.inputs, self.reals, self.labels) = (inputs, reals, labels)
    }
}

/// The inputs, random streams and measurements that the phases of a step share.
///
/// A step has one context for each of the discriminator's steps; the generator's phases run in the last.
public final class StepContext {
    /// The generator's inputs.
    public var inputs: Tensor { material.inputs }
    /// Real images, or the targets of the inputs.
    public var reals: Tensor { material.reals }
    /// One-hot classes; nil without.
    public var labels: Tensor? { material.labels }
    /// How the model is trained.
    public let recipe: Recipe
    /// Whether the generator has yet to learn in this context, so that its passes must be recorded.
    public private(set) var trainsGenerator: Bool
    /// What penalties are multiplied by.
    let penaltyFactor: Double
    /// Where the choice of images that are shown again comes from.
    var replay: RandomStream
    /// Where the numbers of instance noise and of penalties come from.
    var noise: RandomStream
    /// The mean that path lengths are drawn toward.
    var pathLength: Double
    private(set) var transforms: RandomStream
    /// Where the numbers of dropout, style mixing and style noise come from, handed from pass to pass.
    private(set) var dropout: RandomStream

    private(set) var losses: [Phase.Player: Double] = [:]
    private(set) var penalty = 0.0
    private(set) var parts: [String: Double] = [:]
    private(set) var realScore = RunningMean()
    private(set) var fakeScore = RunningMean()

    private let material: StepMaterial
    /// Of adaptive augmentation: the same for all images that are compared in a step.
    private let probability: Double
    private var realScores: [Tensor] = []
    private var fakeScores: [Tensor] = []
    private let statistics: ForwardContext.Statistics
    private var kept: [String: Tensor] = [:]

    /// - Parameter observes: whether networks are only observed: no statistics move, nothing is augmented.
    init(
        _ material: StepMaterial, _ recipe: Recipe, trainsGenerator: Bool, progress: TrainingProgress,
        observes: Bool = false
    ) {
        (self.material, self.trainsGenerator) = (material, trainsGenerator)
        var recipe = recipe
        if observes { (recipe.augmentation, recipe.instanceNoise) = (.none, 0) }
        self.recipe = recipe
        penaltyFactor =
            recipe.annealing.map { $0.value(from: 1, to: $0.penaltyFactor, after: progress.imagesSeen) } ?? 1
        statistics = observes ? .kept : .moving
        (dropout, noise, transforms) = (progress.dropout, progress.noise, progress.transforms)
        (probability, pathLength) = (progress.augmentation?.value ?? 0, progress.pathLength ?? 0)
        replay = RandomStream(
            seed: progress.dropout.seed, purpose: .replayedImages, index: UInt64(progress.step + 1))
    }

    /// A pass in training mode.
    ///
    /// - Parameter learning: whether the parameters will be trained on it.
    public func run<Result>(learning: Bool, _ pass: (ForwardContext) -> Result) -> Result {
        run(learning: learning, statistics: statistics, labels: labels, pass)
    }

    /// Ends the recording of generators' passes.
    func generatorHasLearned() { trainsGenerator = false }

    /// A pass of a generator.
    public func generate<Result>(_ pass: (ForwardContext) -> Result) -> Result {
        run(learning: trainsGenerator, pass)
    }

    /// A pass for a penalty on a generator, with the labels of the first so many images; it moves no statistics.
    func regularizing(_ count: Int, _ pass: (ForwardContext) -> Tensor) -> Tensor {
        run(learning: true, statistics: .kept, labels: labels?.sliced(axis: 0, 0..<count), pass)
    }

    private func run<Result>(
        learning: Bool, statistics: ForwardContext.Statistics, labels: Tensor?,
        _ pass: (ForwardContext) -> Result
    ) -> Result {
        let context = ForwardContext(
            mode: .training, statistics: statistics, differentiatesParameters: learning, labels: labels,
            random: dropout)
        defer { dropout = context.random }
        return pass(context)
    }

    /// A tensor that is computed once in this context, and found by its name from then on.
    public func once(_ name: String, _ make: () -> Tensor) -> Tensor {
        if let tensor = kept[name] { return tensor }
        let tensor = make()
        kept[name] = tensor
        return tensor
    }

    /// A tensor that was kept under the name.
    public func kept(_ name: String) -> Tensor {
        guard let tensor = kept[name] else { fatalError("no tensor was kept under the name \(name)") }
        return tensor
    }

    /// Keeps a tensor for later phases, under a name for `once` and `kept`.
    public func keep(_ tensor: Tensor, as name: String) { kept[name] = tensor }

    /// The discriminator's output for images, augmented and noisy as the recipe says, in training mode.
    ///
    /// - Parameters:
    ///   - learning: whether the discriminator will be trained on it.
    ///   - withFeatures: whether the output has features.
    ///   - supervised: whether the images are real and the output has the further loss of a discriminator with one.
    func output(
        _ task: AdversarialTask, of images: Tensor, learning: Bool, withFeatures: Bool = false,
        supervised: Bool = false
    ) -> DiscriminatorOutput {
        var (images, condition) = recipe.augmentation.apply(
            to: images, beside: task.condition?(self), probability: probability,
            random: &transforms)
        if recipe.instanceNoise > 0 {
            images =
                images + Tensor.normal(eachImage: images.shape, from: &noise) * Scalar(recipe.instanceNoise)
        }
        let input = condition.map { Tensor.concatenated([$0, images], axis: 3) } ?? images
        return run(learning: learning) { context in
            if supervised, let discriminator = task.discriminator as? any SelfSupervisedDiscriminator {
                return discriminator.supervised(input, context)
            }
            return withFeatures
                ? task.discriminator.withFeatures(input, context) : task.discriminator(input, context)
        }
    }

    /// Scores with the margins of the hinge loss drawn anew, where the recipe says so: a score that is moved by u
    /// toward the margin of 1 is one whose margin is 1 - u.
    ///
    /// - Parameter sign: 1 of real images, -1 of generated ones.
    func withMarginJitter(_ scores: Tensor, sign: Scalar) -> Tensor {
        guard recipe.adversarialLoss.hasMargin, recipe.marginJitter > 0 else { return scores }
        return scores + Tensor.uniform(eachImage: scores.shape, from: &noise)
            * (sign * Scalar(recipe.marginJitter))
    }

    /// Takes in a discriminator's output for real images before it learns from them.
    func observe(real output: DiscriminatorOutput) {
        for scores in output.scores { realScore.add(recipe.adversarialLoss.summary(of: scores)) }
        realScores.append(output.score.detached)
    }

    /// Takes in a discriminator's output for generated images before it learns from them.
    func observe(fake output: DiscriminatorOutput) {
        for scores in output.scores { fakeScore.add(recipe.adversarialLoss.summary(of: scores)) }
        fakeScores.append(output.score.detached)
    }

    /// The margins of the real images that the discriminators learned from, a tensor for each of them.
    var margins: [Tensor] {
        zip(realScores, fakeScores).map {
            recipe.adversarialLoss.margins(real: $0, fake: $1, target: 1 - recipe.labelSmoothing)
        }
    }

    func record(_ loss: Double, of player: Phase.Player) { losses[player, default: 0] += loss }

    func record(penalty: Double) { self.penalty += penalty }

    /// Notes a part of a loss other than the adversarial one, before it is weighted.
    public func record(_ loss: Tensor, as name: String) { parts[name, default: 0] += Double(loss.scalar) }
}

/// The mean of numbers that come one by one.
struct RunningMean {
    private var count = 0
    private(set) var value = 0.0

    mutating func add(_ number: Double) {
        count += 1
        value += (number - value) / Double(count)
    }
}
