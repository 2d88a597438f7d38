import Checkpoints
import Files
import Foundation

/// A path that holds from anywhere, of what lies there.
private func fullPath(_ path: String) -> String {
    FileManager.default.fileExists(atPath: path) ? URL(fileURLWithPath: path).path : path
}

/// What `config.json` records: data, training and schedule.
package struct RunRecord: Codable, Sendable {
    /// Where the images lie, in full, so that the run can be gone on with from anywhere.
    package var data: String
    /// Where those of the second kind lie, if elsewhere.
    package var target: String?
    /// How many there were.
    package var images: Int
    package var training: TrainingConfiguration
    package var schedule: Schedule

    package init(
        data: String, target: String? = nil, images: Int, training: TrainingConfiguration, schedule: Schedule
    ) {
        (self.data, self.target) = (fullPath(data), target.map(fullPath))
        (self.images, self.training, self.schedule) = (images, training, schedule)
    }

    package func write(to folder: RunFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(try encoder.encode(self) + Data("\n".utf8), to: folder.configuration)
    }

    /// - Throws: `FileError` if it cannot be read, `CheckpointError` if it cannot be understood.
    package init(from folder: RunFolder) throws {
        let file = try RegularFile(folder.configuration)
        let data = Data(try file.read(count: file.size))
        func refuse(_ detail: String) -> CheckpointError {
            CheckpointError(
                path: folder.configuration,
                .malformed(
                    format: "run's configuration",
                    detail + "; mend the file, or begin the run anew and overwrite it"))
        }
        do {
            self = try JSONDecoder().decode(RunRecord.self, from: try LegacyFormat.upgradedRecord(data))
            try ConfigurationError.check("images", images, in: 0...1 << 48)
            try training.validate()
            try schedule.validate()
        } catch let error as ConfigurationError {
            throw refuse(error.description)
        } catch {
            throw refuse("a setting is missing or of the wrong kind")
        }
    }

    /// Which other images a run goes on with, if they lie elsewhere or their number is another.
    package func change(to data: any TrainingData) -> TrainingChange.Setting? {
        guard fullPath(data.path) != self.data || data.total != images else { return nil }
        return TrainingChange.Setting(
            path: "data", before: "\(lastComponent(of: self.data)), \(images) images",
            after: "\(lastComponent(of: data.path)), \(data.total) images")
    }

    /// What the file says otherwise than a checkpoint of its run, which the run goes on by: `width 8, not 4`. What going
    /// on may change is left out: where files lie, when learning rates fall, and what the checkpoint has just changed,
    /// if the training was cut off before the file told of it.
    package func differences(from trainer: Trainer) -> [String] {
        let changed = trainer.progress.changes.last?.settings ?? []
        let own = training.settings
        return training.differences(from: trainer.configuration) { path in
            path.hasSuffix(".path") || path.hasPrefix("recipe.learningRateDecay")
                || changed.contains { $0.path == path && $0.before == own[path] ?? "none" }
        }
    }
}
