import ArgumentParser
import Datasets
import Foundation
import GANs
import Images
import Tensors

/// `gan train`
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train on a folder of images.",
        discussion: """
            Writes into the run's folder: index.html, which shows all images, config.json, metrics.jsonl, \
            reals.png, losses.png, samples/step-000500.png and checkpoints/step-001000.safetensors; checkpoints/latest.safetensors \
            is always the newest, best.safetensors the one whose samples come nearest to the images held \
            out. Ctrl-C ends after the step and saves; --resume goes on to the bit.
            """)

    @Argument(
        help: """
            A folder of images (png, jpg, jpeg; subfolders are classes), MNIST's IDX files, CIFAR-10's \
            binary batches, or a NumPy array (.npy). For pix2pix pairs: two subfolders with images of the \
            same names, or images that show both side by side; for spade two subfolders, the first of label \
            maps, with labels.txt, a label's name on each line; for cyclegan two subfolders; for srresnet and srgan images in full, which are shrunk. With --resume \
            it may be left out.
            """)
    var data: String?

    @Option(help: ArgumentHelp("The run's folder.", valueName: "run"))
    var out: String

    @OptionGroup(title: "What is trained") var options: TrainOptions
    @OptionGroup(title: "How the game is played") var game: GameOptions
    @OptionGroup(title: "Images to images") var translation: TranslationOptions
    @OptionGroup(title: "How long, and what is written") var scheduleOptions: ScheduleOptions

    @Flag(help: "Go on with the run in the folder, from its latest checkpoint.")
    var resume = false

    @Flag(help: "Show what would be trained, and how, and end.")
    var dryRun = false

    @Flag(help: "Begin anew where a run lies already, which is removed.")
    var overwrite = false

    @Option(help: "Threads that share the work. (default: one for each core)")
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Memory for decoded images in MB; more go to a temporary file. (default: a quarter of all)",
            valueName: "MB"))
    var cacheMemory: Int?

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        // Wrong options are told before anything is read.
        if TranslationArchitecture.names.contains(options.model ?? "") {
            _ = try translation.configuration(begun: nil, options, game) { .any }
        } else if !resume {
            guard !translation.areGiven else {
                throw ValidationError(
                    "--target, --direction, --patch-layers, --blocks, --scale, --from, --vgg, --crop-from and the "
                        + "weights are for --model "
                        + TranslationArchitecture.names.joined(separator: ", "))
            }
            _ = try options.configuration(begun: nil, game: game) { .any }
        }
        if data == nil && !resume { throw ValidationError("name the data to train on, or --resume a run") }
        if out.isEmpty { throw ValidationError("--out needs the name of a folder") }
        if resume && overwrite { throw ValidationError("give only one of --resume and --overwrite") }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); it must lie between 1 and 1024")
        }
        if let cacheMemory, !(0...10_000_000).contains(cacheMemory) {
            throw ValidationError("--cache-memory is \(cacheMemory); it must lie between 0 and 10000000 MB")
        }
    }

    func run() throws {
        if let threads { Parallel.threads = threads }
        let folder = RunFolder(out)
        if folder.holdsRun && !resume && !overwrite {
            throw CommandError(
                "\(out) holds a run already; go on with --resume, or begin anew with --overwrite")
        }
        if resume { try checkResumable(folder) }
        // Before anything is read; claimed for good by the run.
        if folder.holdsRun { _ = try folder.claim() }
        if try isTranslation(folder) { return try TranslationTraining(command: self, folder: folder).run() }
        let (begun, record) = resume ? try resumed(folder) : (nil, nil)
        guard let path = data ?? record?.data else {
            throw CommandError("\(out) does not say what data it is of")
        }
        try refuseInside(path)
        let source = try open(path, isRecorded: data == nil)
        var training = try options.configuration(begun: begun?.configuration, game: game) {
            DataTraits(
                format: suggestedFormat(source), classNames: source.classNames, images: source.count)
        }
        if let begun, training != begun.configuration {
            throw CommandError(
                "the run in \(out) was begun with "
                    + begun.configuration.differences(from: training).joined(separator: ", ")
                    + "; leave that option out, or begin another run")
        }
        try checkMemory(for: training)
        let dataset = try load(source, for: training)
        let schedule = try scheduleOptions.schedule(
            begun: record?.schedule, images: dataset.count, batchSize: training.batchSize)
        if begun == nil {
            // Classes whose images all turned out unreadable are none.
            training.architecture.family.conditioning?.classes = dataset.classNames
            options.styles.applyGrowth(
                to: &training, schedule, images: dataset.count - training.heldOut)
            try scheduleOptions.applyDecay(
                to: &training, schedule, images: dataset.count - training.heldOut)
        } else if let step = scheduleOptions.decayFrom, step != training.learningRateDecay?.from {
            throw CommandError(
                "the run in \(out) was begun with "
                    + (training.learningRateDecay.map { "--decay-from \($0.from)" } ?? "no --decay-from")
                    + "; leave that option out, or begin another run")
        }
        let display = TrainDisplay(schedule: schedule, quiet: quiet)
        let trainer = try begun ?? Trainer(training)
        if dryRun { return display.describe(trainer, dataset) }
        if overwrite { try folder.removeRun() }
        display.describe(trainer, dataset)
        display.announce(trainer.progress, images: dataset.count, folder: folder)
        if let record, record.images != dataset.count {
            display.say(
                "There are \(dataset.count) images now; there were \(record.images). The run goes on with "
                    + "these, no longer as it would have")
        }
        Interrupt.listen()
        let run = try TrainingRun(
            trainer, on: dataset, into: folder, schedule: schedule, observe: display.show)
        do {
            try run.run { Interrupt.isRequested }
        } catch {
            display.clear()
            throw error
        }
        display.end(
            trainer.progress, folder: folder, wasInterrupted: Interrupt.isRequested,
            next: "gan sample \(folder.path) --out grid.png")
    }

    private func checkResumable(_ folder: RunFolder) throws {
        guard folder.holdsRun else {
            throw CommandError("\(out) holds no run to go on with; leave out --resume to begin one")
        }
        guard FileManager.default.fileExists(atPath: folder.latestCheckpoint) else {
            throw CommandError(
                "the run in \(out) ended before its first checkpoint; begin anew with --overwrite")
        }
    }

    /// Whether the model translates images, by --model or by the run to go on with.
    private func isTranslation(_ folder: RunFolder) throws -> Bool {
        let model = resume ? try modelName(ofCheckpoint: folder.latestCheckpoint) : options.model ?? ""
        return TranslationArchitecture.names.contains(model)
    }

    /// Refuses to write where images are read.
    func refuseInside(_ path: String) throws {
        guard isInside(out, folder: path) else { return }
        throw CommandError(
            "\(out) lies in the folder of the data, \(path), where samples would be taken for images to "
                + "train on; choose another --out")
    }

    private func resumed(_ folder: RunFolder) throws -> (Trainer, RunRecord<TrainingConfiguration>) {
        return (
            try Trainer(resumingFrom: folder.latestCheckpoint),
            try RunRecord<TrainingConfiguration>(from: folder)
        )
    }

    /// What suits the images, judged by some of them.
    private func suggestedFormat(_ source: any ImageSource) -> ImageFormat {
        var sampler = BatchSampler(count: source.count, seed: 0)
        let some = (0..<min(source.count, 200)).compactMap { position in
            try? source.image(at: sampler.index(at: position))
        }
        guard !some.isEmpty, let summary = try? DatasetSummary(InMemoryImages(some)) else {
            // Loading says what is wrong with the images.
            return ImageFormat(size: 64, channels: 3)
        }
        return ImageFormat(size: summary.suggestedSize(), channels: summary.suggestedChannels)
    }

    private func open(_ path: String, isRecorded: Bool) throws -> any ImageSource {
        do throws(DatasetError) {
            return try openImageSource(path)
        } catch {
            guard isRecorded else { throw error }
            throw CommandError(
                "\(error); name the data that the run was begun on: gan train DATA --resume --out \(out)")
        }
    }

    /// Refuses networks that can never fit: the system would end the program without a word.
    private func checkMemory(for training: TrainingConfiguration) throws {
        // The generator's weights, average, gradients and two moments alone.
        let family = training.architecture.family
        try refuseMemory(
            over: 5 * MemoryLayout<Scalar>.stride * family.generatorParameterCount, size: family.size)
    }

    /// - Parameter needed: bytes.
    func refuseMemory(over needed: Int, size: Int) throws {
        guard needed <= memoryLimit else {
            throw CommandError(
                "networks of --size \(size) and this width need over "
                    + "\(formatted(bytes: needed)) of memory, this machine has "
                    + "\(formatted(bytes: memoryLimit)); make one of them smaller")
        }
    }

    var memoryBudget: Int { cacheMemory.map { $0 * 1_000_000 } ?? defaultMemoryBudget() }

    private func load(_ source: any ImageSource, for training: TrainingConfiguration) throws -> Dataset {
        let family = training.architecture.family
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let isQuiet = quiet
        return try Dataset(
            source, format: ImageFormat(size: family.size, channels: family.channels, fit: training.fit),
            memoryBudget: memoryBudget
        ) { done, total in
            if !isQuiet { line.show("Reading images", done, of: total, since: start) }
        }
    }
}

/// Whether a path is a folder's or leads below it.
func isInside(_ path: String, folder: String) -> Bool {
    func parts(_ path: String) -> [String] {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().pathComponents
    }
    return parts(path).starts(with: parts(folder))
}
