import Checkpoints
import Images
import Networks
import Tensors

/// The discriminator of a checkpoint: of the images that its generator makes, where there are several.
public struct TrainedDiscriminator {
    let configuration: any ModelConfiguration
    let discriminator: any Discriminator
    /// Whether it sees what an image was translated from beside the image.
    let isConditional: Bool
    /// Channels of the images that it scores.
    let channels: Int

    /// - Returns: nil for a generator alone.
    /// - Throws: `CheckpointError` if the file cannot be read or does not fit.
    public init?(path: String) throws {
        let file = try SafetensorsFile(path: path)
        let header = try CheckpointHeader(file)
        if header.kind == .generator { return nil }
        configuration = header.model
        var source = ParameterSource.counting
        let model = configuration.makeModel(from: &source)
        let direction = header.training.data.direction
        let translator = (model as? any TranslatingModel)?.translator(direction)
        guard let discriminator = translator?.discriminator ?? model.tasks.first?.discriminator,
            let named = model.networks.first(where: { $0.network === discriminator }),
            !header.lacks(named, file)
        else { return nil }
        self.discriminator = discriminator
        isConditional = model.tasks.contains { $0.condition != nil }
        let translation = configuration as? any TranslationModelConfiguration
        let isReversed = direction == .b2a && !type(of: configuration).data.hasTargets
        channels = isReversed ? translation?.inputChannels ?? 0 : configuration.outputChannels
        try Checkpoint.read(discriminator, prefix: named.name + ".", from: file)
    }

    /// The features of images, to compare them by; nil of a discriminator that has none of single images.
    ///
    /// - Shapes: images `[n, height, width, channels]` to `[n, ...]`.
    /// - Parameter label: the class of all images, of a class-conditional model.
    public func features(label: Int? = nil) -> ((Tensor) -> Tensor)? {
        guard let configuration = configuration as? any LatentModelConfiguration else { return nil }
        let discriminator = discriminator
        func features(_ images: Tensor) -> Tensor? {
            let labels = label.map { [Int](repeating: $0, count: images.shape[0]) }
            return discriminator.features(of: images, .inference(labels: configuration.oneHot(labels)))
        }
        let size = configuration.size
        guard features(.zeros([1, size.height, size.width, configuration.channels])) != nil else {
            return nil
        }
        return { images in
            guard let found = features(images) else { fatalError("a discriminator lost its features") }
            return found
        }
    }
}
