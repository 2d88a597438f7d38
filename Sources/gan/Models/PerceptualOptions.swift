import ArgumentParser
import GANs

/// The options of all models that enlarge images with an adversarial and a perceptual loss.
struct PerceptualOptions<Configuration: PerceptualSuperResolution>: ParsableArguments {
    @OptionGroup var common: SuperResolutionOptions<Configuration>

    @Option(
        help: ArgumentHelp(
            "A run or a checkpoint of --model \(Configuration.Content.name), whose generator the training begins with.",
            valueName: "checkpoint"))
    var from: CheckpointArgument?

    @Option(
        help: ArgumentHelp(
            """
            Perceptual loss: weights of torchvision's VGG19 as safetensors, whose features are compared \
            instead of the discriminator's: vgg19(weights="DEFAULT").state_dict() in Python. To go on, the \
            same file is needed.
            """, valueName: "file"))
    var vgg: String?

    func apply(to model: inout Configuration, beginning traits: DataTraits?) throws {
        let trained = try traits.flatMap { _ in from }.map(Self.configuration(ofGeneratorIn:))
        if let trained {
            (model.size, model.channels) = (trained.size, trained.channels)
            (model.scale, model.width, model.blocks) = (trained.scale, trained.width, trained.blocks)
        }
        common.apply(to: &model)
        if let from, let trained, !model.hasGenerator(of: trained) {
            throw ValidationError(
                "the generator in \(from.path) has other --scale, --blocks, --width or --channels; leave "
                    + "these out")
        }
        if let vgg, traits != nil {
            model.weights = PerceptualWeights(classifier: try VGG19Weights(path: vgg))
        }
    }

    func apply(
        to data: inout DataPreparation, of model: Configuration, beginning traits: DataTraits?
    ) throws {
        common.crop.apply(to: &data, of: model, beginning: traits)
    }

    private static func configuration(
        ofGeneratorIn from: CheckpointArgument
    ) throws -> any SuperResolutionConfiguration {
        let model = try Upscaler(path: from.path).configuration
        guard model is Configuration || model is Configuration.Content,
            let model = model as? any SuperResolutionConfiguration
        else {
            throw ValidationError(
                "the generator in \(from.path), of --model \(model.name), is not one that --model "
                    + "\(Configuration.name) has; give a run of --model \(Configuration.Content.name)")
        }
        return model
    }

    func locateFiles(of model: inout Configuration) {
        if let vgg { model.weights.moveClassifier(to: vgg) }
    }
}

extension SuperResolutionConfiguration {
    fileprivate func hasGenerator(of other: any SuperResolutionConfiguration) -> Bool {
        (channels, scale, width, blocks) == (other.channels, other.scale, other.width, other.blocks)
    }
}
