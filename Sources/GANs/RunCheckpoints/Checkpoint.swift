import Checkpoints
import Foundation
import Networks
import Tensors

/// Names and groups of a checkpoint's tensors.
enum Checkpoint {
    /// The beginning of the names of the tensors of a network's moving average.
    static func averagePrefix(_ network: String) -> String { network + "_average." }

    /// Rises when a file's meaning changes, so that an older program refuses a newer file.
    static let version = 2
    /// Of steps and the like: more than any training reaches, and far from where counting on would overflow.
    private static let counts = 0...1 << 48
    /// Of training, some thirty thousand years.
    private static let maximumSeconds = 1e12
    private static let (versionKey, headerKey) = ("swift-gan.version", "swift-gan")

    static func malformed(_ file: SafetensorsFile, _ detail: String) -> CheckpointError {
        CheckpointError(path: file.path, .malformed(format: "gan checkpoint", detail))
    }

    /// The metadata of a file with a header.
    static func metadata(_ header: some Encodable) -> [String: String] {
        [versionKey: "\(version)", headerKey: sortedJSON(header)]
    }

    /// A value as a line of JSON with its keys in order.
    static func sortedJSON(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let json = try? encoder.encode(value) else {
            fatalError("\(type(of: value)) has no JSON form")
        }
        return String(decoding: json, as: UTF8.self)
    }

    /// The header of a file whose version and checksum are right.
    static func header<Header: Decodable>(
        _ type: Header.Type, of file: SafetensorsFile
    ) throws(CheckpointError) -> Header {
        guard let version = file.metadata[versionKey], let json = file.metadata[headerKey] else {
            throw malformed(file, "it was not written by gan; its header names no configuration")
        }
        guard let number = Int(version), (1...Checkpoint.version).contains(number) else {
            throw malformed(
                file, "it has version \(version); this program reads versions 1 to \(Checkpoint.version)")
        }
        // A checksum that is missing was damaged itself: every file that gan writes has one.
        guard file.checksum == .verified else { throw CheckpointError(path: file.path, .checksumMismatch) }
        do {
            let json = Data(json.utf8)
            return try JSONDecoder().decode(
                type, from: number == 1 ? LegacyFormat.upgradedHeader(json) : json)
        } catch DecodingError.dataCorrupted(let context)
            where context.codingPath.last?.stringValue == TrainingConfiguration.CodingKeys.model.rawValue
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
        let steps =
            [progress.step, progress.imagesSeen, progress.metrics?.count ?? 0] + optimizerSteps.values
        guard steps.allSatisfy(counts.contains),
            progress.streams.allSatisfy({ $0.position <= 1 << 60 }),
            (0...maximumSeconds).contains(progress.seconds), progress.pathLength?.isFinite ?? true,
            progress.augmentation?.isPossible ?? true
        else { throw malformed(file, "its progress is not possible") }
    }

    /// A network's state as entries of a file, which read the tensors when they are written.
    ///
    /// - Parameter half: whether scalars are rounded to 16 bits.
    static func entries(_ state: [StateEntry], prefix: String, half: Bool = false) -> [TensorEntry] {
        let make = half ? halfEntry : entry
        return state.map { state in
            let name = prefix + state.name
            switch state.value {
            case .parameter(let parameter): return make(name, parameter.value)
            case .buffer(let buffer): return make(name, buffer.value)
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

    private static func halfEntry(_ name: String, _ tensor: Tensor) -> TensorEntry {
        TensorEntry(name: name, type: .float16, shape: tensor.shape.dimensions) { body in
            let halves = tensor.withScalars { $0.map { Float16($0).bitPattern.littleEndian } }
            halves.withUnsafeBytes { body($0) }
        }
    }

    /// Overwrites a module's state by a file's. Memory that parameters lack is taken once the file's shape is seen
    /// to be theirs.
    static func read(
        _ module: any Module, prefix: String, from file: SafetensorsFile
    ) throws(CheckpointError) {
        try read(module.state, prefix: prefix, from: file)
    }

    static func read(
        _ entries: [StateEntry], prefix: String, from file: SafetensorsFile
    ) throws(CheckpointError) {
        for state in entries {
            let name = prefix + state.name
            switch state.value {
            case .parameter(let parameter): try readFinite(parameter.value, name, from: file)
            case .buffer(let buffer): try readFinite(buffer.value, name, from: file)
            case .counter(let counter):
                let values = try file.values(name, as: Int.self)
                guard let value = values.first, values.count == 1 else {
                    throw CheckpointError(
                        path: file.path,
                        .unexpectedShape(
                            tensor: "tensor \"\(name)\"", expected: [], found: file[name]?.shape ?? []))
                }
                guard counts.contains(value) else {
                    throw malformed(file, "its tensor \"\(name)\" counts \(value), which is not possible")
                }
                counter.value = Int64(value)
            }
        }
    }

    /// Reads what a network computes with: of what is no number it would make black images without a word.
    private static func readFinite(
        _ tensor: Tensor, _ name: String, from file: SafetensorsFile
    ) throws(CheckpointError) {
        try read(tensor, name, from: file)
        guard tensor.withScalars({ $0.allSatisfy(\.isFinite) }) else {
            throw malformed(file, "its tensor \"\(name)\" holds what is not a finite number")
        }
    }

    static func read(_ tensor: Tensor, _ name: String, from file: SafetensorsFile) throws(CheckpointError) {
        if !tensor.isAllocated {
            guard let found = file[name] else { throw CheckpointError(path: file.path, .missingTensor(name)) }
            guard found.shape == tensor.shape.dimensions else {
                throw CheckpointError(
                    path: file.path,
                    .unexpectedShape(
                        tensor: "tensor \"\(name)\"", expected: tensor.shape.dimensions, found: found.shape))
            }
            tensor.allocate()
        }
        var failure: CheckpointError?
        tensor.withMutableScalars { scalars in
            do throws(CheckpointError) {
                try file.read(name, shape: tensor.shape.dimensions, into: scalars)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
