import ArgumentParser
import GANs

/// `gan export`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the networks alone, for making images here, in PyTorch, or by ONNX.",
        discussion: """
            A safetensors file has PyTorch's names and layouts: a module of the same layers loads it with \
            load_state_dict(strict=True), as PyTorch's own example of a GAN at 64x64 in color does. Of a model that \
            makes or enlarges images it holds the generator, of one that translates images all networks, each \
            under its name.

            An ONNX file (operator set 17) is run by onnxruntime and others, without this program: inputs and \
            outputs are described in its metadata, and batches may be of any size.
              gan export runs/faces --out netG.safetensors
              gan export runs/faces --out netG.onnx --images uint8
            """)

    /// A network of a model.
    enum Network: String, CaseIterable, ExpressibleByArgument { case generator, discriminator }

    @Argument(help: "A run's folder, or a checkpoint of a run.")
    var checkpoint: CheckpointArgument

    @Option(
        help: ArgumentHelp("netG.safetensors for PyTorch, or netG.onnx for ONNX.", valueName: "file"),
        completion: .file())
    var out: String

    @Flag(help: "Write the trained weights in place of their moving average.")
    var raw = false

    @Flag(help: "Round all numbers of a safetensors file to 16 bits, which takes half the space.")
    var half = false

    @Option(
        help: """
            How an ONNX file gives out images: float, batch x channel x height x width from -1 to 1, or uint8, \
            batch x height x width x channel from 0 to 255. (default: float)
            """)
    var images: ONNXModel.ImageForm?

    @Option(help: "Which network an ONNX file holds. (default: generator)")
    var network: Network?

    @Option(
        help: ArgumentHelp(
            "Truncation of a style-based generator in an ONNX file, -2 to 2. (default: 1)", valueName: "psi"))
    var truncation: Double?

    private var isONNX: Bool { out.hasSuffix(".onnx") }

    func validate() throws {
        if let truncation { try check("--truncation", truncation, in: -2...2) }
        if !isONNX, images != nil || network != nil || truncation != nil {
            throw ValidationError(
                "--images, --network and --truncation are for ONNX files; let --out end in .onnx")
        }
        if isONNX && half { throw ValidationError("--half is for safetensors files; leave it out") }
        if network == .discriminator, images != nil || truncation != nil || raw {
            throw ValidationError("--images, --truncation and --raw are the generator's; leave them out")
        }
    }

    func run() throws {
        let model = try CheckpointHeader(path: checkpoint.path).model
        if raw && model is any TranslationModelConfiguration {
            throw CommandError("--raw is not for \(model.nameWithArticle); leave it out")
        }
        if isONNX {
            try onnx(of: model).write(to: out)
            return print("\(network == .discriminator ? "Discriminator" : "Generator") for ONNX in \(out)")
        }
        guard model is any TranslationModelConfiguration else {
            let trained = try checkpoint.generator(raw: raw)
            try trained.export(to: out, half: half)
            return print("Generator with \(trained.generator.parameterCount) parameters in \(out)")
        }
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

    private func onnx(of model: any ModelConfiguration) throws -> ONNXModel {
        if network == .discriminator { return try discriminator().onnx() }
        guard model is any TranslationModelConfiguration else {
            let trained = try checkpoint.generator(raw: raw)
            if truncation != nil && !(model is any StyleModelConfiguration) {
                throw CommandError(
                    "--truncation is for style-based generators; \(checkpoint.path) holds \(model.nameWithArticle)"
                )
            }
            return try trained.onnx(
                images: images ?? .float, settings: StyleSettings(truncation: truncation ?? 1))
        }
        return model is any EnlargingModelConfiguration
            ? try Upscaler(path: checkpoint.path).onnx(images: images ?? .float)
            : try Translator(path: checkpoint.path).onnx(images: images ?? .float)
    }

    private func discriminator() throws -> TrainedDiscriminator {
        guard let discriminator = try TrainedDiscriminator(path: checkpoint.path) else {
            throw CommandError(
                "\(checkpoint.path) holds no discriminator; give a checkpoint of a training, such as RUN/checkpoints/latest.safetensors"
            )
        }
        return discriminator
    }
}

extension ONNXModel.ImageForm: ExpressibleByArgument {}
