import Checkpoints
import Foundation
import Images
import Networks
import Tensors

/// What is written beside the tensors of a checkpoint.
public struct CheckpointHeader: Codable, Sendable {
    /// Of a run, to go on from, or of a generator alone, to make images with.
    public enum Kind: String, Codable, Sendable { case run, generator }

    public let kind: Kind
    public let configuration: TrainingConfiguration
    public let progress: TrainingProgress
    /// Steps each optimizer took, which Adam's correction depends on.
    var optimizerSteps: [String: Int] = [:]

    var metadata: [String: String] { Checkpoint.metadata(self) }

    /// Reads the header and checks everything that memory will be taken by.
    public init(_ file: SafetensorsFile) throws {
        func refuse(_ detail: String) -> CheckpointError { Checkpoint.malformed(file, detail) }
        self = try Checkpoint.header(CheckpointHeader.self, of: file)
        do { try configuration.validate() } catch { throw refuse(error.description) }
        try Checkpoint.check(progress, optimizerSteps, of: file)
        guard Architecture.names.contains(configuration.architecture.name) else {
            throw refuse("its model makes no images")
        }
        let prefix = kind == .run ? Checkpoint.generatorPrefix : ""
        let stored = file.tensors.filter { $0.name.hasPrefix(prefix) }.map(\.elementCount).reduce(0, +)
        let expected = configuration.architecture.family.generatorParameterCount
        guard stored >= expected else {
            throw refuse("its generator holds \(stored) numbers, its configuration needs \(expected)")
        }
    }

    init(
        kind: Kind, configuration: TrainingConfiguration, progress: TrainingProgress,
        optimizerSteps: [String: Int] = [:]
    ) {
        self.kind = kind
        self.configuration = configuration
        self.progress = progress
        self.optimizerSteps = optimizerSteps
    }
}

extension Trainer {
    private var checkpointed: CheckpointedState {
        CheckpointedState(
            networks: [
                (Checkpoint.generatorPrefix, generator), (Checkpoint.discriminatorPrefix, discriminator),
                (Checkpoint.averagePrefix, averagedGenerator),
            ],
            optimizers: [
                ("generator", generatorOptimizer, [("", generator)]),
                ("discriminator", discriminatorOptimizer, [("", discriminator)]),
            ])
    }

    /// Writes everything the next step depends on.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    public func save(to path: String) throws {
        refreshAveragedStatistics()
        let state = checkpointed
        let header = CheckpointHeader(
            kind: .run, configuration: configuration, progress: progress,
            optimizerSteps: state.optimizerSteps)
        try SafetensorsFile.write(state.entries, metadata: header.metadata, to: path)
    }

    /// The training that a checkpoint was saved from, ready for its next step.
    ///
    /// - Throws: `CheckpointError` if the file cannot be read or is not a run's.
    public convenience init(resumingFrom path: String) throws {
        let file = try SafetensorsFile(path: path)
        let header = try CheckpointHeader(file)
        guard header.kind == .run else {
            throw CheckpointError(
                path: path,
                .malformed(
                    format: "run's checkpoint", "it holds a generator alone, which cannot be trained on"))
        }
        try self.init(header.configuration)
        progress = header.progress
        try checkpointed.read(from: file, optimizerSteps: header.optimizerSteps)
    }
}

/// A generator read from a checkpoint, to make images with.
public struct TrainedGenerator {
    public let header: CheckpointHeader
    public let generator: any Layer

    public var family: any NetworkFamily { header.configuration.architecture.family }

    /// - Parameters:
    ///   - path: a run's checkpoint, or an exported generator.
    ///   - raw: reads the trained weights of a run rather than their moving average.
    /// - Throws: `CheckpointError` if the file cannot be read or does not fit.
    public init(path: String, raw: Bool = false) throws {
        let file = try SafetensorsFile(path: path)
        header = try CheckpointHeader(file)
        var blank = ParameterSource.blank
        generator = header.configuration.architecture.family.makeGenerator(from: &blank)
        let prefix =
            switch header.kind {
            case .run: raw ? Checkpoint.generatorPrefix : Checkpoint.averagePrefix
            case .generator: ""
            }
        try Checkpoint.read(generator, prefix: prefix, from: file)
    }

    /// Writes the generator alone, under names that PyTorch's modules of the same architecture load.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    public func export(to path: String) throws {
        let header = CheckpointHeader(
            kind: .generator, configuration: header.configuration, progress: header.progress)
        try SafetensorsFile.write(
            Checkpoint.entries(generator, prefix: ""), metadata: header.metadata, to: path)
    }

    /// The images of some seeds; the same seed gives the same image, whatever stands beside it.
    ///
    /// - Parameter labels: a class for each seed, of a generator that is told of classes.
    public func images(seeds: [UInt64], labels: [Int]? = nil) -> [Image] {
        images(latents: latents(seeds: seeds, latentSize: family.latentSize), labels: labels)
    }

    /// The images of a few seeds, made at once and not rounded to bytes.
    ///
    /// - Shapes: `[seeds, size, size, channels]` in [-1, 1].
    public func tensor(seeds: [UInt64], labels: [Int]? = nil) -> Tensor {
        let context = ForwardContext(
            mode: .inference, differentiatesParameters: false, labels: family.oneHot(labels))
        return generator(latents(seeds: seeds, latentSize: family.latentSize), context)
    }

    /// The images of some latents.
    ///
    /// - Shapes: latents `[n, latentSize]` to n images.
    /// - Parameters:
    ///   - labels: a class for each latent, of a generator that is told of classes.
    ///   - progress: told now and then how many are done.
    public func images(
        latents: Tensor, labels: [Int]? = nil, progress: (_ done: Int) -> Void = { _ in }
    ) -> [Image] {
        GANs.images(generator, latents: latents, labels: family.oneHot(labels), progress: progress)
    }
}
