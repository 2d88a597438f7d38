import ArgumentParser
import Checkpoints
import Files
import Foundation
import GANs
import Images

/// `gan toy`
struct ToyCommand<Options: ModelOptions>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "toy",
            abstract: "Train two small networks on points of the line or the plane, and watch them.",
            discussion: """
                Writes a run's folder as gan train does, and beside it toy.gif (points, the discriminator's \
                output and its gradients, missed modes, losses), final.png and points.npy (2,500 generated \
                points). The last line tells modes covered, the share of points within 3 deviations of a \
                mode, and the reverse KL divergence of the modes, as Lin et al. 2018 (PacGAN) define them.
                  gan toy 8-gaussians --out ring8
                  gan toy 25-grid --preset wgan-gp --out grid25
                """)
    }

    @Argument(
        help: ArgumentHelp(
            "The distribution of the points. With --resume it may be left out.", valueName: "distribution"))
    var distribution: ToyDistribution?

    @OptionGroup(title: "Model") var options: Options
    @OptionGroup(title: "Training recipe") var recipe: Options.Recipe
    @OptionGroup(title: "Length and output") var length: ToyLengthOptions
    @OptionGroup var place: RunOptions

    func validate() throws {
        try ScheduleOptions.check(decayFrom: recipe.decayFrom, steps: length.steps)
        guard let distribution else {
            if place.resume { return }
            throw ValidationError("name the distribution to train on, or --resume a run")
        }
        if !place.resume { _ = try training(begun: nil, distribution) }
    }

    func run() throws {
        // Alone on two cores, one thread made 222 to 257 steps a second and two made 242 to 299; beside other work 82
        // and 58.
        place.threads.apply(byDefault: 1)
        let folder = try place.openFolder()
        let record = place.resume ? try RunRecord(from: folder) : nil
        let begun = try record.map { try place.resumed(folder, $0) }
        let distribution = try distribution(record)
        var training = try training(begun: begun?.configuration, distribution)
        if let begun { try place.checkSame(training, as: begun.configuration) }
        let schedule = try length.schedule(begun: record?.schedule)
        if begun == nil {
            training.recipe = training.recipe.paced(
                forImages: schedule.imagesShown(of: 1, imagesInStep: training.recipe.imagesInStep))
        }
        try training.setDecay(
            from: recipe.decayFrom, to: schedule.lastStep(images: 1, imagesInStep: 1),
            fallByDefault: Options.Configuration.ratesFall, isBegun: begun != nil)
        let trainer = try begun ?? Trainer(training)
        if place.change, let change = try trainer.change(to: training) { print(change.worded) }
        trainer.learningRateDecay = training.recipe.learningRateDecay
        for line in training.recipeDescription { print(line) }
        if place.dryRun { return }
        try train(trainer, on: PointData(distribution, for: training), into: folder, schedule)
    }

    private func training(
        begun: TrainingConfiguration?, _ distribution: ToyDistribution
    ) throws -> TrainingConfiguration {
        try options.training(
            begun: begun, beginning: DataTraits(size: 1, channels: distribution.dimensions, count: 0), recipe,
            seed: place.seed)
    }

    /// As it is given, or as the run was begun with.
    private func distribution(_ record: RunRecord?) throws -> ToyDistribution {
        guard let record else { return distribution ?? .gaussian }
        // A file of the same name would make it a path.
        guard let begun = ToyDistribution(rawValue: lastComponent(of: record.data)) else {
            throw CommandError("\(place.out) holds a run on images; go on with it by gan train --resume")
        }
        if let distribution, distribution != begun {
            throw CommandError(
                "the run in \(place.out) was begun on \(begun.rawValue), not "
                    + "\(distribution.rawValue); leave it "
                    + "out, or begin another run")
        }
        return begun
    }

    private func train(
        _ trainer: Trainer, on data: PointData, into folder: RunFolder, _ schedule: Schedule
    ) throws {
        let steps = schedule.lastStep(images: 1, imagesInStep: 1) ?? 0
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let loop = try TrainingLoop(
            trainer, on: data, into: folder, schedule: schedule, replacing: place.overwrite
        ) { event in
            switch event {
            case .step(let report, _, _, _): line.show("Training", report.step, of: steps, since: start)
            case .failure(let text): tell(ofWarning: text)
            case .warning(let step, let warning):
                tell(ofWarning: "step \(step): \(warning.worded(for: trainer.configuration))")
            case .metrics, .measuring, .sampled, .saved: break
            }
        }
        if trainer.progress.step == 0 { try loop.writeSheet() }
        try loop.runUntilInterrupted(clearing: line.clear)
        line.clear()
        let animation = length.apng ? "toy.apng" : "toy.gif"
        try writeAnimation(of: loop.place, to: animation, texts: ImageOrigin(of: trainer).texts)
        let points = try writePoints(
            trainer, of: data.distribution, to: loop.place.file("points.npy"))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(
            "\(trainer.progress.step) steps in \(fixed(seconds, 1)) s; look at "
                + "\(folder.path)/\(animation) and "
                + "\(folder.path)/final.png")
        let summary = ToyMetrics(of: points, from: data.distribution).summary
        print(summary.isEmpty ? "A curve has no modes to count" : summary)
    }

    /// Of all sheets in their order, the last of which is `final.png`, too.
    private func writeAnimation(of folder: RunFolder, to name: String, texts: [PNGText]) throws {
        let sheets = try folder.sampleSheets()
        guard let last = sheets.last else { return }
        var animation = try AnimationFile(path: folder.file(name), texts: texts)
        for sheet in sheets {
            // Time to look at the end before it begins again.
            try animation.append(Image(decoding: sheet), seconds: sheet == last ? 2 : 0.08)
        }
        try animation.commit()
        try Image(decoding: last).writePNG(to: folder.file("final.png"), texts: texts)
    }

    private func writePoints(
        _ trainer: Trainer, of distribution: ToyDistribution, to path: String
    ) throws -> [Scalar] {
        guard let model = trainer.model as? any PointSampling else { return [] }
        let points = trainer.withSamplingWeights {
            model.points(of: distribution, seed: trainer.configuration.seed)
        }
        let dimensions = distribution.dimensions
        try NumpyArray(
            shape: [points.count / dimensions, dimensions], values: points.map { Float($0) }
        ).write(to: path)
        return points
    }
}

/// The options of `gan toy` that say when it ends and what it writes.
struct ToyLengthOptions: ParsableArguments {
    @Option(help: "End after this many steps of the generator in all. (default: \(Self.standardSteps))")
    var steps: Int?

    @Option(
        help: ArgumentHelp(
            "Frames of the animation, 1 to 1000. (default: \(Self.standardFrames))", valueName: "frames"))
    var frames: Int?

    @Flag(help: "Write toy.apng, with all colors, in place of toy.gif.")
    var apng = false

    private static let (standardSteps, standardFrames) = (10_000, 100)

    func validate() throws {
        if let steps { try check("--steps", steps, in: 1...100_000_000) }
        if let frames { try check("--frames", frames, in: 1...1000) }
    }

    func schedule(begun: Schedule?) throws -> Schedule {
        let steps = steps ?? begun?.lastStep(images: 1, imagesInStep: 1) ?? Self.standardSteps
        var schedule =
            begun ?? Schedule(end: .steps(steps), checkpointEvery: max(1, steps / 10))
        schedule.end = .steps(steps)
        if begun == nil || frames != nil {
            let every = max(1, steps / (frames ?? Self.standardFrames))
            (schedule.sampleEvery, schedule.metricsEvery, schedule.measureEvery) = (every, every, every)
        }
        return schedule
    }
}

extension ToyDistribution: ExpressibleByArgument {}

/// The command with the options of the model of points.
func toyCommand() -> any ParsableCommand.Type {
    func command<Options: ModelOptions>(_: Options.Type) -> any ParsableCommand.Type {
        ToyCommand<Options>.self
    }
    return command(ModelOptionsRegistry.ofPoints)
}
