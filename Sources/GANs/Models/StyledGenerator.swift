import Networks
import Tensors

/// A network that makes of the same input one thing or another, as a style says.
protocol StyledLayer: Layer {
    /// - Parameter style: `[n, styleSize]`, where the network takes one.
    func callAsFunction(_ input: Tensor, style: Tensor?, _ context: ForwardContext) -> Tensor
}

/// A generator that translates, with the encoder that tells the styles of targets, where the generator takes styles.
struct StyledGenerator {
    let generator: any StyledLayer
    let encoder: StyleEncoder?
    /// Nil where there are no styles.
    let style: StyleEncoding?

    /// The parts of the loss that are recorded.
    var partNames: [String] { encoder == nil ? [] : ["divergence"] }

    /// Both, as they learn.
    var networks: [NamedNetwork] {
        [NamedNetwork("generator", generator, .generator)]
            + (encoder.map { [NamedNetwork("encoder", $0, .generator)] } ?? [])
    }

    /// What is made of the inputs, with a style drawn for each target where there are styles, whose divergence is kept
    /// for the loss.
    func images(_ context: StepContext) -> Tensor {
        context.generate { pass in
            guard let encoder else { return generator(context.inputs, style: nil, pass) }
            let styles = encoder(context.reals, pass)
            context.keep(styles.divergence, as: "divergence")
            return generator(context.inputs, style: styles.sample(from: &pass.random), pass)
        }
    }

    /// A loss of the images that were made last, and what their styles add to it.
    func addingDivergence(to loss: Tensor, _ context: StepContext) -> Tensor {
        guard let style else { return loss }
        let divergence = context.kept("divergence")
        context.record(divergence, as: "divergence")
        return loss + divergence * Scalar(style.divergenceWeight)
    }
}
