import ArgumentParser
import GANs
import Images
import Tensors

/// `gan mix`
struct MixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mix",
        abstract:
            "Style mixing: a table of images with the styles of one in some layers and of another "
            + "in the rest.",
        discussion: """
            Of a style-based generator. Each image has the styles of its row's seed, but in the given layers \
            those of its column's. The \
            rows' and columns' own images stand along the edges.
            """)

    @Argument(help: "A run's folder, a checkpoint of a run, or an exported generator.")
    var checkpoint: CheckpointArgument

    @Option(help: ArgumentHelp("Seeds of the rows, such as 1,2,5-7. (default: 0-3)", valueName: "list"))
    var rows: SeedList?

    @Option(help: ArgumentHelp("Seeds of the columns. (default: 4-9)", valueName: "list"))
    var columns: SeedList?

    @Option(
        help: ArgumentHelp(
            """
            Layers that take the column's style: coarse (shape), middle, fine (color and texture), or \
            numbers from 0, such as 0-3. (default: coarse)
            """, valueName: "layers"))
    var layers: LayerChoice?

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "The class of all images, of a conditional model. (default: the first)", valueName: "name"),
        completion: .classNames)
    var className: String?

    @OptionGroup var sampling: StyleSampling

    @Flag(help: "Use the trained weights of a run in place of their moving average.")
    var raw = false

    @Option(help: ArgumentHelp("The image to write.", valueName: "table.png"), completion: .file())
    var out: String

    @OptionGroup var origin: OriginOption

    /// A side of more images is surely a slip.
    private static let maximumSide = 100

    func validate() throws {
        for (name, list) in [("rows", rows), ("columns", columns)] {
            if let list, list.seeds.count > Self.maximumSide {
                throw ValidationError(
                    "--\(name) holds \(list.seeds.count) seeds; at most \(Self.maximumSide) are allowed")
            }
        }
        guard out.lowercased().hasSuffix(".png") else {
            throw ValidationError("--out \(out): give a name that ends in .png")
        }
    }

    func run() throws {
        let trained = try checkpoint.generator(raw: raw)
        let styled = try sampling.images(
            of: trained, path: checkpoint.path,
            for: "give one of \(ModelOptionsRegistry.names { $0 is any StyleModelConfiguration.Type })")
        let model = trained.configuration
        let replaced = try (layers ?? .scale(.coarse)).layers(of: styled.layerCount)
        let (rows, columns) = (rows?.seeds ?? Array(0...3), columns?.seeds ?? Array(4...9))
        let total = (rows.count + 1) * (columns.count + 1)
        guard total * model.size.pixelCount <= Image.maximumPixels else {
            throw CommandError("a table of \(total) images is too large; give fewer --rows or --columns")
        }
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let input = "\(SeedList(rows)) in rows, \(SeedList(columns)) in columns"
        let origin = try origin.origin(checkpoint, input: input)
        let images = styled.table(
            rows: latents(seeds: rows, latentSize: model.latentSize),
            columns: latents(seeds: columns, latentSize: model.latentSize),
            labels: model.oneHot([try label(model)]), replacing: replaced
        ) { done in line.show("Making images", done, of: total, since: start) }
        line.clear()
        try Image.grid(images, columns: columns.count + 1).writePNG(to: out, origin)
        print(
            "\(rows.count) x \(columns.count) images in \(out); layers \(replaced.lowerBound) to "
                + "\(replaced.upperBound - 1) of \(styled.layerCount) are the columns'")
    }

    private func label(_ model: any LatentModelConfiguration) throws -> Int {
        guard let className else { return 0 }
        guard let conditioning = model.conditioning else {
            throw CommandError("\(checkpoint.path) holds a model without classes; leave out --class")
        }
        return try conditioning.label(of: className)
    }
}
