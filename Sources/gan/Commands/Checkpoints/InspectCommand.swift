import ArgumentParser
import Checkpoints
import Foundation
import GANs
import Images

/// `gan inspect`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract:
            "Show what a checkpoint holds: model, training recipe, step, tensors, checksum; or where an image comes from."
    )

    @Argument(
        help:
            "A run's folder, a checkpoint of a run, or an exported one; or a PNG or GIF file that one of them made."
    )
    var checkpoint: CheckpointArgument

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        func hasSuffix(_ suffixes: [String]) -> Bool {
            suffixes.contains(where: checkpoint.path.lowercased().hasSuffix)
        }
        if hasSuffix([".mp4", ".webm"]) {
            throw CommandError(
                "comments of videos are not read here; ffprobe \(checkpoint.path) shows where it comes from")
        }
        if hasSuffix([".png", ".apng", ".gif"]) {
            let report = try OriginReport(image: checkpoint.path)
            return print(json ? try report.json() : report.text())
        }
        let file = try SafetensorsFile(path: checkpoint.path)
        let report = InspectReport(file, try CheckpointHeader(path: checkpoint.path))
        print(json ? try report.json() : report.text())
    }
}

/// What an image tells of where it comes from.
private struct OriginReport {
    private let path: String
    private let texts: [PNGText]

    init(image path: String) throws {
        self.path = path
        texts = try PNGText.texts(of: path)
    }

    func text() -> String {
        // What other programs read is said above it in words.
        let rows = texts.filter { !$0.text.contains("\n") }
        guard !rows.isEmpty else { return "\(path) does not tell where it comes from" }
        let width = rows.map(\.keyword.count).max() ?? 0
        return rows.map { $0.keyword.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.text }
            .joined(separator: "\n")
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let values = Dictionary(texts.map { ($0.keyword, $0.text) }) { first, _ in first }
        return String(decoding: try encoder.encode(values), as: UTF8.self)
    }
}

private struct InspectReport: Encodable {
    struct TensorRow: Encodable {
        let name: String
        let type: String
        let shape: [Int]
    }

    let kind: String
    let checksum: String
    let configuration: TrainingConfiguration
    let progress: TrainingProgress
    let tensors: [TensorRow]

    init(_ file: SafetensorsFile, _ header: CheckpointHeader) {
        (kind, checksum) = (header.kind.rawValue, file.checksum.rawValue)
        (configuration, progress) = (header.training, header.progress)
        tensors = file.tensors.map { TensorRow(name: $0.name, type: $0.type.rawValue, shape: $0.shape) }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    private var title: String {
        switch CheckpointHeader.Kind(rawValue: kind) {
        case .run, nil: "Checkpoint of a run"
        case .generator: "Generator"
        case .networks: "Networks"
        }
    }

    func text() -> String {
        let settings = configuration.settings.sorted { $0.key < $1.key }
        let width = (tensors.map(\.name.count) + settings.map(\.key.count)).max() ?? 0
        func aligned(_ name: String) -> String {
            "  " + name.padding(toLength: width + 2, withPad: " ", startingAt: 0)
        }
        let settingRows = settings.map { aligned($0.key) + $0.value }
        let rows = tensors.map { row in
            aligned(row.name) + row.type.padding(toLength: 5, withPad: " ", startingAt: 0)
                + (row.shape.isEmpty ? "1" : row.shape.map(String.init).joined(separator: " x "))
        }
        return """
            \(title), checksum \(checksum)
            Model \(configuration.model.description)
            Step \(progress.step), \(progress.imagesSeen) images shown, \
            \(duration(progress.seconds)) of training\(progress.changes.map { "\n" + $0.worded }.joined())
            Configuration:
            \(settingRows.joined(separator: "\n"))
            \(tensors.count) tensors:
            \(rows.joined(separator: "\n"))
            """
    }
}
