import Networks
import Tensors

/// A part of a training step: losses, and the optimizer that follows their gradient.
struct Phase {
    /// A part of the loss.
    struct Term {
        /// Of a penalty, which is reported apart from the game's own loss.
        var isPenalty = false
        let loss: (Round) -> Tensor?
    }

    /// Whose turn it is.
    let player: Player
    let optimizer: any Optimizer
    /// The loss is their sum. They are computed and differentiated one after the other, so that only one
    /// holds its activations in memory.
    let terms: [Term]
    /// Runs in every so many steps only.
    var interval = 1
    /// What is done to the parameters after they moved.
    var constrain: ([Parameter]) -> Void = { _ in }

    enum Player: String { case discriminator, generator }

    func isDue(step: Int) -> Bool { step % interval == 0 }

    /// Follows the loss's gradient one step.
    ///
    /// - Parameter average: what follows the parameters.
    /// - Throws: if the loss is no number; then nothing is changed.
    func run(_ round: Round, step: Int, average: AverageStep?) throws(TrainingError) {
        let parameters = optimizer.parameters.map(\.value)
        var sums: [Tensor]?
        for term in terms {
            guard let loss = term.loss(round) else { continue }
            let value = Double(loss.scalar)
            guard value.isFinite else {
                throw TrainingError.diverged(
                    step: step, phase: player.rawValue, loss: value.isNaN ? "nan" : "\(value)")
            }
            round.record(value, of: player, isPenalty: term.isPenalty)
            let gradients = gradients(of: loss, withRespectTo: parameters)
            sums = sums.map { zip($0, gradients).map(+) } ?? gradients
        }
        guard let sums else { return }
        optimizer.step(sums, average: average)
        constrain(optimizer.parameters)
    }
}
