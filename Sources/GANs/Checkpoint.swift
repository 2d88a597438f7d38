import Checkpoints
import Foundation
import Images
import Networks
import Tensors

/// What is written beside the tensors of a checkpoint.
public struct CheckpointHeader: Codable, Sendable {
    /// Of a run, to go on from, or of a generator alone, to make pictures with.
    public enum Kind: String, Codable, Sendable { case run, generator }

    public let kind: Kind
    public let configuration: TrainingConfiguration
    public let progress: TrainingProgress
    /// Steps each optimizer took, which Adam's correction depends on.
    var optimizerSteps: [String: Int] = [:]

    /// Rises when a file's meaning changes, so that an older program refuses a newer file.
    static let version = 1
    private static let (versionKey, headerKey) = ("swift-gan.version", "swift-gan")

    var metadata: [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let json = try? encoder.encode(self) else {
            fatalError("a checkpoint's header has no JSON form")
        }
        return [
            CheckpointHeader.versionKey: "\(CheckpointHeader.version)",
            CheckpointHeader.headerKey: String(decoding: json, as: UTF8.self),
        ]
    }

    /// Reads the header and checks everything that memory will be taken by.
    public init(_ file: SafetensorsFile) throws {
        func refuse(_ detail: String) -> CheckpointError {
            CheckpointError(path: file.path, .malformed(format: "gan checkpoint", detail))
        }
        guard let version = file.metadata[CheckpointHeader.versionKey],
            let json = file.metadata[CheckpointHeader.headerKey]
        else { throw refuse("it was not written by gan; its header names no configuration") }
        guard version == "\(CheckpointHeader.version)" else {
            throw refuse("it has version \(version); this program reads version \(CheckpointHeader.version)")
        }
        // A checksum that is missing was damaged itself: every file that gan writes has one.
        guard file.checksum == .verified else { throw CheckpointError(path: file.path, .checksumMismatch) }
        do {
            self = try JSONDecoder().decode(CheckpointHeader.self, from: Data(json.utf8))
            try configuration.validate()
        } catch let error as ConfigurationError {
            throw refuse(error.description)
        } catch DecodingError.dataCorrupted(let context)
            where context.codingPath.last?.stringValue == Architecture.modelKey
        {
            throw refuse(context.debugDescription)
        } catch {
            throw refuse("its configuration cannot be read")
        }
        // More than any training reaches, and far from where counting on would overflow.
        let counts = 0...1 << 48
        guard ([progress.step, progress.imagesSeen] + optimizerSteps.values).allSatisfy(counts.contains),
            progress.streams.allSatisfy({ $0.position <= 1 << 60 }),
            progress.seconds.isFinite
        else { throw refuse("its progress is not possible") }
        guard Architecture.names.contains(configuration.architecture.name) else {
            throw refuse("its model makes no pictures")
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

/// Names and groups of a checkpoint's tensors.
enum Checkpoint {
    static let generatorPrefix = "generator."
    static let discriminatorPrefix = "discriminator."
    static let averagePrefix = "generator_average."

    /// A module's state as entries of a file, which read the tensors when they are written.
    static func entries(_ module: any Module, prefix: String) -> [TensorEntry] {
        module.state.map { state in
            let name = prefix + state.name
            switch state.value {
            case .parameter(let parameter): return entry(name, parameter.value)
            case .buffer(let buffer): return entry(name, buffer.value)
            case .counter(let counter):
                return TensorEntry(name: name, shape: [], values: [Int(counter.value)])
            }
        }
    }

    static func entry(_ name: String, _ tensor: Tensor) -> TensorEntry {
        TensorEntry(name: name, type: Scalar.elementType, shape: tensor.shape.dimensions) { body in
            tensor.withScalars { body(UnsafeRawBufferPointer($0)) }
        }
    }

    /// Overwrites a module's state by a file's.
    static func read(
        _ module: any Module, prefix: String, from file: SafetensorsFile
    ) throws(CheckpointError) {
        for state in module.state {
            let name = prefix + state.name
            switch state.value {
            case .parameter(let parameter): try read(parameter.value, name, from: file)
            case .buffer(let buffer): try read(buffer.value, name, from: file)
            case .counter(let counter):
                let values = try file.values(name, as: Int.self)
                guard let value = values.first, values.count == 1 else {
                    throw CheckpointError(
                        path: file.path,
                        .unexpectedShape(
                            tensor: "tensor \"\(name)\"", expected: [], found: file[name]?.shape ?? []))
                }
                counter.value = Int64(value)
            }
        }
    }

    static func read(_ tensor: Tensor, _ name: String, from file: SafetensorsFile) throws(CheckpointError) {
        var failure: CheckpointError?
        tensor.withMutableScalars { scalars in
            do throws(CheckpointError) {
                try file.read(name, shape: tensor.shape.dimensions, into: scalars)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

extension Trainer {
    private var optimizers: [(name: String, optimizer: any Optimizer, network: any Module)] {
        [
            ("generator", generatorOptimizer, generator),
            ("discriminator", discriminatorOptimizer, discriminator),
        ]
    }

    /// Names and tensors of the optimizers' moments.
    private var moments: [(name: String, tensor: Tensor)] {
        optimizers.flatMap { name, optimizer, network in
            let parameters = network.state.filter { if case .parameter = $0.value { true } else { false } }
            return optimizer.moments.flatMap { moment in
                zip(parameters, moment.tensors).map { parameter, tensor in
                    ("optimizer.\(name).\(moment.name).\(parameter.name)", tensor)
                }
            }
        }
    }

    /// Writes everything the next step depends on.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    public func save(to path: String) throws {
        refreshAveragedStatistics()
        let header = CheckpointHeader(
            kind: .run, configuration: configuration, progress: progress,
            optimizerSteps: Dictionary(
                uniqueKeysWithValues: optimizers.map { ($0.name, $0.optimizer.stepCount) }))
        try SafetensorsFile.write(
            Checkpoint.entries(generator, prefix: Checkpoint.generatorPrefix)
                + Checkpoint.entries(discriminator, prefix: Checkpoint.discriminatorPrefix)
                + Checkpoint.entries(averagedGenerator, prefix: Checkpoint.averagePrefix)
                + moments.map { Checkpoint.entry($0.name, $0.tensor) },
            metadata: header.metadata, to: path)
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
        try Checkpoint.read(generator, prefix: Checkpoint.generatorPrefix, from: file)
        try Checkpoint.read(discriminator, prefix: Checkpoint.discriminatorPrefix, from: file)
        try Checkpoint.read(averagedGenerator, prefix: Checkpoint.averagePrefix, from: file)
        for moment in moments { try Checkpoint.read(moment.tensor, moment.name, from: file) }
        for (name, optimizer, _) in optimizers { optimizer.stepCount = header.optimizerSteps[name] ?? 0 }
    }
}

/// A generator read from a checkpoint, to make pictures with.
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

    /// The pictures of some seeds; the same seed gives the same picture, whatever stands beside it.
    ///
    /// - Parameter labels: a class for each seed, of a generator that is told of classes.
    public func pictures(seeds: [UInt64], labels: [Int]? = nil) -> [Picture] {
        pictures(latents: latents(seeds: seeds, latentSize: family.latentSize), labels: labels)
    }

    /// The pictures of a few seeds, made at once and not rounded to bytes.
    ///
    /// - Shapes: `[seeds, size, size, channels]` in [-1, 1].
    public func tensor(seeds: [UInt64], labels: [Int]? = nil) -> Tensor {
        let context = ForwardContext(
            mode: .inference, differentiatesParameters: false, labels: family.oneHot(labels))
        return generator(latents(seeds: seeds, latentSize: family.latentSize), context)
    }

    /// The pictures of some latents.
    ///
    /// - Shapes: latents `[n, latentSize]` to n pictures.
    /// - Parameters:
    ///   - labels: a class for each latent, of a generator that is told of classes.
    ///   - progress: told now and then how many are done.
    public func pictures(
        latents: Tensor, labels: [Int]? = nil, progress: (_ done: Int) -> Void = { _ in }
    ) -> [Picture] {
        GANs.pictures(generator, latents: latents, labels: family.oneHot(labels), progress: progress)
    }
}
