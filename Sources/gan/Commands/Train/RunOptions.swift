import ArgumentParser
import Foundation
import GANs

/// The options of commands that train into a run's folder.
struct RunOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The run's folder.", valueName: "run"))
    var out: String

    @Flag(help: "Go on with the run in the folder, from its latest checkpoint.")
    var resume = false

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
        if resume { try checkResumable(folder) }
        // Before anything is read; claimed for good by the training loop.
        if folder.holdsRun { _ = try folder.claim() }
        return folder
    }

    private func checkResumable(_ folder: RunFolder) throws {
        guard folder.holdsRun else {
            throw CommandError("\(out) holds no run to go on with; leave out --resume to begin one")
        }
        guard FileManager.default.fileExists(atPath: folder.latestCheckpoint) else {
            throw CommandError(
                "the run in \(out) ended before its first checkpoint; begin anew with --overwrite")
        }
    }

    /// Throws where options ask for another training than the run was begun with.
    func checkSame(_ training: TrainingConfiguration, as begun: TrainingConfiguration) throws {
        guard training != begun else { return }
        throw CommandError(
            "the run in \(out) was begun with "
                + begun.differences(from: training).map(OptionNames.worded).joined(separator: ", ")
                + "; leave that option out, or begin another run")
    }
}
