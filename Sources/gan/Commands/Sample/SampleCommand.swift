import ArgumentParser
import Files
import Foundation
import GANs
import Images
import Tensors

/// `gan sample`
struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Make images with a trained generator.",
        discussion: """
            Every image follows from its seed alone: seed 7 gives the same image in any grid. The \
            samples of a training are those of the seeds 0 to 63.
            """)

    @Argument(help: "A run's folder, a checkpoint of a run, or an exported generator.")
    var checkpoint: CheckpointArgument

    @Option(
        help: ArgumentHelp(
            """
            grid.png for a grid, folder/ for single images, or x.npy for a uint8 array of count x height \
            x width x channels.
            """, valueName: "path"), completion: .file())
    var out: String

    @Option(help: "How many images. (default: 64; 8 with --vary)")
    var count: Int?

    @Option(help: "Images in a row of the grid. (default: as many as make it square)")
    var columns: Int?

    @Option(help: "Seed of the first image; the next have the next. (default: 0)")
    var seed: UInt64?

    @Option(help: ArgumentHelp("Seeds of the images, such as 0,1,4-6.", valueName: "list"))
    var seeds: SeedList?

    @Option(
        help: ArgumentHelp(
            """
            Latent vectors to use: a float32 array of count x latent; or style vectors, count x 1 x style.
            """,
            valueName: "z.npy"), completion: .file(extensions: ["npy"]))
    var latents: String?

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp("Make images of this class, of a conditional model.", valueName: "name"),
        completion: .classNames)
    var className: String?

    @Option(
        help: ArgumentHelp(
            """
            This many images of each class: a row for each class, with the same latent vectors down a column.
            """,
            valueName: "count"))
    var perClass: Int?

    @Flag(help: "Use the trained weights of a run in place of their moving average.")
    var raw = false

    @OptionGroup(title: "Style-based models") var styles: StyleSampling

    @Option(
        help: ArgumentHelp(
            """
            For each seed a row of variants that differ in their noise alone, or in the style of some \
            layers: noise, coarse, middle, fine, or numbers such as 0-3.
            """, valueName: "what"))
    var vary: VariationChoice?

    @Option(help: "How many variants, the first with the seed's own style. (default: 8)")
    var variants: Int?

    @OptionGroup var origin: OriginOption

    func validate() throws {
        if let count, !(1...SeedList.maximumCount).contains(count) {
            throw ValidationError("--count is \(count); it must lie between 1 and \(SeedList.maximumCount)")
        }
        if let columns, columns < 1 {
            throw ValidationError("--columns is \(columns); it must be at least 1")
        }
        if let perClass, !(1...10_000).contains(perClass) {
            throw ValidationError("--per-class is \(perClass); it must lie between 1 and 10000")
        }
        if seeds != nil && seed != nil { throw ValidationError("give only one of --seeds and --seed") }
        let ways = [seeds != nil, latents != nil, count != nil, perClass != nil]
        if ways.filter({ $0 }).count > 1 {
            throw ValidationError("give only one of --seeds, --latents, --count and --per-class")
        }
        if latents != nil && seed != nil { throw ValidationError("give only one of --latents and --seed") }
        if let variants, !(1...1000).contains(variants) {
            throw ValidationError("--variants is \(variants); it must lie between 1 and 1000")
        }
        if variants != nil && vary == nil { throw ValidationError("--variants needs --vary") }
        if className != nil && perClass != nil {
            throw ValidationError("give only one of --class and --per-class")
        }
        if let seed, UInt64.max - seed < UInt64(max(standardCount, perClass ?? 1) - 1) {
            throw ValidationError("--seed is too large for --count more")
        }
        if columns != nil && out.lowercased().hasSuffix(".npy") {
            throw ValidationError("--columns is for a grid; leave it out with --out x.npy")
        }
    }

    func run() throws {
        let trained = try checkpoint.generator(raw: raw)
        let choice = try choose(trained.configuration)
        let perLatent = vary == nil ? 1 : variants ?? 8
        let total = choice.latents.shape[0] * perLatent
        let output = try SampleOutput(
            path: out, columns: columns ?? (vary == nil ? choice.columns : perLatent), count: total,
            model: trained.configuration, origin: origin.origin(checkpoint, input: input(choice.seeds)))
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let atATime = max(1, 1024 / perLatent)
        for first in stride(from: 0, to: choice.names.count, by: atATime) {
            let part = choice.part(first..<min(first + atATime, choice.names.count))
            let images = try images(trained, part, variants: perLatent) { done in
                line.show("Making images", first * perLatent + done, of: total, since: start)
            }
            try output.add(
                images,
                names: vary == nil
                    ? part.names : part.names.flatMap { name in (0..<perLatent).map { "\(name)-\($0)" } })
        }
        line.clear()
        try output.finish()
    }

    private func images(
        _ trained: TrainedGenerator, _ choice: Choice, variants: Int, progress: (_ done: Int) -> Void
    ) throws -> [Image] {
        guard styles.areGiven || vary != nil else {
            if choice.areStyles { return try imagesOfStyles(trained, choice, progress: progress) }
            return trained.images(latents: choice.latents, labels: choice.labels, progress: progress)
        }
        guard !choice.areStyles else {
            throw CommandError(
                "\(latents ?? "") holds styles; leave out --truncation, --truncation-layers, "
                    + "--noise and --vary"
            )
        }
        let styled = try styles.images(
            of: trained, path: checkpoint.path,
            for: "leave out --truncation, --truncation-layers, --noise and --vary")
        let labels = trained.configuration.oneHot(choice.labels)
        guard let vary else {
            return styled.images(
                latents: choice.latents, labels: labels, seeds: choice.seeds, progress: progress)
        }
        return styled.variants(
            of: choice.latents, labels: labels, seeds: choice.seeds,
            in: try vary.variation(layerCount: styled.layerCount), count: variants, progress: progress)
    }

    private func imagesOfStyles(
        _ trained: TrainedGenerator, _ choice: Choice, progress: (_ done: Int) -> Void
    ) throws -> [Image] {
        guard let space = LatentSpace(stylesOf: trained) else {
            throw CommandError("\(latents ?? "") holds styles, which \(checkpoint.path) does not take")
        }
        var images: [Image] = []
        space.forEachImage(of: choice.latents) { index, image in
            images.append(image)
            progress(index + 1)
        }
        return images
    }

    /// Latents and classes of the images to make.
    private struct Choice {
        let latents: Tensor
        /// Of which the latents are the numbers of styles, and classes play no part any more.
        var areStyles = false
        let labels: [Int]?
        let seeds: [UInt64]
        let names: [String]
        let columns: Int?

        func part(_ range: Range<Int>) -> Choice {
            Choice(
                latents: latents.sliced(axis: 0, range), areStyles: areStyles,
                labels: labels.map { Array($0[range]) }, seeds: Array(seeds[range]),
                names: Array(names[range]), columns: columns)
        }
    }

    private func choose(_ model: any LatentModelConfiguration) throws -> Choice {
        guard let conditioning = model.conditioning else {
            guard className == nil && perClass == nil else {
                throw CommandError(
                    "\(checkpoint.path) holds a model without classes; leave out --class and --per-class")
            }
            return try choose(model, labels: { _ in nil })
        }
        let classes = conditioning.classes
        if let perClass {
            let first = seed ?? 0
            let sheet = ClassSheet(
                classes: Array(classes.indices), seeds: Array(first...first + UInt64(perClass - 1)))
            guard sheet.seeds.count <= SeedList.maximumCount else {
                throw CommandError("--per-class \(perClass) of \(classes.count) classes are too many")
            }
            return Choice(
                latents: GANs.latents(seeds: sheet.seeds, latentSize: model.latentSize),
                labels: sheet.labels, seeds: sheet.seeds,
                names: zip(sheet.labels, sheet.seeds).map { fileName(classes[$0], seed: $1) },
                columns: sheet.columns)
        }
        if let className {
            let label = try conditioning.label(of: className)
            return try choose(model) { count in [Int](repeating: label, count: count) }
        }
        return try choose(model) { count in (0..<count).map { $0 % classes.count } }
    }

    /// - Parameter labels: of so many images.
    private func choose(_ model: any LatentModelConfiguration, labels: (Int) -> [Int]?) throws -> Choice {
        let latents: Tensor
        var (numbers, areStyles) = (chosenSeeds, false)
        if let path = self.latents {
            let read = try readLatents(path, size: model.latentSize, content: nil)
            (latents, areStyles) = (read.latents, read.content == .styles)
            numbers = Array(0..<UInt64(latents.shape[0]))
        } else {
            latents = GANs.latents(seeds: numbers, latentSize: model.latentSize)
        }
        let labels = labels(numbers.count)
        let names = numbers.enumerated().map { index, seed in
            let label = labels?[index]
            return fileName(label.flatMap { model.conditioning?.classes[$0] }, seed: seed)
        }
        return Choice(
            latents: latents, areStyles: areStyles, labels: labels, seeds: numbers, names: names, columns: nil
        )
    }

    private func fileName(_ className: String?, seed: UInt64) -> String {
        (className.map { $0.replacing("/", with: "-") + "-" } ?? "") + "seed-\(seed)"
    }

    /// In words, what the images are made of.
    private func input(_ seeds: [UInt64]) -> String {
        if let latents { return "the vectors of \(lastComponent(of: latents))" }
        return SeedList(seeds).description
    }

    private var chosenSeeds: [UInt64] {
        if let seeds { return seeds.seeds }
        let first = seed ?? 0
        return Array(first...first + UInt64(standardCount - 1))
    }

    /// What was asked for, or else is the default.
    private var standardCount: Int { count ?? (perClass != nil ? 1 : vary == nil ? 64 : 8) }
}
