import ArgumentParser
import Datasets
import GANs
import Images
import Tensors

/// `gan attribute`
struct AttributeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attribute",
        abstract: "Find an attribute's direction in latent space, along which it comes and goes.",
        discussion: """
            The direction goes from the mean latent vector of images without the attribute to the mean of \
            those with it: of example images, which are projected first, or better of many seeds that you \
            sorted. It is one standard deviation long.
              gan attribute runs/faces --plus 3,8,12-15 --minus 1,2,4-7 --save glasses.npy
              gan attribute runs/faces --like with/ --unlike without/ --save glasses.npy
              gan interpolate runs/faces --seeds 1-4 --along glasses.npy --from -3 --to 5 --out rows.png
            """)

    @OptionGroup var model: LatentOptions

    @Option(
        help: ArgumentHelp("A folder of images with the attribute.", valueName: "dir"), completion: .directory
    )
    var like: String?

    @Option(help: ArgumentHelp("A folder of images without it.", valueName: "dir"), completion: .directory)
    var unlike: String?

    @Option(help: ArgumentHelp("Seeds of images with the attribute.", valueName: "list"))
    var plus: SeedList?

    @Option(help: ArgumentHelp("Seeds of images without it.", valueName: "list"))
    var minus: SeedList?

    @Option(
        help: ArgumentHelp("The file to write the direction to.", valueName: "file.npy"), completion: .file())
    var save: String

    @Option(help: "At most so many images of each folder, evenly chosen, 1 to 10000.")
    var count = 32

    @OptionGroup var space: SpaceOption

    func validate() throws {
        try check("--count", count, in: 1...10_000)
        try checkArrayName(save, "--save")
        let given = [like, unlike].map { $0 != nil } + [plus, minus].map { $0 != nil }
        guard given == [true, true, false, false] || given == [false, false, true, true] else {
            throw ValidationError("give --like and --unlike, or --plus and --minus")
        }
    }

    func run() throws {
        let (trained, label) = try model.open()
        let space = try space.space(of: trained, label: label, path: model.checkpoint.path)
        let (with, without): (Tensor, Tensor)
        if let plus, let minus {
            (with, without) = (space.latents(seeds: plus.seeds), space.latents(seeds: minus.seeds))
        } else {
            var settings = LatentProjection.Settings()
            // The mean of many is asked for, not each at its best.
            (settings.starts, settings.steps) = (2, 200)
            let projector = try ImageProjector(trained, checkpoint: model.checkpoint.path, settings)
            let folders = try [like, unlike].map { try examples(in: $0 ?? "", trained.imageFormat) }
            let found = folders.map { images in
                Tensor.concatenated(
                    projector.matches(images, in: space, label: label).map(\.latent), axis: 0)
            }
            (with, without) = (found[0], found[1])
        }
        guard let direction = space.direction(from: without, to: with) else {
            throw CommandError("the latents with the attribute and those without have the same mean")
        }
        try space.write(direction, to: save)
        let places = [with, without].map { direction.projections(of: $0) }
        let apart = places[0].mean - places[1].mean
        let sorted = places[0].values.count { $0 > places[1].mean + apart / 2 }
        print(
            "Direction from \(without.shape[0]) without to \(with.shape[0]) with, in \(save): they lie "
                + "\(fixed(apart, 2)) deviations apart along it, \(sorted) of \(with.shape[0]) with "
                + "beyond the "
                + "middle")
    }

    private func examples(in folder: String, _ format: ImageFormat) throws -> [Image] {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let dataset = try Dataset.load(folder, format: format) { done, total in
            line.show("Reading images", done, of: total, since: start)
        }
        let chosen = min(count, dataset.count)
        return (0..<chosen).map { dataset.image(at: $0 * dataset.count / chosen) }
    }
}

extension Tensor {
    /// Where latents lie along this direction, in multiples of it.
    fileprivate func projections(of latents: Tensor) -> (values: [Double], mean: Double) {
        let values = (latents.matrixProduct(self, transposingOther: true) / squared().sum()).scalars.map {
            Double($0)
        }
        return (values, values.reduce(0, +) / Double(values.count))
    }
}
