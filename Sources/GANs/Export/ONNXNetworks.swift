import Images
import Networks
import Tensors

extension ONNXModel.Input {
    fileprivate static func latents(_ count: Int) -> ONNXModel.Input {
        ONNXModel.Input(
            name: "latent", extents: [count], meaning: "batch x \(count), independent standard normal numbers"
        )
    }

    fileprivate static func images(_ name: String, size: ImageSize, channels: Int, labels: [String]? = nil)
        -> ONNXModel.Input
    {
        let meaning =
            labels.map {
                "batch x label x height x width, 1 at the label of a pixel and 0 elsewhere: "
                    + $0.joined(separator: ", ")
            }
            ?? "batch x channel x height x width, from -1 to 1"
        return ONNXModel.Input(name: name, extents: [size.height, size.width, channels], meaning: meaning)
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

private func imageMeaning(_ form: ONNXModel.ImageForm) -> String {
    switch form {
    case .float: "batch x channel x height x width, from -1 to 1"
    case .uint8: "batch x height x width x channel, from 0 to 255"
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
            output: ("image", imageMeaning(form)), images: form
        ) { inputs in
            let labels = inputs.dropFirst().first
            return styled?.tensor(latents: inputs[0], labels: labels)
                ?? generator(inputs[0], .inference(labels: labels))
        }
    }
}

extension TrainedDiscriminator {
    /// The discriminator as an ONNX file's content; it scores each image by itself, or each patch.
    ///
    /// - Throws: `ConfigurationError` if it compares the images of a batch, which go by groups that follow from the
    ///   batch's size, or if there is no ONNX operator for a part of it.
    public func onnx() throws(ConfigurationError) -> ONNXModel {
        let options = configuration.discriminator
        guard !options.minibatchDeviation, options.pack == 1 else {
            throw ConfigurationError(
                "the discriminator of this \(configuration.name) scores several images of a batch together, which "
                    + "cannot be written for ONNX")
        }
        return try ONNXModel(
            of: configuration.name,
            [.images("image", size: configuration.size, channels: configuration.channels)]
                + configuration.classInputs, output: ("score", "batch, the discriminator's output")
        ) { inputs in
            discriminator(inputs[0], .inference(labels: inputs.dropFirst().first)).score
        }
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
            [.images("input", size: size, channels: configuration.outputChannels)],
            output: ("image", imageMeaning(form)), images: form, isOfAnySize: true
        ) { generator($0[0], .inference) }
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
        let input = ONNXModel.Input.images(
            "input", size: configuration.size, channels: labels?.count ?? inputChannels, labels: labels?.names
        )
        return try ONNXModel(
            of: configuration.name, [input] + (style ?? []), output: ("image", imageMeaning(form)),
            images: form,
            isOfAnySize: true
        ) { inputs in
            output(of: inputs[0], style: inputs.dropFirst().first)
        }
    }
}
