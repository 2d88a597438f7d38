import Checkpoints
import Foundation
import Networks
import Tensors

/// Names and groups of a checkpoint's tensors.
enum Checkpoint {
    static let generatorPrefix = "generator."
    static let discriminatorPrefix = "discriminator."
    static let averagePrefix = "generator_average."

    /// Rises when a file's meaning changes, so that an older program refuses a newer file.
    static let version = 1
    private static let (versionKey, headerKey) = ("swift-gan.version", "swift-gan")

    static func malformed(_ file: SafetensorsFile, _ detail: String) -> CheckpointError {
        CheckpointError(path: file.path, .malformed(format: "gan checkpoint", detail))
    }

    /// What a file says of itself, with a header in it.
    static func metadata(_ header: some Encodable) -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let json = try? encoder.encode(header) else {
            fatalError("a checkpoint's header has no JSON form")
        }
        return [versionKey: "\(version)", headerKey: String(decoding: json, as: UTF8.self)]
    }

    /// The header of a file whose version and checksum are right.
    static func header<Header: Decodable>(
        _ type: Header.Type, of file: SafetensorsFile
    ) throws(CheckpointError) -> Header {
        guard let version = file.metadata[versionKey], let json = file.metadata[headerKey] else {
            throw malformed(file, "it was not written by gan; its header names no configuration")
        }
        guard version == "\(Checkpoint.version)" else {
            throw malformed(
                file, "it has version \(version); this program reads version \(Checkpoint.version)")
        }
        // A checksum that is missing was damaged itself: every file that gan writes has one.
        guard file.checksum == .verified else { throw CheckpointError(path: file.path, .checksumMismatch) }
        do {
            return try JSONDecoder().decode(type, from: Data(json.utf8))
        } catch DecodingError.dataCorrupted(let context)
            where context.codingPath.last?.stringValue == Architecture.modelKey
        {
            throw malformed(file, context.debugDescription)
        } catch {
            throw malformed(file, "its configuration cannot be read")
        }
    }

    /// Throws unless a training can stand there.
    static func check(
        _ progress: TrainingProgress, _ optimizerSteps: [String: Int], of file: SafetensorsFile
    ) throws(CheckpointError) {
        // More than any training reaches, and far from where counting on would overflow.
        let counts = 0...1 << 48
        guard ([progress.step, progress.imagesSeen] + optimizerSteps.values).allSatisfy(counts.contains),
            progress.streams.allSatisfy({ $0.position <= 1 << 60 }),
            progress.seconds.isFinite, progress.pathLength?.isFinite ?? true
        else { throw malformed(file, "its progress is not possible") }
    }

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

/// The name of the model that a checkpoint holds, as in `--model`.
///
/// - Throws: `CheckpointError` if the file is no checkpoint.
public func modelName(ofCheckpoint path: String) throws -> String {
    struct Header: Decodable {
        struct Configuration: Decodable {
            struct Architecture: Decodable { let model: String }
            let architecture: Architecture
        }
        let configuration: Configuration
    }
    return try Checkpoint.header(Header.self, of: SafetensorsFile(path: path)).configuration.architecture
        .model
}

/// What of a training lies in a checkpoint besides its header: networks, and what optimizers remember.
struct CheckpointedState {
    typealias NamedNetwork = (prefix: String, network: any Module)

    let networks: [NamedNetwork]
    /// Each with the networks whose parameters it moves, in that order.
    let optimizers: [(name: String, optimizer: any Optimizer, networks: [NamedNetwork])]

    /// Steps each optimizer took, which Adam's correction depends on.
    var optimizerSteps: [String: Int] {
        Dictionary(uniqueKeysWithValues: optimizers.map { ($0.name, $0.optimizer.stepCount) })
    }

    var entries: [TensorEntry] {
        networks.flatMap { Checkpoint.entries($0.network, prefix: $0.prefix) }
            + moments.map { Checkpoint.entry($0.name, $0.tensor) }
    }

    /// Overwrites all by a file's.
    func read(from file: SafetensorsFile, optimizerSteps: [String: Int]) throws(CheckpointError) {
        for (prefix, network) in networks { try Checkpoint.read(network, prefix: prefix, from: file) }
        for moment in moments { try Checkpoint.read(moment.tensor, moment.name, from: file) }
        for (name, optimizer, _) in optimizers { optimizer.stepCount = optimizerSteps[name] ?? 0 }
    }

    /// Names and tensors of the optimizers' moments.
    private var moments: [(name: String, tensor: Tensor)] {
        optimizers.flatMap { name, optimizer, networks in
            let parameters = networks.flatMap { prefix, network in
                network.state.compactMap { entry in
                    if case .parameter = entry.value { prefix + entry.name } else { nil }
                }
            }
            return optimizer.moments.flatMap { moment in
                zip(parameters, moment.tensors).map { parameter, tensor in
                    ("optimizer.\(name).\(moment.name).\(parameter)", tensor)
                }
            }
        }
    }
}
