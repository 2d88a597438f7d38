import Checkpoints
import Datasets
import Images
import Networks
import Tensors

/// A generator read from a checkpoint, which makes images of latents.
public struct TrainedGenerator {
    /// The header of the checkpoint.
    public let header: CheckpointHeader
    /// The network, from latents `[n, latentSize]` to images.
    public let generator: any Layer
    /// The model's configuration.
    public let configuration: any LatentModelConfiguration

    /// - Parameters:
    ///   - path: a run's checkpoint, or an exported generator.
    ///   - raw: reads the trained weights of a run rather than their moving average.
    /// - Throws: `CheckpointError` if the file cannot be read or does not fit, `ConfigurationError` if its model does
    ///   not make images of latents.
    public init(path: String, raw: Bool = false) throws {
        let file = try SafetensorsFile(path: path)
        header = try CheckpointHeader(file)
        guard let configuration = header.model as? any LatentModelConfiguration,
            type(of: configuration).data == .images
        else {
            throw ConfigurationError(
                "the model \(header.model.name) in \(path) does not make images of latents")
        }
        self.configuration = configuration
        var source = ParameterSource.counting
        generator = configuration.makeGenerator(from: &source)
        try Checkpoint.read(generator, prefix: header.prefix(ofGenerator: "generator", raw: raw), from: file)
    }

    /// What images are brought to, to be compared with those made.
    public var imageFormat: ImageFormat {
        ImageFormat(size: configuration.size, channels: configuration.channels, fit: header.training.data.fit)
    }

    /// Writes the generator alone, under names that PyTorch's modules of the same architecture load.
    ///
    /// - Parameter half: whether scalars are rounded to 16 bits.
    /// - Throws: `FileError`; then nothing is left behind.
    public func export(to path: String, half: Bool = false) throws {
        try Checkpoint.export(generator, header, half: half, to: path)
    }

    /// The images of some seeds; the same seed gives the same image, whatever stands beside it.
    ///
    /// - Parameter labels: a class for each seed, of a class-conditional generator.
    public func images(seeds: [UInt64], labels: [Int]? = nil) -> [Image] {
        images(latents: latents(seeds: seeds, latentSize: configuration.latentSize), labels: labels)
    }

    /// The images of a few seeds, made at once and not rounded to bytes.
    ///
    /// - Shapes: `[seeds, height, width, channels]` in [-1, 1].
    public func tensor(seeds: [UInt64], labels: [Int]? = nil) -> Tensor {
        generator(
            latents(seeds: seeds, latentSize: configuration.latentSize),
            .inference(labels: configuration.oneHot(labels)))
    }

    /// The images of some latents.
    ///
    /// - Shapes: latents `[n, latentSize]` to n images.
    /// - Parameters:
    ///   - labels: a class for each latent, of a class-conditional generator.
    ///   - progress: told now and then how many are done.
    public func images(
        latents: Tensor, labels: [Int]? = nil, progress: (_ done: Int) -> Void = { _ in }
    ) -> [Image] {
        GANs.images(generator, latents: latents, labels: configuration.oneHot(labels), progress: progress)
    }
}
