import Networks
import Tensors

/// A generator that enlarges, against a discriminator, with an L1 and a perceptual loss.
final class PerceptualLossModel: EnlargingModel {
    let enlarging: any EnlargingModelConfiguration
    let generator: any Layer
    let generatorLearnsFirst: Bool
    private let discriminator: any Discriminator
    private let weights: PerceptualWeights
    private let l1Weight: Scalar
    /// Not trained, and not in checkpoints.
    private var classifier: VGG19Features?

    init(
        _ configuration: any PerceptualSuperResolution, _ generator: any Layer,
        _ discriminator: any Discriminator
    ) {
        (enlarging, self.generator, self.discriminator) = (configuration, generator, discriminator)
        weights = configuration.weights
        l1Weight = Scalar(weights.l1Weight * type(of: configuration).l1Scale)
        generatorLearnsFirst = type(of: configuration).generatorLearnsFirst
    }

    var networks: [NamedNetwork] {
        [
            NamedNetwork("generator", generator, .generator),
            NamedNetwork("discriminator", discriminator, .discriminator),
        ]
    }

    var partNames: [String] { ["l1", "features"] }

    var tasks: [AdversarialTask] {
        var task = AdversarialTask(discriminator) { [generator] context in
            context.once("fake") { context.generate { generator(context.inputs, $0) } }
        }
        task.seesFakesFirst = true
        return [task]
    }

    func prepareForTraining() throws(ConfigurationError) { classifier = try weights.classifier?.network() }

    func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let task = tasks[0]
        let term = Phase.Term { [self] context in
            let output = task.fake(context)
            let (adversarial, features) = adversarialAndFeatureLoss(task, output, context)
            let difference = (output - context.reals).absolute().mean()
            context.record(difference, as: "l1")
            context.record(features, as: "features")
            return adversarial * Scalar(weights.adversarialWeight) + difference * l1Weight
                + features * Scalar(weights.featureWeight)
        }
        return [Phase(.generator, [term])]
    }

    private func adversarialAndFeatureLoss(
        _ task: AdversarialTask, _ output: Tensor, _ context: StepContext
    ) -> (adversarial: Tensor, features: Tensor) {
        if let classifier {
            let features = classifier(output, .inference) - classifier(context.reals, .inference)
            return (task.generatorLoss(of: output, context), features.absolute().mean())
        }
        let fake = context.output(task, of: output, learning: false, withFeatures: true)
        let real = context.output(task, of: context.reals, learning: false, withFeatures: true)
        let features = DiscriminatorOutput.mean(fake.featureDifferences(from: real)[0])
        return (task.generatorLoss(of: output, context, output: fake, realOutput: real), features)
    }
}
