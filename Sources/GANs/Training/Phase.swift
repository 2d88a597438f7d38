import Networks
import Tensors

/// A part of a training step: one loss, and the optimizer that follows its gradient.
struct Phase {
    let name: String
    let optimizer: any Optimizer
    /// The loss is their sum. They are computed and differentiated one after the other, so that only one
    /// holds its activations in memory.
    let terms: [(StepMaterial) -> Tensor]

    /// Follows the loss's gradient one step.
    ///
    /// - Throws: if the loss is no number; then nothing is changed.
    func run(_ material: StepMaterial, step: Int) throws(TrainingError) {
        let parameters = optimizer.parameters.map(\.value)
        var value = 0.0
        var sums: [Tensor]?
        for term in terms {
            let loss = term(material)
            value += Double(loss.scalar)
            guard value.isFinite else {
                throw TrainingError.diverged(step: step, phase: name, loss: value.isNaN ? "nan" : "\(value)")
            }
            let gradients = gradients(of: loss, withRespectTo: parameters)
            sums = sums.map { zip($0, gradients).map(+) } ?? gradients
        }
        material.losses[name] = value
        if let sums { optimizer.step(sums) }
    }
}

/// What the phases of one step share.
final class StepMaterial {
    /// `[n, size, size, channels]` in [-1, 1].
    let reals: Tensor
    /// The generator's pictures, recorded, so that its own phase needs no second pass.
    let fakes: Tensor
    /// Where dropout's numbers come from, handed from pass to pass.
    var dropout: RandomStream
    var losses: [String: Double] = [:]
    var realProbability = Double.nan
    var fakeProbability = Double.nan

    init(reals: Tensor, latents: Tensor, generator: any Layer, dropout: RandomStream) {
        self.reals = reals
        let context = ForwardContext(mode: .training, statistics: .moving, random: dropout)
        fakes = generator(latents, context)
        self.dropout = context.random
    }

    /// The discriminator's scores in training mode.
    ///
    /// - Parameter learning: whether the discriminator itself will be trained on them.
    func scores(_ discriminator: any Layer, of pictures: Tensor, learning: Bool) -> Tensor {
        let context = ForwardContext(
            mode: .training, statistics: .moving, differentiatesParameters: learning, random: dropout)
        defer { dropout = context.random }
        return discriminator(pictures, context)
    }
}
