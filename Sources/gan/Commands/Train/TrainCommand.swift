import ArgumentParser
import Datasets
import Foundation
import GANs
import Tensors

/// `gan train` with the options of a model.
struct TrainCommand<Options: ModelOptions>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: TrainOverview.name, abstract: TrainOverview.abstract,
            discussion: """
                The options of --model \(Options.Configuration.name). \(Options.Configuration.summary)

                \(TrainOverview.files)
                """)
    }

    @Argument(
        help: ArgumentHelp(Options.Configuration.data.help + " With --resume it may be left out."),
        completion: .file())
    var data: String?

    @OptionGroup(title: "Model") var model: ModelOption
    @OptionGroup(title: "Model") var options: Options
    @OptionGroup(title: "Training recipe") var recipe: Options.Recipe
    @OptionGroup(title: "Fine-tuning") var fineTuning: FineTuningOptions
    @OptionGroup(title: "Data") var preparation: DataOptions
    @OptionGroup(title: "Length and output") var length: ScheduleOptions
    @OptionGroup var place: RunOptions
    @OptionGroup var output: TrainOutputOptions

    func validate() throws {
        // Wrong options are told before anything is read.
        try TrainDispatch.check(model: model.name, of: Options.self)
        try TrainDispatch.checkOptions(of: Self.self, model: Options.Configuration.name)
        try length.check(decayFrom: recipe.decayFrom)
        if data == nil && !place.resume {
            throw ValidationError("name the data to train on, or --resume a run")
        }
        if !place.resume { _ = try training(begun: nil, traits: .any) }
        if place.resume && fineTuning.from != nil {
            throw ValidationError("give only one of --from and --resume")
        }
    }

    func run() throws {
        try Ranks.join()
        place.threads.apply(byDefault: Ranks.threads)
        let folder = try place.openFolder()
        let (record, begun) = try begun(in: folder)
        guard let path = data ?? record?.data else {
            throw CommandError("\(place.out) does not say what data it is of")
        }
        let source = try open(path, target: options.target ?? record?.target)
        var traits = source.traits(for: Options.Configuration.data, isReversed: options.isReversed)
        if let size = options.size { traits.size = size }
        if begun == nil,
            var best = TrainDispatch.command(suiting: traits, insteadOf: Options.Configuration.self)
        {
            return try best.run()
        }
        var training = try training(begun: begun?.configuration, traits: traits)
        if let begun { try checkSame(training, as: begun.configuration, source) }
        try checkMemory(for: training.model)
        let data = try load(source, for: &training, isBegun: begun != nil)
        let schedule = try length.schedule(
            begun: record?.schedule,
            default: .images(training.model.imagesToTrain(on: data.count, training.recipe)))
        try fit(&training, to: schedule, images: data.count, isBegun: begun != nil)
        let trainer = try begun ?? beginning(training)
        let change =
            try !place.change ? nil : trainer.change(to: training, data: record?.change(to: data))
        trainer.learningRateDecay = training.recipe.learningRateDecay

        let display = TrainDisplay(
            schedule: schedule, isDefault: record == nil && !length.hasEnd, trainer, quiet: isQuiet)
        display.describe(source, data)
        if TrainDispatch.choosesModel {
            display.say(
                "  (what suits images of \(training.model.size.dimensions) and these options; "
                    + "--model names another)")
        }
        try trainer.checkRanks(data, program: GAN.version)
        if place.dryRun { return Ranks.leave() }
        guard Ranks.isFirst else {
            Interrupt.listen()
            try TrainingFollower(trainer, on: data).run { Interrupt.isRequested }
            return Ranks.leave()
        }
        display.announce(images: data.count, folder: folder)
        if let change {
            display.say(change.worded)
        } else if let record, record.images != data.total {
            display.say(
                "There are \(data.total) images now; there were \(record.images). The run goes on with "
                    + "these, no longer as it would have")
        }
        try TrainingLoop(
            trainer, on: data, into: folder, schedule: schedule, replacing: place.overwrite,
            observe: display.show
        ).runUntilInterrupted(clearing: display.clear)
        Ranks.leave()
        display.end(
            folder: folder, wasInterrupted: Interrupt.isRequested,
            next: Options.Configuration.data.nextCommand(run: folder.path))
    }

    /// Of several processes the first one tells of the training.
    private var isQuiet: Bool { output.quiet || !Ranks.isFirst }

    private func training(
        begun: TrainingConfiguration?, traits: @autoclosure () -> DataTraits
    ) throws -> TrainingConfiguration {
        let training = try options.training(
            begun: begun, beginning: traits(), from: try fineTuning.model(), recipe, seed: place.seed,
            preparation)
        if begun == nil { try fineTuning.check(training.recipe) }
        return training
    }

    /// The run in a folder, and where it stands; nil for a new one.
    private func begun(in folder: RunFolder) throws -> (RunRecord?, Trainer?) {
        guard place.resume else { return (nil, nil) }
        return try folder.asFirstRankHasIt { folder in
            let record = try RunRecord(from: folder)
            return (record, try resumed(folder, record))
        }
    }

    private func resumed(_ folder: RunFolder, _ record: RunRecord) throws -> Trainer {
        try place.resumed(folder, record) { training in
            guard var model = training.model as? Options.Configuration else { return }
            options.locateFiles(of: &model)
            training.model = model
        }
    }

    private func beginning(_ training: TrainingConfiguration) throws -> Trainer {
        try fineTuning.from.map { try Trainer(training, weightsFrom: $0.path) } ?? Trainer(training)
    }

    private func open(_ path: String, target: String?) throws -> TrainingSource {
        for source in [path, target].compactMap(\.self) { try refuseInside(source) }
        do throws(DatasetError) {
            return try TrainingSource(path, target: target, for: Options.Configuration.data)
        } catch {
            guard data == nil else { throw error }
            throw CommandError(
                "\(error); name the data that the run was begun on: gan train DATA --resume --out "
                    + "\(place.out)"
            )
        }
    }

    /// Refuses to write where images are read.
    private func refuseInside(_ path: String) throws {
        guard isInside(place.out, folder: path) else { return }
        throw CommandError(
            "\(place.out) lies in the folder of the data, \(path), where samples would be taken for "
                + "images to "
                + "train on; choose another --out")
    }

    private func checkSame(
        _ training: TrainingConfiguration, as begun: TrainingConfiguration, _ source: TrainingSource
    ) throws {
        let known = (begun.model as? any TranslationModelConfiguration)?.labels
        if let known, let labels = source.labels, known.names != labels.names {
            throw CommandError(
                "the run in \(place.out) was begun with the labels "
                    + "\(known.names.joined(separator: ", ")); now "
                    + "they are \(labels.names.joined(separator: ", ")); restore the list, or begin "
                    + "another run"
            )
        }
        try place.checkSame(training, as: begun)
    }

    /// Refuses networks that can never fit: the system would end the program without a word.
    private func checkMemory(for model: any ModelConfiguration) throws {
        // Weights, average, gradients and two moments alone.
        let needed = 5 * MemoryLayout<Scalar>.stride * model.parameterCount
        guard needed <= memoryLimit else {
            throw CommandError(
                "networks of --size \(model.size) and this width need over "
                    + "\(formatted(bytes: needed)) of memory, this machine has "
                    + "\(formatted(bytes: memoryLimit)); make one of them smaller")
        }
    }

    private func load(
        _ source: TrainingSource, for training: inout TrainingConfiguration, isBegun: Bool
    ) throws -> any TrainingData {
        let (line, start, isQuiet) = (ProgressLine(), ContinuousClock.now, isQuiet)
        defer { line.clear() }
        return try source.load(for: &training, isBegun: isBegun, storage: output.storage) {
            if !isQuiet { line.show("Reading images", $0, of: $1, since: start) }
        }
    }

    /// Sets what follows from the training's length.
    private func fit(
        _ training: inout TrainingConfiguration, to schedule: Schedule, images: Int, isBegun: Bool
    ) throws {
        let imagesInStep = training.recipe.imagesInStep
        if !isBegun {
            let shown = schedule.imagesShown(of: images, imagesInStep: imagesInStep)
            training.recipe = training.recipe.paced(forImages: shown)
            if var model = training.model as? Options.Configuration {
                options.fit(&model, to: schedule, training.recipe, images: images)
                training.model = model
            }
        }
        try training.setDecay(
            from: recipe.decayFrom, to: schedule.lastStep(images: images, imagesInStep: imagesInStep),
            fallByDefault: Options.Configuration.ratesFall, isBegun: isBegun)
    }
}

/// The options of `gan train` that say what it prints, and what memory it takes.
struct TrainOutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Memory for decoded images in MB, 0 to 10000000; more go to a temporary file. (default: a quarter \
            of all)
            """, valueName: "MB"))
    var cacheMemory: Int?

    @Flag(
        help: """
            Keep no decoded images for later runs. Otherwise those that took over five seconds to decode lie in \
            ~/.cache/swift-gan until they were not used for a month.
            """)
    var noCache = false

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        if let cacheMemory { try check("--cache-memory", cacheMemory, in: 0...10_000_000) }
    }

    var storage: StorageOptions {
        var storage = StorageOptions(cache: noCache ? nil : .ofUser)
        if let cacheMemory { storage.memoryBudget = cacheMemory * 1_000_000 }
        return storage
    }
}

extension TrainingLoop {
    /// Trains to the end, or until Ctrl-C.
    ///
    /// - Parameter clear: what a failure's message would be printed over.
    func runUntilInterrupted(clearing clear: () -> Void) throws {
        Interrupt.listen()
        do {
            try run { Interrupt.isRequested }
        } catch {
            clear()
            throw error
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
