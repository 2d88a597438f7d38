import Checkpoints
import Files
import Foundation
import Images

/// The folder a training writes into.
public struct RunFolder: Sendable {
    /// The path of the folder.
    public let path: String
    /// What its files are reached by: the path, or what leads to the folder wherever it is moved.
    private let place: String

    /// A folder that need not exist yet.
    public init(_ path: String) {
        self.path = withoutSlash(path)
        place = self.path
    }

    private init(_ path: String, heldBy lock: FolderLock) { (self.path, place) = (path, lock.place) }

    /// A file of this name in the folder.
    public func file(_ name: String) -> String { place + "/" + name }
    /// `config.json`: the settings of the run.
    public var configuration: String { file("config.json") }
    /// `metrics.jsonl`: a row of figures every few steps.
    public var metrics: String { file("metrics.jsonl") }
    /// The file of events that TensorBoard reads, where the run writes one.
    var events: String { file("events.out.tfevents.0000000000.swift-gan") }
    /// `reals.png`: some of the training images.
    public var reals: String { file("reals.png") }
    /// `losses.png`: the figures as plots.
    public var losses: String { file("losses.png") }
    /// Shows all of the run's images.
    public var page: String { file("index.html") }
    package var samples: String { file("samples") }
    private var checkpoints: String { file("checkpoints") }
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
            || !checkpointSteps.isEmpty
    }

    /// The checkpoint to go on from: `latest.safetensors`, or where that is missing the newest of a step that is whole;
    /// if none is, the newest, whose reading tells what is wrong with it.
    public var newestCheckpoint: String {
        if FileManager.default.fileExists(atPath: latestCheckpoint) { return latestCheckpoint }
        return newestWholeCheckpoint ?? checkpointSteps.last.map(checkpoint(step:)) ?? latestCheckpoint
    }

    /// The newest checkpoint of a step that is neither damaged nor cut off.
    public var newestWholeCheckpoint: String? {
        checkpointSteps.reversed().map(checkpoint(step:)).first { (try? CheckpointHeader(path: $0)) != nil }
    }

    /// The steps that have a checkpoint, in their order.
    private var checkpointSteps: [Int] {
        ((try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? [])
            .compactMap { $0.wholeMatch(of: /step-([0-9]{6,})\.safetensors/).flatMap { Int($0.1) } }.sorted()
    }

    /// Keeps other trainings out for as long as the lock lives; makes the folder where it is missing.
    ///
    /// - Returns: the lock, and the folder as its files are reached while the lock lives: wherever the folder is moved,
    ///   and whatever takes its name.
    /// - Throws: `FileError` if that is not possible, or another training is at work here.
    package func claim() throws -> (lock: FolderLock, held: RunFolder) {
        try makeFolder(path)
        let lock = try FolderLock(path)
        return (lock, RunFolder(path, heldBy: lock))
    }

    /// Makes the folders of sheets and checkpoints where they are missing.
    package func makeSubfolders() throws { for folder in [samples, checkpoints] { try makeFolder(folder) } }

    /// Does what writes into a held folder, so that errors name files by the folder's own path.
    func naming<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as FileError where error.path.hasPrefix(place) {
            throw FileError(path: named(error.path), error.problem)
        } catch let error as ImageError {
            guard case .unwritable(let file, let reason) = error else { throw error }
            throw ImageError.unwritable(path: named(file), reason: reason)
        }
    }

    private func named(_ file: String) -> String {
        file.hasPrefix(place) ? path + file.dropFirst(place.count) : file
    }

    /// Removes what an earlier run wrote into a held folder, and nothing else.
    ///
    /// - Throws: `FileError` if something cannot be removed.
    package func removeRun() throws {
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

    /// Whether there is a checkpoint of a step.
    func hasCheckpoint(step: Int) -> Bool { FileManager.default.fileExists(atPath: checkpoint(step: step)) }

    /// Makes `latest.safetensors` another name of a step's checkpoint, at once.
    func markLatest(step: Int) throws { try mark(latestCheckpoint, step: step) }

    /// Makes `best.safetensors` another name of a step's checkpoint, at once.
    func markBest(step: Int) throws { try mark(bestCheckpoint, step: step) }

    /// Removes checkpoints that lie close to others: what stays are the last three, and of those before the first and
    /// each that has at least 1.5 times the steps of the one before it, so that their number grows ever more slowly.
    func thinCheckpoints() {
        let linked = [latestCheckpoint, bestCheckpoint].compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: $0)
        }
        var last = 0
        for step in checkpointSteps.dropLast(3) {
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
