import Checkpoints
import Networks
import Tensors

/// The discriminator of a run's checkpoint, to see images with.
public struct TrainedDiscriminator {
    private let family: any NetworkFamily
    private let discriminator: any Discriminator

    /// - Returns: nil for an exported generator, which has none with it.
    /// - Throws: `CheckpointError` if the file cannot be read or does not fit.
    public init?(path: String) throws {
        let file = try SafetensorsFile(path: path)
        let header = try CheckpointHeader(file)
        guard header.kind == .run else { return nil }
        family = header.configuration.architecture.family
        var blank = ParameterSource.blank
        discriminator = family.makeDiscriminator(from: &blank)
        try Checkpoint.read(discriminator, prefix: Checkpoint.discriminatorPrefix, from: file)
    }

    /// What it sees in images, to compare them by; nil of one that has no such features.
    ///
    /// - Shapes: images `[n, size, size, channels]` to `[n, ...]`.
    /// - Parameter label: the class of all images, of a model that is told of classes.
    public func features(label: Int? = nil) -> ((Tensor) -> Tensor)? {
        let (family, discriminator) = (family, discriminator)
        func features(_ images: Tensor) -> Tensor? {
            let labels = label.map { [Int](repeating: $0, count: images.shape[0]) }
            return discriminator.features(
                of: images,
                ForwardContext(
                    mode: .inference, differentiatesParameters: false, labels: family.oneHot(labels)))
        }
        guard features(.zeros([1, family.size, family.size, family.channels])) != nil else { return nil }
        return { images in
            guard let found = features(images) else { fatalError("a discriminator lost its features") }
            return found
        }
    }
}
