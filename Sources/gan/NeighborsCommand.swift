import ArgumentParser
import Datasets
import GANs
import Images
import Tensors

/// `gan neighbors`
struct NeighborsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbors",
        abstract: "Show each sample beside its nearest training pictures: does the model repeat them?",
        discussion: """
            Distances are root mean square differences of the pixels, 0 to 255. They are compared with the \
            distances of training pictures from each other.
              gan neighbors runs/faces datasets/faces --out neighbors.png
            """, aliases: ["neighbours"])

    @OptionGroup var model: LatentOptions

    @Argument(help: "The data that the model was trained on.")
    var data: String

    @Option(help: ArgumentHelp("The picture to write, a row each sample.", valueName: "file.png"))
    var out: String

    @Option(help: ArgumentHelp("Seeds of the samples. (default: 0-15)", valueName: "list"))
    var seeds: SeedList?

    @Option(help: "Training pictures beside each sample, 1 to 50.")
    var nearest = 6

    func validate() throws {
        try checkPictureName(out)
        try check("--nearest", nearest, in: 1...50)
        if let seeds { try check("the number of --seeds", seeds.seeds.count, in: 1...1000) }
    }

    func run() throws {
        let (trained, label) = try model.open()
        let space = LatentSpace(trained, label: label)
        let source = try openPictureSource(data)
        let dataset = try load(source, trained.format)
        guard dataset.count > 1 else {
            throw CommandError("\(data) holds one picture; it takes two to compare distances")
        }
        let numbers = seeds?.seeds ?? Array(0..<16)
        let samples = space.pictures(of: space.latents(seeds: numbers))
        let reals = evenlyChosen(of: dataset.count)
        let found = find(
            samples + reals.map(dataset.picture(at:)),
            excluding: samples.map { _ in nil } + reals.map { $0 }, in: dataset, trained)

        let rows = zip(zip(numbers, samples), found).map { sample, neighbors in
            let others = neighbors.map { neighbor in
                let picture = dataset.picture(at: neighbor.index)
                return neighbor.isFlipped ? picture.flippedHorizontally() : picture
            }
            return (name: "seed \(sample.0)", pictures: [sample.1] + others)
        }
        try Picture.grid(rows: rows).writePNG(to: out)

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

    /// More lines than this are read in the picture.
    private static let namedRows = 16

    private func words(_ report: MemorizationReport, _ samples: Int) -> String {
        let distances =
            "Samples lie \(fixed(report.generated, 1)) of 255 from the nearest training picture (median of "
            + "\(samples)); training pictures lie \(fixed(report.real, 1)) from each other's"
        switch report.copies {
        case 0: return distances + ": no sample repeats one. See \(out)"
        case let copies:
            return distances + ": \(copies) of \(samples) lie at less than half of that, and may repeat one: "
                + "look at \(out)"
        }
    }

    private func load(_ source: any PictureSource, _ format: PictureFormat) throws -> Dataset {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        return try Dataset(source, format: format) { done, total in
            line.show("Reading pictures", done, of: total, since: start)
        }
    }

    /// Training pictures whose own nearest ones tell what distances are usual.
    private func evenlyChosen(of count: Int) -> [Int] {
        let chosen = min(64, count)
        return (0..<chosen).map { $0 * count / chosen }
    }

    private func find(
        _ pictures: [Picture], excluding excluded: [Int?], in dataset: Dataset, _ trained: TrainedGenerator
    ) -> [[NearestPictures.Neighbor]] {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        return NearestPictures(
            to: pictures, in: dataset, count: min(nearest, dataset.count - 1),
            mirrored: trained.header.configuration.flip, excluding: excluded
        ) { done in line.show("Comparing pictures", done, of: dataset.count, since: start) }.neighbors
    }
}
