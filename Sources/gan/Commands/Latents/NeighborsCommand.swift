import ArgumentParser
import Datasets
import GANs
import Images
import Tensors

/// `gan neighbors`
struct NeighborsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbors",
        abstract: "Show each sample beside its nearest neighbors in the training set: does it repeat them?",
        discussion: """
            Distances are root mean square differences of the pixels, 0 to 255. They are compared with the \
            distances of training images from each other.
              gan neighbors runs/faces datasets/faces --out neighbors.png
            """, aliases: ["neighbours"])

    @OptionGroup var model: LatentOptions

    @Argument(help: "The data that the model was trained on.", completion: .file())
    var data: String

    @Option(
        help: ArgumentHelp("The image to write, a row for each sample.", valueName: "file.png"),
        completion: .file())
    var out: String

    @Option(help: ArgumentHelp("Seeds of the samples. (default: 0-15)", valueName: "list"))
    var seeds: SeedList?

    @Option(help: "Training images beside each sample, 1 to 50.")
    var nearest = 6

    @OptionGroup var origin: OriginOption

    func validate() throws {
        try checkImageName(out)
        try check("--nearest", nearest, in: 1...50)
        if let seeds { try check("the number of --seeds", seeds.seeds.count, in: 1...1000) }
    }

    func run() throws {
        let (trained, label) = try model.open()
        let numbers = seeds?.seeds ?? Array(0..<16)
        let origin = try origin.origin(model.checkpoint, input: SeedList(numbers).description)
        let space = LatentSpace(trained, label: label)
        let source = try openImageSource(data)
        let dataset = try load(source, trained.imageFormat)
        guard dataset.count > 1 else {
            throw CommandError("\(data) holds one image; it takes two to compare distances")
        }
        let samples = space.images(of: space.latents(seeds: numbers))
        let reals = MemorizationReport.examples(of: dataset.count)
        let found = find(
            samples + reals.map(dataset.image(at:)),
            excluding: samples.map { _ in nil } + reals.map { $0 }, in: dataset, trained)

        let rows = zip(zip(numbers, samples), found).map { sample, neighbors in
            let others = neighbors.map { neighbor in
                let image = dataset.image(at: neighbor.index)
                return neighbor.isFlipped ? image.flippedHorizontally() : image
            }
            return (name: "seed \(sample.0)", images: [sample.1] + others)
        }
        try Image.grid(rows: rows).writePNG(to: out, origin)

        let distances = found.map { $0[0].distance }
        for (seed, neighbors) in zip(numbers, found).prefix(Self.namedRows) {
            let names = neighbors.prefix(3).map { neighbor in
                "\(source.name(at: dataset.sourceIndex(at: neighbor.index))) \(fixed(neighbor.distance, 1))"
            }
            print("seed \(seed): \(names.joined(separator: ", "))")
        }
        print(
            words(
                MemorizationReport(
                    generated: Array(distances.prefix(samples.count)),
                    real: Array(distances.dropFirst(samples.count))), samples.count))
    }

    /// More lines than this are read in the image.
    private static let namedRows = 16

    private func words(_ report: MemorizationReport, _ samples: Int) -> String {
        let distances =
            "Samples lie \(fixed(report.generated, 1)) of 255 from the nearest training image (median of "
            + "\(samples)); training images lie \(fixed(report.real, 1)) from each other's"
        switch report.copies {
        case 0: return distances + ": no sample repeats one. See \(out)"
        case let copies:
            return distances + ": \(copies) of \(samples) lie at less than half of that, and may repeat one: "
                + "look at \(out)"
        }
    }

    private func load(_ source: any ImageSource, _ format: ImageFormat) throws -> Dataset {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        return try Dataset(source, format: format) { done, total in
            line.show("Reading images", done, of: total, since: start)
        }
    }

    private func find(
        _ images: [Image], excluding excluded: [Int?], in dataset: Dataset, _ trained: TrainedGenerator
    ) -> [[NearestImages.Neighbor]] {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        return NearestImages(
            to: images, in: dataset, count: min(nearest, dataset.count - 1),
            mirrored: trained.header.training.data.flip, excluding: excluded
        ) { done in line.show("Comparing images", done, of: dataset.count, since: start) }.neighbors
    }
}
