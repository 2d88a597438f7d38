import Foundation
import GANs

/// A run at a glance.
struct RunSummary: Codable, Sendable {
    enum State: String, Codable { case running, stopped, finished }

    /// A sheet of samples; the version changes when it is written anew.
    struct Sheet: Codable, Hashable {
        let step: Int
        let version: Int
    }

    let id: String
    /// The path below the folder of runs.
    let name: String
    let model: String
    let size: ImageSize
    var state = State.stopped
    /// The last row of its metrics; nil before the first.
    var last: MetricsRow?
    /// The share of the training that is done, 1 at its end.
    var share = 0.0
    var secondsLeft: Double?
    /// The newest one.
    var sheet: Sheet?
    /// When it last wrote, in seconds since 1970.
    var modified = 0.0
    /// Whether it has a checkpoint to go on from.
    var canResume = false
}

extension RunSummary {
    /// - Throws: `FileError` or `CheckpointError` if the folder's `config.json` cannot be read.
    init(_ folder: RunFolder, id: String, name: String) throws {
        let record = try RunRecord(from: folder)
        (self.id, self.name) = (id, name)
        (model, size) = (record.training.model.name, record.training.model.size)
        last = MetricsTail.lastRow(of: folder.metrics)
        if let last {
            share = record.schedule.share(
                step: last.step, shown: last.images, seconds: last.seconds,
                images: record.images - record.training.data.heldOut)
            if share > 0 { secondsLeft = max(0, last.seconds / share * (1 - share)) }
        }
        sheet = folder.sampleSteps().last.map {
            Sheet(step: $0, version: version(of: folder.sample(step: $0)))
        }
        modified = max(modificationTime(folder.metrics), modificationTime(folder.configuration))
        canResume = FileManager.default.fileExists(atPath: folder.latestCheckpoint)
        state = share >= 1 ? .finished : .stopped
    }
}

/// When a file was last written, in seconds since 1970; 0 if there is none.
func modificationTime(_ path: String) -> Double {
    var status = stat()
    guard stat(path, &status) == 0 else { return 0 }
    return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
}

/// A number that changes when a file is written anew.
func version(of path: String) -> Int { Int(modificationTime(path) * 1000) }
