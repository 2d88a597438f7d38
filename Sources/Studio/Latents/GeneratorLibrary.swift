import Foundation
import GANs

/// A checkpoint whose generator can be played with.
struct GeneratorSummary: Codable, Sendable {
    let id: String
    let name: String
    let model: String
    /// Pixels.
    let size: ImageSize
    /// Of a class-conditional model.
    let classes: [String]
    let hasStyles: Bool
    /// What a command names it by.
    let argument: String
}

/// The checkpoints of generators that make images of latents: those that ship, those of runs, and files in the folder
/// of runs.
actor GeneratorLibrary {
    private let runs: RunLibrary
    private let shipped: [String]
    private let executor = QueueExecutor("studio.generators")
    /// Paths by ids, of the last look.
    private var paths: [String: String] = [:]
    /// The runs that checkpoints are of, by the checkpoints' ids.
    private var folders: [String: RunFolder] = [:]
    /// What was found out of a file when it was last written; nil for files of another kind.
    private var known: [String: (written: Double, summary: GeneratorSummary?)] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(runs: RunLibrary, shipped: [String]) { (self.runs, self.shipped) = (runs, shipped) }

    /// All of them, those that ship first.
    func summaries() -> [GeneratorSummary] {
        (paths, folders) = ([:], [:])
        let files = (shipped + [runs.root]).flatMap(checkpointFiles)
        let found = files.compactMap { summary(of: $0, name: fileName($0), argument: $0) }
        return found
            + RunSearch.runs(below: runs.root).compactMap { run in
                folders[RunLibrary.id(of: run.latestCheckpoint)] = run
                return summary(of: run.latestCheckpoint, name: runs.name(of: run), argument: run.path)
            }
    }

    /// - Throws: `StudioError` if there is none by that id.
    func path(_ id: String) throws(StudioError) -> String {
        if paths[id] == nil { _ = summaries() }
        guard let path = paths[id] else { throw .notFound("checkpoint") }
        return path
    }

    /// What a checkpoint was trained on.
    ///
    /// - Throws: `StudioError` where that is not known, or not there any more.
    func training(of id: String) throws -> NeighborFinder.Training {
        _ = try path(id)
        guard let run = folders[id], let record = try? RunRecord(from: run) else {
            throw StudioError(
                .notFound,
                "the checkpoint is of no run here, so that its training images are not known; gan neighbors "
                    + "compares with any folder")
        }
        guard FileManager.default.fileExists(atPath: record.data) else {
            throw StudioError(
                .notFound, "the training images are not any more where the run read them: \(record.data)")
        }
        return NeighborFinder.Training(data: record.data, isMirrored: record.training.data.flip)
    }

    private func summary(of path: String, name: String, argument: String) -> GeneratorSummary? {
        let (id, written) = (RunLibrary.id(of: path), modificationTime(path))
        if known[id]?.written != written || written == 0 {
            known[id] = (written, nil)
            if written > 0, let model = try? CheckpointHeader(path: path).model,
                let latent = model as? any LatentModelConfiguration, type(of: model).data == .images
            {
                known[id]?.summary = GeneratorSummary(
                    id: id, name: name, model: model.name, size: model.size,
                    classes: latent.conditioning?.classes ?? [],
                    hasStyles: model is any StyleModelConfiguration, argument: argument)
            }
        }
        guard let summary = known[id]?.summary else { return nil }
        paths[id] = path
        return summary
    }

    private func checkpointFiles(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".safetensors") }.sorted().map { folder + "/" + $0 }
    }

    private func fileName(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }
}
