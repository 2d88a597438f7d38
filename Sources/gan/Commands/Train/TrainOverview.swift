import ArgumentParser
import Datasets
import GANs

/// The page of `gan train --help`: what is common to all models, and the models.
struct TrainOverview: ParsableCommand {
    static let name = "train"
    static let abstract = "Train a model on a folder of images."
    static let files = """
        Writes into the run's folder: index.html, which shows all images, config.json, metrics.jsonl, \
        reals.png, losses.png, samples/step-000500.png and checkpoints/step-001000.safetensors. \
        checkpoints/latest.safetensors is always the newest, best.safetensors the one whose samples come \
        nearest to the held-out images. Ctrl-C ends after the step and saves; --resume goes on to the bit. \
        Under mpirun or srun each batch is divided among the processes.
        """

    static let configuration = CommandConfiguration(
        commandName: name, abstract: abstract,
        discussion: """
            These are the options of all models. A model's own options, for its networks and its training \
            recipe, are shown by:
              gan train --model NAME --help

            \(files)
            """)

    @Argument(
        help: """
            What the model learns from: for most a folder of images. gan train --model NAME --help tells it \
            for each. With --resume it may be left out.
            """, completion: .file())
    var data: String?

    @OptionGroup(title: "Model") var model: ListingModelOption
    @OptionGroup(title: "Data") var preparation: DataOptions
    @OptionGroup(title: "Length and output") var length: ScheduleOptions
    @OptionGroup var place: RunOptions
    @OptionGroup var output: TrainOutputOptions
}

/// Which model is trained.
struct ModelOption: ParsableArguments {
    @Option(
        name: .customLong("model"),
        help: ArgumentHelp("The model. (default: \(ModelOption.standard))", valueName: "model"),
        completion: .list(ModelName.allValueStrings))
    var name: String?

    /// What is trained where no model is named.
    static let standard = "the one that suits the images best, or what --preset asks for"
}

/// The same with a line for each model.
struct ListingModelOption: ParsableArguments {
    @Option(
        help: "The model. (default: \(ModelOption.standard))",
        completion: .list(ModelName.allValueStrings))
    var model: ModelName?
}

/// A model's name, which help explains.
struct ModelName: ExpressibleByArgument {
    let name: String

    init?(argument: String) { name = argument }

    static var allValueStrings: [String] { ModelOptionsRegistry.ofImages.map { $0.model.name } }
    static var allValueDescriptions: [String: String] {
        Dictionary(
            uniqueKeysWithValues: ModelOptionsRegistry.ofImages.map { ($0.model.name, $0.model.summary) })
    }
}

extension DataRequirement {
    /// What lies where a model learns from.
    var help: String {
        switch self {
        case .images: "\(imageSourceFormats.capitalizedFirst)."
        case .crops:
            "A folder of images in full, or what else gan data info reads; they are shrunk to learn from."
        case .pairs:
            """
            Pairs of images: two subfolders with images of the same names, or images that show both side by \
            side.
            """
        case .labelMaps:
            """
            Two subfolders, the first of label maps, the second of images of the same names, and labels.txt \
            with a label's name on each line.
            """
        case .domains: "Two subfolders of images, which need not belong together."
        case .points: "A distribution of points."
        }
    }

    /// What to do with a run of a model that learned from such data.
    func nextCommand(run: String) -> String {
        switch self {
        case .images, .points: "gan sample \(run) --out grid.png"
        case .labelMaps: "gan translate \(run) MAP --out translated.png"
        case .crops, .pairs, .domains: "gan translate \(run) IMAGE --out translated.png"
        }
    }
}

extension String {
    /// As at the beginning of a sentence.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
