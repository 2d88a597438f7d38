import ArgumentParser
import CBuildInfo
import Foundation
import Tensors

@main
struct GAN: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gan",
        abstract: "Train image GANs on a folder of images, and use what they learned.",
        discussion: """
            Begin with a folder of images of your own, or draw one:
              gan data avatars --count 2000 --out avatars
              gan train avatars --out runs/avatars
              gan sample runs/avatars --out faces.png
            """,
        version: version,
        subcommands: [
            TrainDispatch.command, toyCommand(), SampleCommand.self, MixCommand.self, TranslateCommand.self,
            InterpolateCommand.self, ArithmeticCommand.self, AttributeCommand.self, ProjectCommand.self,
            NeighborsCommand.self, InspectCommand.self, ImportCommand.self, ExportCommand.self,
            EvaluateCommand.self,
            StudioCommand.self, DataCommand.self, BenchCommand.self,
        ])

    /// The version with the commit that was built, where it is known.
    static var version: String {
        let commit = String(cString: build_commit())
        return "swift-gan 0.1.0" + (commit.isEmpty ? "" : " (\(commit))")
    }

    static func main() {
        Output.surviveFailures()
        BufferPool.whenExhausted.withLock {
            $0 = { message in
                ProgressLine().clear()
                printError("Error: \(printable(message))\n")
                Foundation.exit(EXIT_FAILURE)
            }
        }
        do {
            var command = try parseAsRoot()
            try ProductEngine.validate()
            try command.run()
            try Output.finish()
        } catch {
            end(with: worded(error))
        }
    }
}

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Look at data sets, and make them.",
        subcommands: [
            DataInfoCommand.self, DataAugmentationsCommand.self, DataAvatarsCommand.self,
            DataStackedMNISTCommand.self,
        ])
}
