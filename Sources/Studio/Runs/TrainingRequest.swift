import Foundation
import GANs

/// A training as the form asks for it.
struct TrainingRequest: Codable, Sendable {
    /// Of the new run.
    var name: String
    /// The path of the data.
    var data: String
    /// Nil for what suits the data.
    var model: String?
    /// Pixels; nil for what suits the data.
    var size: ImageSize?
    var minutes: Double
    /// Further options as typed.
    var options: String
    /// Whether the training ends when the studio does.
    var endsWithStudio: Bool

    /// The arguments of `gan`.
    ///
    /// - Throws: `StudioError` if something is missing or may not be asked for.
    func arguments(into folder: RunFolder) throws(StudioError) -> [String] {
        let path = (data as NSString).expandingTildeInPath
        guard !data.isEmpty, FileManager.default.fileExists(atPath: path) else {
            throw StudioError(.badRequest, data.isEmpty ? "name the data to train on" : "there is no \(data)")
        }
        guard minutes.isFinite, (0.01...1e6).contains(minutes) else {
            throw StudioError(.badRequest, "the length must lie between 0.01 and 1000000 minutes")
        }
        if let model, !ModelRegistry.names.contains(model) { throw .notFound("model") }
        let others = options.split(separator: " ").map(String.init)
        let own = [
            "--out", "--resume", "--overwrite", "--dry-run", "--model", "--size", "--minutes", "--help", "-h",
        ]
        for option in others where own.contains(String(option.prefix { $0 != "=" })) || option == "--" {
            throw StudioError(.badRequest, "\(option) is not for this field")
        }
        return ["train", URL(fileURLWithPath: path).path, "--out", folder.path]
            + (model.map { ["--model", $0] } ?? []) + (size.map { ["--size", "\($0)"] } ?? [])
            + ["--minutes", CommandText.number(minutes)] + others
    }

    /// The arguments that go on with a run.
    ///
    /// - Parameter minutes: of the whole training; nil for the end that it was begun with.
    static func resumeArguments(of folder: RunFolder, minutes: Double?) -> [String] {
        let learnsPoints = (try? RunRecord(from: folder)).map { type(of: $0.training.model).data == .points }
        return [learnsPoints == true ? "toy" : "train", "--resume", "--out", folder.path]
            + (minutes.map { ["--minutes", CommandText.number($0)] } ?? [])
    }
}

extension CommandText {
    /// `10` rather than `10.0`.
    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
