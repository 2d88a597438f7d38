import ArgumentParser
import GANs

/// The options of all models that enlarge images with an adversarial and a perceptual loss.
struct PerceptualOptions<Configuration: PerceptualSuperResolution>: ParsableArguments {
    @OptionGroup var common: SuperResolutionOptions<Configuration>

    @Option(
        help: ArgumentHelp(
            """
            Perceptual loss: weights of torchvision's VGG19 as safetensors, whose features are compared \
            instead of the discriminator's: vgg19(weights="DEFAULT").state_dict() in Python. To go on, the \
            same file is needed.
            """, valueName: "file"))
    var vgg: String?

    func apply(to model: inout Configuration, beginning traits: DataTraits?) throws {
        common.apply(to: &model)
        if let vgg, traits != nil {
            model.weights = PerceptualWeights(classifier: try VGG19Weights(path: vgg))
        }
    }

    func apply(
        to data: inout DataPreparation, of model: Configuration, beginning traits: DataTraits?
    ) throws {
        common.crop.apply(to: &data, of: model, beginning: traits)
    }

    func locateFiles(of model: inout Configuration) {
        if let vgg { model.weights.moveClassifier(to: vgg) }
    }
}
