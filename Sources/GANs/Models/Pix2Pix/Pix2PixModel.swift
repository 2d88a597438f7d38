import Networks
import Tensors

/// The networks of a `Pix2Pix`, and how they learn.
final class Pix2PixModel: TranslatingModel {
    private let configuration: Pix2Pix
    private let generator: UNetGenerator
    private let discriminator: PatchGANDiscriminator
    private let encoder: StyleEncoder?

    init(
        _ configuration: Pix2Pix, _ generator: UNetGenerator, _ discriminator: PatchGANDiscriminator,
        _ encoder: StyleEncoder?
    ) {
        (self.configuration, self.generator) = (configuration, generator)
        (self.discriminator, self.encoder) = (discriminator, encoder)
    }

    var translation: any TranslationModelConfiguration { configuration }
    var partNames: [String] { ["l1"] + (encoder == nil ? [] : ["divergence"]) }

    var networks: [NamedNetwork] {
        [NamedNetwork("generator", generator, .generator)]
            + (encoder.map { [NamedNetwork("encoder", $0, .generator)] } ?? [])
            + [NamedNetwork("discriminator", discriminator, .discriminator)]
    }

    var tasks: [AdversarialTask] {
        var task = AdversarialTask(discriminator) { [self] context in
            context.once("fake") { output(context) }
        }
        task.condition = { $0.inputs }
        task.seesFakesFirst = true
        return [task]
    }

    func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let task = tasks[0]
        let term = Phase.Term { [configuration] context in
            let output = task.fake(context)
            let adversarial = task.generatorLoss(of: output, context)
            let difference = (output - context.reals).absolute().mean()
            context.record(difference, as: "l1")
            let loss = adversarial + difference * Scalar(configuration.l1Weight)
            guard let style = configuration.style else { return loss }
            let divergence = context.kept("divergence")
            context.record(divergence, as: "divergence")
            return loss + divergence * Scalar(style.divergenceWeight)
        }
        return [Phase(.generator, [term])]
    }

    /// What is made of the inputs, with a style of each target where there are styles.
    private func output(_ context: StepContext) -> Tensor {
        context.generate { pass in
            guard let encoder else { return generator(context.inputs, pass) }
            let styles = encoder(context.reals, pass)
            context.keep(styles.divergence, as: "divergence")
            return generator(context.inputs, style: styles.sample(from: &pass.random), pass)
        }
    }

    func translator(_ direction: TranslationDirection) -> TranslatorNetworks {
        // The direction was chosen when the data was read.
        TranslatorNetworks(
            generator: generator, discriminator: discriminator, isConditional: true, encoder: encoder)
    }
}
