import Networks
import Tensors

/// The networks of a `Pix2Pix`, and how they learn.
final class Pix2PixModel: TranslatingModel {
    private let configuration: Pix2Pix
    private let generator: StyledGenerator
    private let discriminator: PatchGANDiscriminator

    init(_ configuration: Pix2Pix, _ generator: StyledGenerator, _ discriminator: PatchGANDiscriminator) {
        (self.configuration, self.generator, self.discriminator) = (configuration, generator, discriminator)
    }

    var translation: any TranslationModelConfiguration { configuration }
    var partNames: [String] { ["l1"] + generator.partNames }

    var networks: [NamedNetwork] {
        generator.networks + [NamedNetwork("discriminator", discriminator, .discriminator)]
    }

    var tasks: [AdversarialTask] {
        var task = AdversarialTask(discriminator) { [generator] context in
            context.once("fake") { generator.images(context) }
        }
        task.condition = { $0.inputs }
        task.seesFakesFirst = true
        return [task]
    }

    func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let (task, weight) = (tasks[0], Scalar(configuration.l1Weight))
        let term = Phase.Term { [generator] context in
            let output = task.fake(context)
            let adversarial = task.generatorLoss(of: output, context)
            let difference = (output - context.reals).absolute().mean()
            context.record(difference, as: "l1")
            return generator.addingDivergence(to: adversarial + difference * weight, context)
        }
        return [Phase(.generator, [term])]
    }

    func translator(_ direction: TranslationDirection) -> TranslatorNetworks {
        // The direction was chosen when the data was read.
        TranslatorNetworks(
            generator: generator.generator, discriminator: discriminator, isConditional: true,
            encoder: generator.encoder)
    }
}
