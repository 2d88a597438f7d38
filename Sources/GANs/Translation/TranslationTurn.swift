import Networks
import Tensors

/// One step of networks that translate: its images, and what is measured on the way.
package final class TranslationTurn {
    enum Player: String { case generator, discriminator }

    /// Of the first kind: `[n, h, w, channels]` in [-1, 1], or label maps one-hot.
    let inputs: Tensor
    /// Of the second kind: `[n, h, w, channels]` in [-1, 1].
    let targets: Tensor
    /// Where dropout's numbers come from, handed from pass to pass.
    private(set) var dropout: RandomStream
    /// Where the choice of images that are shown again comes from.
    var replay: RandomStream
    private(set) var losses: [Player: Double] = [:]
    private(set) var parts: [String: Double] = [:]
    private(set) var realOpinion = 0.0
    private(set) var fakeOpinion = 0.0
    private var judgedPairs = 0
    let objective: Objective
    private let optimizers: [Player: any Optimizer]
    private let step: Int

    /// - Parameter step: this one's number, from 1.
    init(
        inputs: Tensor, targets: Tensor, objective: Objective, generators: any Optimizer,
        discriminators: any Optimizer, step: Int, dropout: RandomStream
    ) {
        (self.inputs, self.targets, self.objective) = (inputs, targets, objective)
        optimizers = [.generator: generators, .discriminator: discriminators]
        (self.step, self.dropout) = (step, dropout)
        replay = RandomStream(seed: dropout.seed, purpose: .replayedImages, index: UInt64(step))
    }

    /// A pass in training mode.
    ///
    /// - Parameter learning: whether the network itself will be trained on it.
    func run(_ network: any Layer, _ input: Tensor, learning: Bool = true) -> Tensor {
        run(learning: learning) { network(input, $0) }
    }

    /// A pass in training mode that gives more than one tensor.
    func run<Result>(learning: Bool = true, _ pass: (ForwardContext) -> Result) -> Result {
        let context = ForwardContext(
            mode: .training, statistics: .moving, differentiatesParameters: learning, random: dropout)
        defer { dropout = context.random }
        return pass(context)
    }

    /// How far scores are from saying real, or fake: the mean cross-entropy, or the mean squared distance from 1
    /// or 0.
    func distance(_ scores: Tensor, fromReal isReal: Bool) -> Tensor {
        objective == .leastSquares
            ? (isReal ? scores - 1 : scores).squared().mean()
            : (isReal ? -scores : scores).softplus().mean()
    }

    /// Follows the gradient of a sum of losses one step. They are computed and differentiated one after the
    /// other, so that only one holds its activations in memory.
    ///
    /// - Throws: if a loss is no number; then nothing is changed.
    func descend(_ player: Player, _ terms: (() -> Tensor)...) throws(TrainingError) {
        guard let optimizer = optimizers[player] else { return }
        let parameters = optimizer.parameters.map(\.value)
        var sums: [Tensor]?
        for term in terms {
            let loss = term()
            let value = Double(loss.scalar)
            guard value.isFinite else {
                throw TrainingError.diverged(
                    step: step, phase: player.rawValue, loss: value.isNaN ? "nan" : "\(value)")
            }
            if player == .discriminator { losses[player, default: 0] += value }
            let gradients = gradients(of: loss, withRespectTo: parameters)
            sums = sums.map { zip($0, gradients).map(+) } ?? gradients
        }
        if let sums { optimizer.step(sums) }
    }

    /// Notes the generator's part of the game, apart from what else it minimizes.
    func recordGame(_ loss: Tensor) -> Tensor {
        losses[.generator, default: 0] += Double(loss.scalar)
        return loss
    }

    /// Notes another part of the generator's loss.
    func record(_ loss: Tensor, as name: String) { parts[name, default: 0] += Double(loss.scalar) }

    /// Takes in what a discriminator said before it learned from it.
    func observe(real: Tensor, fake: Tensor) {
        judgedPairs += 1
        // The running mean over the discriminators of a step.
        realOpinion += (objective.opinion(real) - realOpinion) / Double(judgedPairs)
        fakeOpinion += (objective.opinion(fake) - fakeOpinion) / Double(judgedPairs)
    }
}
