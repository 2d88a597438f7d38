import ArgumentParser
import Checkpoints
import Foundation
import GANs

/// `gan inspect`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a checkpoint holds: configuration, step, tensors, checksum.")

    @Argument(help: "A run's folder, a checkpoint of a run, or an exported generator.")
    var checkpoint: CheckpointArgument

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let file = try SafetensorsFile(path: checkpoint.path)
        let isTranslation = TranslationArchitecture.names.contains(
            try modelName(ofCheckpoint: checkpoint.path))
        if isTranslation {
            try show(InspectReport(file: file, header: TranslationHeader(file)))
        } else {
            try show(InspectReport(file: file, header: CheckpointHeader(file)))
        }
    }

    private func show(_ report: InspectReport<some TrainingSettings>) throws {
        print(json ? try report.json() : report.text())
    }
}

private struct InspectReport<Configuration: TrainingSettings>: Encodable {
    struct TensorRow: Encodable {
        let name: String
        let type: String
        let shape: [Int]
    }

    let kind: String
    let checksum: String
    let configuration: Configuration
    let progress: TrainingProgress
    let tensors: [TensorRow]

    /// The kind and the model in words.
    private let title: String

    private enum CodingKeys: CodingKey { case kind, checksum, configuration, progress, tensors }

    init(file: SafetensorsFile, header: CheckpointHeader) where Configuration == TrainingConfiguration {
        let architecture = header.configuration.architecture
        let family = architecture.family
        self.init(
            file, kind: header.kind.rawValue, header.configuration, header.progress,
            model: "\(architecture.name), \(family.size)x\(family.size), "
                + "\(family.channels) channel\(family.channels == 1 ? "" : "s"), latent \(family.latentSize)")
    }

    init(file: SafetensorsFile, header: TranslationHeader) where Configuration == TranslationConfiguration {
        let architecture = header.configuration.architecture
        let family = architecture.family
        self.init(
            file, kind: "run", header.configuration, header.progress,
            model: "\(architecture.name), \(family.size)x\(family.size), "
                + (architecture.labels.map { "\($0.count) labels" } ?? "channels \(family.inputChannels)")
                + " to \(family.outputChannels)"
                + (architecture.labels == nil ? "" : " channel\(family.outputChannels == 1 ? "" : "s")"))
    }

    private init(
        _ file: SafetensorsFile, kind: String, _ configuration: Configuration, _ progress: TrainingProgress,
        model: String
    ) {
        (self.kind, self.configuration, self.progress) = (kind, configuration, progress)
        checksum = file.checksum.rawValue
        title =
            "\(kind == "run" ? "Checkpoint of a run" : "Generator"), checksum \(checksum)\nModel \(model)"
        tensors = file.tensors.map { TensorRow(name: $0.name, type: $0.type.rawValue, shape: $0.shape) }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
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
            \(title)
            Step \(progress.step), \(progress.imagesSeen) images shown, \
            \(duration(progress.seconds)) of training
            Configuration:
            \(settingRows.joined(separator: "\n"))
            \(tensors.count) tensors:
            \(rows.joined(separator: "\n"))
            """
    }
}
