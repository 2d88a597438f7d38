import Checkpoints
import Files
import Foundation

/// The folder a training writes into.
public struct RunFolder: Sendable {
    /// The path of the folder.
    public let path: String

    /// A folder that need not exist yet.
    public init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// `config.json`: the settings of the run.
    public var configuration: String { path + "/config.json" }
    /// `metrics.jsonl`: a row of figures every few steps.
    public var metrics: String { path + "/metrics.jsonl" }
    /// The file of events that TensorBoard reads, where the run writes one.
    var events: String { path + "/events.out.tfevents.0000000000.swift-gan" }
    /// `reals.png`: some of the training images.
    public var reals: String { path + "/reals.png" }
    /// `losses.png`: the figures as plots.
    public var losses: String { path + "/losses.png" }
    /// Shows all of the run's images.
    public var page: String { path + "/index.html" }
    package var samples: String { path + "/samples" }
    private var checkpoints: String { path + "/checkpoints" }
    /// The last checkpoint, to go on from.
    public var latestCheckpoint: String { checkpoints + "/latest.safetensors" }

    /// The checkpoint that is best by held-out images.
    public var bestCheckpoint: String { checkpoints + "/best.safetensors" }

    /// The sheet of samples of a step.
    public func sample(step: Int) -> String { samples + "/\(RunFolder.name(step)).png" }
    /// The checkpoint of a step.
    public func checkpoint(step: Int) -> String { checkpoints + "/\(RunFolder.name(step)).safetensors" }

    /// The sheets that were written to `samples`, in the order of their steps.
    public func sampleSheets() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: samples).filter(RunFolder.isOwn)
            // More digits are a later step.
            .sorted { ($0.count, $0) < ($1.count, $1) }.map { samples + "/" + $0 }
    }

    /// The steps that there are sheets of, in order.
    package func sampleSteps() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: samples)) ?? []
        return names.compactMap(RunFolder.step(ofSheet:)).sorted()
    }

    /// 500 of `step-000500.png`. There may be thousands, for which a regular expression takes seconds.
    private static func step(ofSheet name: String) -> Int? {
        guard name.utf8.starts(with: "step-".utf8), name.hasSuffix(".png") else { return nil }
        let digits = name.utf8.dropFirst(5).dropLast(4)
        let zero = UInt8(ascii: "0")
        guard (6...15).contains(digits.count), digits.allSatisfy({ (zero...zero + 9).contains($0) }) else {
            return nil
        }
        return digits.reduce(0) { 10 * $0 + Int($1 - zero) }
    }

    /// Whether a run was written here before.
    public var holdsRun: Bool {
        [configuration, metrics, latestCheckpoint].contains { FileManager.default.fileExists(atPath: $0) }
    }

    /// Keeps other trainings out for as long as the result lives; makes the folders that are missing.
    ///
    /// - Throws: `FileError` if that is not possible, or another training is at work here.
    public func claim() throws -> FolderLock {
        for folder in [path, samples, checkpoints] { try makeFolder(folder) }
        return try FolderLock(path)
    }

    /// Removes what an earlier run wrote, and nothing else.
    ///
    /// - Throws: `FileError` if something cannot be removed, or a training is at work here.
    public func removeRun() throws {
        guard holdsRun else { return }
        let lock = try claim()
        defer { withExtendedLifetime(lock) {} }
        var files = [configuration, metrics, events, reals, losses, page]
        for folder in [samples, checkpoints] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            files += names.filter(RunFolder.isOwn).map { folder + "/" + $0 }
        }
        for file in files where unlink(file) != 0 && errno != ENOENT {
            throw FileError(path: file, .cannotWrite(errno: errno))
        }
        // Which stay where there is something else in them.
        for folder in [samples, checkpoints] { rmdir(folder) }
    }

    /// Whether a file in `samples` or `checkpoints` has a name that a run gives.
    private static func isOwn(_ name: String) -> Bool {
        name.wholeMatch(of: /step-[0-9]{6,}\.(png|safetensors)|(latest|best)\.safetensors/) != nil
    }

    /// Makes `latest.safetensors` another name of a step's checkpoint, at once.
    func markLatest(step: Int) throws { try mark(latestCheckpoint, step: step) }

    /// Makes `best.safetensors` another name of a step's checkpoint, at once.
    func markBest(step: Int) throws { try mark(bestCheckpoint, step: step) }

    /// Removes checkpoints that lie close to others: what stays are the last three, and of those before the first and
    /// each that has at least 1.5 times the steps of the one before it, so that their number grows ever more slowly.
    func thinCheckpoints() throws {
        let steps = try FileManager.default.contentsOfDirectory(atPath: checkpoints)
            .compactMap { $0.wholeMatch(of: /step-([0-9]{6,})\.safetensors/).flatMap { Int($0.1) } }.sorted()
        let linked = [latestCheckpoint, bestCheckpoint].compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: $0)
        }
        var last = 0
        for step in steps.dropLast(3) {
            if step >= last + last / 2 {
                last = step
            } else if !linked.contains("\(RunFolder.name(step)).safetensors") {
                unlink(checkpoint(step: step))
            }
        }
    }

    private func mark(_ path: String, step: Int) throws {
        let temporary = path + ".new"
        unlink(temporary)
        // File systems without hard links get a relative symbolic link.
        guard
            link(checkpoint(step: step), temporary) == 0
                || symlink("\(RunFolder.name(step)).safetensors", temporary) == 0,
            rename(temporary, path) == 0
        else {
            let code = errno
            unlink(temporary)
            throw FileError(path: path, .cannotWrite(errno: code))
        }
        // Renaming one name of a file over another of the same file leaves both.
        unlink(temporary)
    }

    static func name(_ step: Int) -> String {
        let digits = String(step)
        return "step-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
