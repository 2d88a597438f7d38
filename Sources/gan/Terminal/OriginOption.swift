import ArgumentParser
import Foundation
import GANs
import Images

/// Whether images tell where they come from.
struct OriginOption: ParsableArguments {
    @Flag(
        name: .customLong("no-metadata"),
        help: """
            Leave out of PNG files that they were generated, by which checkpoint, from what and by which command, \
            which gan inspect shows.
            """)
    var isLeftOut = false

    /// What a PNG file tells that is made with a checkpoint; nil to tell nothing. Asked for where the checkpoint is read:
    /// a training may replace it while images are made.
    ///
    /// - Parameter input: what it is made of.
    func origin(_ checkpoint: CheckpointArgument, input: String? = nil) throws -> ImageOrigin? {
        guard !isLeftOut else { return nil }
        let words = ["gan"] + ProcessInfo.processInfo.arguments.dropFirst().map(quoted)
        return try ImageOrigin(
            checkpoint: checkpoint.path, input: input, command: printable(words.joined(separator: " ")))
    }

    /// A word as a shell takes it.
    private func quoted(_ word: String) -> String {
        word.wholeMatch(of: /[A-Za-z0-9_.,:=+\/@%-]+/) != nil
            ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}

extension Image {
    /// Writes the image as a PNG file that tells where it comes from.
    func writePNG(to path: String, _ origin: ImageOrigin?) throws {
        try writePNG(to: path, texts: origin?.texts ?? [])
    }
}
