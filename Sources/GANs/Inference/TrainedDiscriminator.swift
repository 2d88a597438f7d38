import Checkpoints
import Networks
import Tensors

/// The discriminator of a checkpoint, whose features images are compared by.
public struct TrainedDiscriminator {
    let configuration: any LatentModelConfiguration
    let discriminator: any Discriminator

    /// - Returns: nil for a generator alone.
    /// - Throws: `CheckpointError` if the file cannot be read or does not fit.
    public init?(path: String) throws {
        let file = try SafetensorsFile(path: path)
        let header = try CheckpointHeader(file)
        guard header.kind != .generator, let model = header.model as? any LatentModelConfiguration else {
            return nil
        }
        configuration = model
        var source = ParameterSource.counting
        discriminator = configuration.makeDiscriminator(from: &source)
        if header.lacks(NamedNetwork("discriminator", discriminator, .discriminator), file) { return nil }
        try Checkpoint.read(discriminator, prefix: "discriminator.", from: file)
    }

    /// The features of images, to compare them by; nil of a discriminator that has none of single images.
    ///
    /// - Shapes: images `[n, height, width, channels]` to `[n, ...]`.
    /// - Parameter label: the class of all images, of a class-conditional model.
    public func features(label: Int? = nil) -> ((Tensor) -> Tensor)? {
        let (configuration, discriminator) = (configuration, discriminator)
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
