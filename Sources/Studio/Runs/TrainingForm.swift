import Foundation
import GANs

/// What the form for a new training offers.
struct TrainingForm: Codable, Sendable {
    struct Model: Codable, Sendable {
        let name: String
        let summary: String
    }

    let models: [Model]
    /// Paths of data that was trained on before or lies in `datasets`.
    let data: [String]
    /// For the run, not taken yet.
    let name: String

    /// - Parameters:
    ///   - root: the folder of runs.
    ///   - known: data of earlier runs.
    init(root: String, known: [String]) {
        models = ModelRegistry.all.filter { $0.data != .points }.map {
            Model(name: $0.name, summary: $0.summary)
        }
        let sets = RunSearch.subfolders(of: "datasets").map { "datasets/" + $0 }
        var seen = Set<String>()
        data = (sets + known).filter { seen.insert(URL(fileURLWithPath: $0).path).inserted }
        name =
            (1...).lazy.map { "run-\($0)" }.first { !FileManager.default.fileExists(atPath: "\(root)/\($0)") }
            ?? "run"
    }
}
