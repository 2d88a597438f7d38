import Images
import Networks
import Tensors

extension ONNXModel.Input {
    fileprivate static func latents(_ count: Int) -> ONNXModel.Input {
        ONNXModel.Input(
            name: "latent", extents: [count], meaning: "batch x \(count), independent standard normal numbers"
        )
    }

    fileprivate static func images(_ name: String, size: ImageSize, channels: Int) -> ONNXModel.Input {
        ONNXModel.Input(
            name: name, extents: [size.height, size.width, channels],
            meaning: "batch x channel x height x width, from -1 to 1")
    }

    /// Images or label maps that are translated.
    fileprivate static func translated(
        size: ImageSize, channels: Int, _ labels: LabelSet?
    ) -> ONNXModel.Input {
        guard let labels else { return .images("input", size: size, channels: channels) }
        return ONNXModel.Input(
            name: "input", extents: [size.height, size.width, labels.count],
            meaning: "batch x label x height x width, 1 at the label of a pixel and 0 elsewhere: "
                + labels.names.joined(separator: ", "))
    }
}

extension LatentModelConfiguration {
    /// What a class-conditional network is told of classes.
    fileprivate var classInputs: [ONNXModel.Input] {
        guard let conditioning else { return [] }
        return [
            ONNXModel.Input(
                name: "class", extents: [conditioning.classes.count],
                meaning: "batch x class, 1 at the class and 0 elsewhere: "
                    + conditioning.classes.joined(separator: ", "))
        ]
    }
}

extension ONNXModel.Output {
    fileprivate static func images(_ form: ONNXModel.ImageForm) -> ONNXModel.Output {
        switch form {
        case .float:
            ONNXModel.Output(
                name: "image", meaning: "batch x channel x height x width, from -1 to 1", images: form)
        case .uint8:
            ONNXModel.Output(
                name: "image", meaning: "batch x height x width x channel, from 0 to 255", images: form)
        }
    }
}

extension TrainedGenerator {
    /// The generator as an ONNX file's content: of a style-based one with these settings, whose noise is constant.
    ///
    /// - Throws: `ConfigurationError` if there is no ONNX operator for a part of it.
    public func onnx(
        images form: ONNXModel.ImageForm = .float, settings: StyleSettings = StyleSettings()
    ) throws(ConfigurationError) -> ONNXModel {
        let styled = StyledImages(self, settings: settings)
        return try ONNXModel(
            of: configuration.name, [.latents(configuration.latentSize)] + configuration.classInputs,
            [.images(form)]
        ) { inputs in
            let labels = inputs.dropFirst().first
            return [
                styled?.tensor(latents: inputs[0], labels: labels)
                    ?? generator(inputs[0], .inference(labels: labels))
            ]
        }
    }
}

extension TrainedDiscriminator {
    /// The discriminator as an ONNX file's content, normalized by running statistics where it has any.
    ///
    /// Its output `score` is the higher the more real the images are, before any squashing. One that works at several
    /// scales has `score_0` of the images themselves, `score_1` of smaller copies.
    ///
    /// - Throws: `ConfigurationError` if there is no ONNX operator for a part of it.
    public func onnx() throws(ConfigurationError) -> ONNXModel {
        let latents = configuration as? any LatentModelConfiguration
        let pack = latents?.discriminator.pack ?? 1
        let inputs =
            [.images("image", size: configuration.size, channels: channels)] + (latents?.classInputs ?? [])
            + conditionInputs
        let examples = inputs.map { Tensor.zeros(Shape([pack] + $0.extents)) }
        let scores = scores(examples)
        let outputs = scores.enumerated().map { scale, score in
            ONNXModel.Output(
                name: scores.count == 1 ? "score" : "score_\(scale)",
                meaning: score.shape.rank == 4
                    ? "batch x 1 x height x width, a score for each patch"
                    : pack == 1
                        ? "batch, a score for each image" : "a score for every \(pack) images together")
        }
        return try ONNXModel(
            of: configuration.name, inputs, outputs, isOfAnySize: latents == nil, pack: pack,
            self.scores)
    }

    private var conditionInputs: [ONNXModel.Input] {
        guard isConditional, let translation = configuration as? any TranslationModelConfiguration else {
            return []
        }
        return [.translated(size: translation.size, channels: translation.inputChannels, translation.labels)]
    }

    /// - Parameter inputs: images, and their classes or what they were translated from.
    private func scores(_ inputs: [Tensor]) -> [Tensor] {
        if isConditional {
            return discriminator(.concatenated([inputs[1], inputs[0]], axis: 3), .inference).scores
        }
        return discriminator(inputs[0], .inference(labels: inputs.dropFirst().first)).scores
    }
}

extension Upscaler {
    /// The generator as an ONNX file's content.
    ///
    /// - Throws: `ConfigurationError` if there is no ONNX operator for a part of it.
    public func onnx(images form: ONNXModel.ImageForm = .float) throws(ConfigurationError) -> ONNXModel {
        let (generator, scale) = (generator, configuration.scale)
        let size = configuration.size.map { $0 / scale }
        return try ONNXModel(
            of: configuration.name,
            [.translated(size: size, channels: configuration.outputChannels, nil)], [.images(form)],
            isOfAnySize: true
        ) { [generator($0[0], .inference)] }
    }
}

extension Translator {
    /// The generator as an ONNX file's content, without dropout, and normalized by running statistics where it has any.
    ///
    /// - Throws: `ConfigurationError` if there is no ONNX operator for a part of it.
    public func onnx(images form: ONNXModel.ImageForm = .float) throws(ConfigurationError) -> ONNXModel {
        let style = styleSize.map {
            [ONNXModel.Input(name: "style", extents: [$0], meaning: "batch x \($0), standard normal numbers")]
        }
        let input = ONNXModel.Input.translated(size: configuration.size, channels: inputChannels, labels)
        return try ONNXModel(
            of: configuration.name, [input] + (style ?? []), [.images(form)], isOfAnySize: true
        ) { inputs in
            [output(of: inputs[0], style: inputs.dropFirst().first)]
        }
    }
}
