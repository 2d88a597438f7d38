import ArgumentParser
import GANs

/// `gan import`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a checkpoint of weights that other programs published.",
        discussion: """
            Read are files of PyTorch (.pt, .pth, new and old), safetensors state dicts, and NVlabs' pickles (.pkl). \
            State dicts may lie under keys such as state_dict, params_ema, G_ema or netG; of a network and its \
            moving average the average is taken. No code of a file runs: what is not a tensor or a container of \
            them is refused by name.
              gan import netG.pth netD.pth --model NAME --out faces.safetensors

            \(layouts)

            The checkpoint samples, translates and exports as others do, and begins trainings: \
            gan train DATA --from CHECKPOINT. Networks of the same kind, such as those of two directions of \
            translation, are taken in the order of the files.
            """)

    private static var layouts: String {
        "Read are, by model:\n"
            + ModelRegistry.importing.map { "  \($0.name): \($0.importedLayouts)" }.joined(separator: "\n")
    }

    @Argument(help: ArgumentHelp("Files of weights.", valueName: "file"))
    var files: [String]

    @Option(
        help:
            "The model that the networks are of: \(ModelRegistry.importing.map { $0.name }.joined(separator: ", "))."
    )
    var model: String

    @Option(help: ArgumentHelp("The checkpoint to write.", valueName: "file"), completion: .file())
    var out: String

    func validate() throws {
        guard ModelRegistry.importing.contains(where: { $0.name == model }) else {
            throw ValidationError(
                "--model is \(model); weights can be imported for "
                    + ModelRegistry.importing.map { $0.name }.joined(separator: ", "))
        }
        guard out.hasSuffix(".safetensors") else {
            throw ValidationError("--out is \(out); let it end in .safetensors")
        }
    }

    func run() throws {
        guard let type = ModelRegistry.importing.first(where: { $0.name == model }) else { return }
        let imported = try WeightImport(files, as: type)
        try imported.write(to: out)
        for source in imported.sources {
            print("\(source.network): \(source.count) tensors of \(source.place)")
        }
        print("Checkpoint of a \(imported.model.description) in \(out)")
    }
}
