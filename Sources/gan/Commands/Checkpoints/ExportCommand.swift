import ArgumentParser
import GANs

/// `gan export`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the networks alone, for making images here or loading in PyTorch.",
        discussion: """
            A safetensors file with PyTorch's names and layouts: a module of the same layers loads it with \
            load_state_dict(strict=True), as PyTorch's own example of a GAN at 64x64 in color does.

            Of a model that makes or enlarges images it holds the generator, of one that translates images all \
            networks, each under its name.
            """)

    @Argument(help: "A run's folder, or a checkpoint of a run.")
    var checkpoint: CheckpointArgument

    @Option(help: ArgumentHelp("The file to write.", valueName: "netG.safetensors"))
    var out: String

    @Flag(help: "Write the trained weights in place of their moving average.")
    var raw = false

    @Flag(help: "Round all numbers to 16 bits, which takes half the space.")
    var half = false

    func run() throws {
        let model = try CheckpointHeader(path: checkpoint.path).model
        guard model is any TranslationModelConfiguration else {
            let trained = try checkpoint.generator(raw: raw)
            try trained.export(to: out, half: half)
            return print("Generator with \(trained.generator.parameterCount) parameters in \(out)")
        }
        if raw { throw CommandError("--raw is not for a \(model.name); leave it out") }
        if model is any EnlargingModelConfiguration {
            let upscaler = try Upscaler(path: checkpoint.path)
            try upscaler.export(to: out, half: half)
            print("Generator with \(upscaler.parameterCount) parameters in \(out)")
        } else {
            let translator = try Translator(path: checkpoint.path)
            try translator.export(to: out, half: half)
            print("Networks with \(translator.parameterCount) parameters in \(out)")
        }
    }
}
