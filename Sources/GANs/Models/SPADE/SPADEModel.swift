import Networks
import Tensors

/// The networks of a `SPADE`, and how they learn.
final class SPADEModel: TranslatingModel {
    private let configuration: SPADE
    private let generator: SPADEGenerator
    private let discriminator: MultiscaleDiscriminator
    private let encoder: StyleEncoder?

    init(
        _ configuration: SPADE, _ generator: SPADEGenerator, _ discriminator: MultiscaleDiscriminator,
        _ encoder: StyleEncoder?
    ) {
        (self.configuration, self.generator) = (configuration, generator)
        (self.discriminator, self.encoder) = (discriminator, encoder)
    }

    var translation: any TranslationModelConfiguration { configuration }
    var generatorLearnsFirst: Bool { true }
    var partNames: [String] { ["features"] + (encoder == nil ? [] : ["divergence"]) }

    var networks: [NamedNetwork] {
        [NamedNetwork("generator", generator, .generator)]
            + (encoder.map { [NamedNetwork("encoder", $0, .generator)] } ?? [])
            + [NamedNetwork("discriminator", discriminator, .discriminator)]
    }

    var tasks: [AdversarialTask] {
        // The generator has learned by then, so that the discriminator sees what it makes now, with new styles.
        var task = AdversarialTask(discriminator) { [self] context in
            context.once("fake") { output(context).images }
        }
        task.condition = { $0.inputs }
        task.seesFakesFirst = true
        return [task]
    }

    func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let task = tasks[0]
        let term = Phase.Term { [self] context in
            let (images, divergence) = output(context)
            let fake = context.output(task, of: images, learning: false, withFeatures: true)
            let real = context.output(task, of: context.reals, learning: false, withFeatures: true)
            let adversarial = task.generatorLoss(of: images, context, output: fake)
            let features = DiscriminatorOutput.mean(
                fake.featureDifferences(from: real).map { $0.dropFirst().reduce($0[0], +) })
            context.record(features, as: "features")
            let loss = adversarial + features * Scalar(configuration.featureWeight)
            guard let divergence else { return loss }
            context.record(divergence, as: "divergence")
            return loss + divergence * Scalar(configuration.style?.divergenceWeight ?? 0)
        }
        return [Phase(.generator, [term])]
    }

    /// What is made of the labels, with a style of each target where there are styles.
    private func output(_ context: StepContext) -> (images: Tensor, divergence: Tensor?) {
        context.generate { pass in
            guard let encoder else { return (generator(context.inputs, style: nil, pass), nil) }
            let styles = encoder(context.reals, pass)
            let divergence = styles.divergence
            let style = styles.sample(from: &pass.random)
            return (generator(context.inputs, style: style, pass), divergence)
        }
    }

    func translator(_ direction: TranslationDirection) -> TranslatorNetworks {
        // One image's own statistics are not what a batch's were.
        TranslatorNetworks(
            generator: generator, discriminator: nil, isConditional: true, mode: .inference,
            encoder: encoder)
    }
}
