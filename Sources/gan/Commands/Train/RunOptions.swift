import ArgumentParser
import Checkpoints
import Foundation
import GANs
import Tensors

/// The options of commands that train into a run's folder.
struct RunOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .file())
    var out: String

    @Flag(help: "Go on with the run in the folder, from its latest checkpoint.")
    var resume = false

    @Flag(
        help: """
            With --resume: go on from here with the options and the data that are given, where they differ from the \
            run's. The checkpoint records what was changed at which step, and gan inspect tells it.
            """)
    var change = false

    @Flag(help: "Show what would be trained, and how, and end.")
    var dryRun = false

    @Flag(help: "Begin anew where a run lies already, which is removed.")
    var overwrite = false

    @Option(
        help: "Seed of the random numbers: the same seed gives the same networks, to the bit. (default: 0)")
    var seed: UInt64?

    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        if out.isEmpty { throw ValidationError("--out needs the name of a folder") }
        if change && !resume {
            throw ValidationError("--change is for a run that is gone on with; add --resume")
        }
        if resume && overwrite { throw ValidationError("give only one of --resume and --overwrite") }
    }

    /// The folder, if it may be trained into.
    ///
    /// - Throws: `CommandError` if a run lies there that is not gone on with, or none that could be, and
    ///   `FileError` if another training is at work there.
    func openFolder() throws -> RunFolder {
        let folder = RunFolder(out)
        if folder.holdsRun && !resume && !overwrite {
            throw CommandError(
                "\(out) holds a run already; go on with --resume, or begin anew with --overwrite")
        }
        if resume && Ranks.isFirst { try checkResumable(folder) }
        // Before anything is read; claimed for good by the training loop.
        if folder.holdsRun && Ranks.isFirst { _ = try folder.claim() }
        return folder
    }

    private func checkResumable(_ folder: RunFolder) throws {
        guard folder.holdsRun else {
            throw CommandError("\(out) holds no run to go on with; leave out --resume to begin one")
        }
        guard FileManager.default.fileExists(atPath: folder.newestCheckpoint) else {
            throw CommandError(
                "the run in \(out) ended before its first checkpoint; begin anew with --overwrite")
        }
    }

    /// The training that a run goes on with, from its latest checkpoint, or where that has no name from the newest that
    /// is whole, which is said.
    ///
    /// - Parameter change: may say where files lie now that the configuration names.
    /// - Throws: `CommandError` if the checkpoint cannot be used, with another that could, or if `config.json` was
    ///   changed.
    func resumed(
        _ folder: RunFolder, _ record: RunRecord,
        _ change: (inout TrainingConfiguration) throws -> Void = { _ in }
    ) throws -> Trainer {
        let checkpoint = folder.newestCheckpoint
        let trainer: Trainer
        do { trainer = try Trainer(resumingFrom: checkpoint, change) } catch let error as CheckpointError {
            guard let whole = folder.newestWholeCheckpoint, whole != checkpoint else { throw error }
            throw CommandError("\(error); remove that file to go on from \(whole), the newest that is whole")
        }
        let changed = record.differences(from: trainer)
        guard changed.isEmpty else {
            throw CommandError(
                "\(folder.configuration) says \(changed.map(OptionNames.worded).joined(separator: ", ")), as the run "
                    + "was begun; the file tells of the run and does not change it: restore it, or begin another run"
            )
        }
        if checkpoint != folder.latestCheckpoint {
            if Ranks.isFirst {
                tell(ofWarning: "\(folder.latestCheckpoint) is missing; going on from \(checkpoint)")
            }
        }
        return trainer
    }

    /// Throws where options ask for another training than the run was begun with, but for what may be changed.
    func checkSame(_ training: TrainingConfiguration, as begun: TrainingConfiguration) throws {
        guard training != begun else { return }
        let isFixed = training.seed != begun.seed || AnyHashable(training.model) != AnyHashable(begun.model)
        if change && !isFixed { return }
        throw CommandError(
            "the run in \(out) was begun with "
                + begun.differences(from: training).map(OptionNames.worded).joined(separator: ", ")
                + (isFixed
                    ? "; leave that option out, or begin another run, which may start with this one's weights: "
                        + "--from \(out)"
                    : "; leave that option out, or add --change to go on with it from here"))
    }
}
