import ArgumentParser
import GANs

/// `gan export`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the generator alone, for sampling here or loading in PyTorch.",
        discussion: """
            A safetensors file with PyTorch's names and layouts: at 64x64 in color it loads into the \
            generator of PyTorch's DCGAN example with load_state_dict(strict=True).
            """)

    @Argument(help: "A run's folder, or a checkpoint of a run.")
    var checkpoint: CheckpointArgument

    @Option(help: ArgumentHelp("The file to write.", valueName: "netG.safetensors"))
    var out: String

    @Flag(help: "Write the trained weights rather than their moving average.")
    var raw = false

    func run() throws {
        let trained = try TrainedGenerator(path: checkpoint.path, raw: raw)
        try trained.export(to: out)
        print("Generator with \(trained.generator.parameterCount) parameters in \(out)")
    }
}
