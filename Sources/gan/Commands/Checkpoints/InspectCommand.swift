import ArgumentParser
import Checkpoints
import Foundation
import GANs

/// `gan inspect`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a checkpoint holds: model, training recipe, step, tensors, checksum.")

    @Argument(help: "A run's folder, a checkpoint of a run, or an exported one.")
    var checkpoint: CheckpointArgument

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let file = try SafetensorsFile(path: checkpoint.path)
        let report = InspectReport(file, try CheckpointHeader(path: checkpoint.path))
        print(json ? try report.json() : report.text())
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
