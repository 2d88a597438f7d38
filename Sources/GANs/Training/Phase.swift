import Networks
import Tensors

/// A part of a training step: losses whose gradient the optimizer of the generators or of the discriminators
/// follows.
public struct Phase {
    /// The networks that share an optimizer: the generators, or the discriminators.
    public enum Player: String, CaseIterable, Sendable { case generator, discriminator }

    /// A part of the loss.
    public struct Term {
        /// Whether it is a penalty, which is reported apart from the adversarial loss.
        public var isPenalty = false
        /// The loss, a scalar; nil where there is nothing to minimize.
        public let loss: (StepContext) -> Tensor?

        /// A part of the loss that is computed from the step's context.
        public init(isPenalty: Bool = false, _ loss: @escaping (StepContext) -> Tensor?) {
            (self.isPenalty, self.loss) = (isPenalty, loss)
        }
    }

    /// Whose parameters the phase moves.
    public let player: Player
    /// The loss is their sum. They are computed and differentiated one after the other, so that only one holds
    /// its activations in memory.
    public let terms: [Term]
    /// Runs in every so many steps only.
    public var interval: Int
    /// Applied to the parameters after each step of the optimizer.
    let constrain: ([Parameter]) -> Void

    /// A phase of some losses.
    public init(
        _ player: Player, _ terms: [Term], interval: Int = 1,
        constrain: @escaping ([Parameter]) -> Void = { _ in }
    ) {
        (self.player, self.terms, self.interval, self.constrain) = (player, terms, interval, constrain)
    }

    func isDue(step: Int) -> Bool { step % interval == 0 }

    /// Follows the loss's gradient one step.
    ///
    /// - Parameters:
    ///   - optimizer: of the player's parameters.
    ///   - step: this one's number, from 1.
    ///   - average: what follows the parameters.
    ///   - frozen: parameters that keep their values.
    /// - Throws: if the loss is no number; then nothing is changed.
    func run(
        _ context: StepContext, _ optimizer: any Optimizer, step: Int, average: AverageStep?,
        frozen: FrozenParameters
    ) throws(TrainingError) {
        let trained = frozen.others(optimizer.parameters)
        let gradients = GradientSums(of: trained.map(\.value))
        for (place, term) in terms.enumerated() {
            guard let loss = term.loss(context) else { continue }
            let value = Shards.mean(Double(loss.scalar))
            guard value.isFinite else {
                throw TrainingError.diverged(
                    step: step, phase: player.rawValue, loss: value.isNaN ? "nan" : "\(value)")
            }
            if term.isPenalty { context.record(penalty: value) }
            gradients.add(loss, isLast: place == terms.count - 1)
        }
        gradients.withMeans { means in
            optimizer.step(frozen.withZeros(means, for: optimizer.parameters), average: average)
            constrain(trained)
        }
    }
}
