import Networks
import Tensors

/// The networks of a `SPADE`, and how they learn.
final class SPADEModel: TranslatingModel {
    private let configuration: SPADE
    private let generator: StyledGenerator
    private let discriminator: MultiscaleDiscriminator

    init(_ configuration: SPADE, _ generator: StyledGenerator, _ discriminator: MultiscaleDiscriminator) {
        (self.configuration, self.generator, self.discriminator) = (configuration, generator, discriminator)
    }

    var translation: any TranslationModelConfiguration { configuration }
    var generatorLearnsFirst: Bool { true }
    var partNames: [String] { ["features"] + generator.partNames }

    var networks: [NamedNetwork] {
        generator.networks + [NamedNetwork("discriminator", discriminator, .discriminator)]
    }

    var tasks: [AdversarialTask] {
        // The generator has learned by then, so that the discriminator sees what it makes now, with new styles.
        var task = AdversarialTask(discriminator) { [generator] context in
            context.once("fake") { generator.images(context) }
        }
        task.condition = { $0.inputs }
        task.seesFakesFirst = true
        return [task]
    }

    func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let (task, weight) = (tasks[0], Scalar(configuration.featureWeight))
        let term = Phase.Term { [generator] context in
            let images = generator.images(context)
            let fake = context.output(task, of: images, learning: false, withFeatures: true)
            let real = context.output(task, of: context.reals, learning: false, withFeatures: true)
            let adversarial = task.generatorLoss(of: images, context, output: fake)
            let features = DiscriminatorOutput.mean(
                fake.featureDifferences(from: real).map { $0.dropFirst().reduce($0[0], +) })
            context.record(features, as: "features")
            return generator.addingDivergence(to: adversarial + features * weight, context)
        }
        return [Phase(.generator, [term])]
    }

    func translator(_ direction: TranslationDirection) -> TranslatorNetworks {
        // One image's own statistics are not what a batch's were.
        TranslatorNetworks(
            generator: generator.generator, discriminator: nil, isConditional: true, mode: .inference,
            encoder: generator.encoder)
    }
}
