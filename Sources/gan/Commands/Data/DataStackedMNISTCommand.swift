import ArgumentParser
import Datasets

/// `gan data stacked-mnist`
struct DataStackedMNISTCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stacked-mnist",
        abstract: "Stack MNIST's digits into color images, whose modes can be counted.",
        discussion: """
            Each channel of an image is a digit drawn at random from the training images: 1000 equally \
            frequent combinations. gan evaluate stacked-mnist counts how many of them a generator makes.
            """)

    @Argument(help: "A folder with MNIST's IDX files.")
    var idxFolder: String

    @Option(help: "How many images, 1 to 10000000.")
    var count = 128_000

    @Option(
        help: ArgumentHelp(
            "The NumPy array to write: uint8, count x height x width x 3.", valueName: "x.npy"),
        completion: .file())
    var out: String

    @Option(help: "Seed of the images.")
    var seed: UInt64 = 0

    func validate() throws {
        guard (1...10_000_000).contains(count) else {
            throw ValidationError("--count is \(count), but must be 1 to 10000000")
        }
        guard out.lowercased().hasSuffix(".npy") else {
            throw ValidationError("--out is \(out), but must end in .npy")
        }
    }

    func run() throws {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        try StackedDigits.write(count: count, from: idxFolder, to: out, seed: seed) { done in
            line.show("Stacking digits", done, of: count, since: start)
        }
        line.clear()
        print("\(count) images in \(out)")
    }
}
