import Datasets
import Foundation
import GANs
import Tensors

/// Shows a training: a bar on a terminal, a line now and then elsewhere.
final class TrainDisplay {
    private let schedule: Schedule
    private let isDefault: Bool
    private let trainer: Trainer
    private let quiet: Bool
    private let line = ProgressLine()
    private var lastRowPrinted: ContinuousClock.Instant?
    private var warned: [String: ContinuousClock.Instant] = [:]
    private var tellsTime: Bool
    private var measuringSince: ContinuousClock.Instant?

    /// - Parameter isDefault: whether the training's length was not said.
    init(schedule: Schedule, isDefault: Bool = false, _ trainer: Trainer, quiet: Bool) {
        (self.schedule, self.isDefault, self.trainer, self.quiet) = (schedule, isDefault, trainer, quiet)
        tellsTime = isDefault
    }

    private var training: TrainingConfiguration { trainer.configuration }
    private var hasDiscriminator: Bool { !training.model.adversarialLosses.isEmpty }

    /// Shows what is trained, on what and how.
    func describe(_ source: TrainingSource, _ data: any TrainingData) {
        for line in source.description(of: data, training) { say(line) }
        if let data = data as? TranslationData { list(data.unmatched, "without a partner, left out:") }
        reportSkipped(data.skipped)
        let batch = training.recipe.batchSize
        if data.count < batch {
            say("Fewer images than a batch of \(batch): each comes several times in a step")
        }
        describeTraining()
        guard training.model is any LatentModelConfiguration else { return }
        let suggestion = training.suggestedAugmentation(images: data.total)
        if training.recipe.augmentation == suggestion.augmentation {
            say("  (\(suggestion.reason))")
        }
    }

    /// Shows the networks and the recipe.
    func describeTraining() {
        let networks = trainer.model.networks.map { "\($0.name) \(words($0.network.parameterCount))" }
        say(
            "\(training.model.name): \(networks.joined(separator: ", ")) parameters; "
                + "batch \(training.recipe.batchSize)\(sharing), "
                + "\(Parallel.threads) thread\(Parallel.threads == 1 ? "" : "s")\(ranks), seed \(training.seed)"
        )
        if let cores = Ranks.coresWithoutBinding {
            say(
                "  (mpirun leaves this rank fewer cores than its share of \(cores); add --bind-to none where it binds ranks)"
            )
        }
        for line in training.recipeDescription { say("  " + line) }
        for weights in trainer.inherited { describe(weights) }
    }

    private var sharing: String {
        training.recipe.shards == 1 ? "" : " in \(training.recipe.shards) shards"
    }
    private var ranks: String { Ranks.count == 1 ? "" : " in each of \(Ranks.count) ranks" }

    /// What a network takes of another training, and what it lacks there.
    private func describe(_ weights: InheritedWeights) {
        say("  the \(weights.network) begins with \(weights.taken) of its \(weights.total) tensors trained")
        list(weights.missing, "that the checkpoint lacks, drawn anew:", indent: "    ")
        list(
            weights.misshapen.map { "\($0.name): \(words($0.expected)), there \(words($0.found))" },
            "of another shape, drawn anew:", indent: "    ")
    }

    private func words(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " x ") }

    /// A number of parameters.
    private func words(_ count: Int) -> String {
        count < 100_000 ? "\(count)" : fixed(Double(count) / 1e6, 1) + " million"
    }

    /// Says for how long and where to.
    ///
    /// - Parameter images: that an epoch shows.
    func announce(images: Int, folder: RunFolder) {
        let progress = trainer.progress
        let resumed = progress.step > 0 ? ", going on from step \(progress.step)" : ""
        say("Training for \(end)\(resumed), into \(folder.path)")
        if isDefault {
            say("  (what \(training.model.name) takes for \(grouped(images)) images by default)")
        }
        if schedule.share(of: progress, images: images) >= 1 {
            say("That end is reached already; give a later one with --steps, --images, --epochs or --minutes")
        }
    }

    func show(_ event: TrainingEvent) {
        switch event {
        case .step(let report, let share, let speed, let secondsLeft):
            tellTime(speed, secondsLeft)
            if !quiet { line.show(bar(report, share, speed, secondsLeft)) }
        case .measuring(let done, let total): showMeasuring(done, of: total)
        case .metrics(let row):
            printNowAndThen(row)
            if let fidelity = row.fidelity { show(fidelity, step: row.step) }
            if let kid = row.kid {
                say(
                    "KID x 1000 after step \(row.step): \(fixed(1000 * kid.value, 1)) +- "
                        + fixed(1000 * kid.standardError, 1))
            }
        case .sampled(_, let path): say("Samples in \(path)")
        case .saved(_, let path): say("Checkpoint in \(path)")
        case .failure(let text): warn(text)
        case .warning(let step, let warning):
            warn("step \(step): \(warning.worded(for: training))")
        }
    }

    private func showMeasuring(_ done: Int, of total: Int) {
        guard !quiet else { return }
        let start = measuringSince ?? ContinuousClock.now
        measuringSince = done < total ? start : nil
        line.show("Measuring images", done, of: total, since: start)
    }

    /// How long a training of the default length takes, once its speed is known.
    private func tellTime(_ imagesPerSecond: Double, _ secondsLeft: Double?) {
        guard tellsTime, trainer.progress.seconds >= 5, let secondsLeft else { return }
        tellsTime = false
        say(
            "That takes about \(duration(trainer.progress.seconds + secondsLeft)) at "
                + "\(fixed(imagesPerSecond, 0)) images a second; --minutes, --images or --epochs end it "
                + "otherwise, Ctrl-C stops it at any time, and --resume goes on")
    }

    private func show(_ fidelity: EnlargementFidelity, step: Int) {
        say(
            "Held out, after step \(step): PSNR \(fixed(fidelity.psnr, 2)) dB, SSIM "
                + "\(fixed(fidelity.ssim, 3)); "
                + "bicubic \(fixed(fidelity.bicubicPSNR, 2)) dB, \(fixed(fidelity.bicubicSSIM, 3))")
    }

    /// - Parameter next: a command to try.
    func end(folder: RunFolder, wasInterrupted: Bool, next: String) {
        let progress = trainer.progress
        say(
            (wasInterrupted ? "Stopped" : "Done") + " after step \(progress.step), "
                + "\(duration(progress.seconds)) of training")
        if wasInterrupted { say("Go on with: gan train --resume --out \(folder.path)") }
        say("All images: \(folder.page)")
        say("Try: \(next)")
    }

    func clear() { line.clear() }

    /// Says what went wrong; the same again, such as each row or each step's sheet on a full disk, only once a minute.
    private func warn(_ text: String) {
        let (now, kind) = (ContinuousClock.now, text.filter { !$0.isNumber })
        if let last = warned[kind], now - last < .seconds(60) { return }
        warned[kind] = now
        tell(ofWarning: text)
    }

    private var end: String {
        switch schedule.end {
        case .steps(let steps): "\(steps) step\(steps == 1 ? "" : "s")"
        case .images(let images):
            "\(grouped(images)) images, \(grouped((images - 1) / training.recipe.imagesInStep + 1)) steps"
        case .epochs(let epochs): "\(epochs) times through the images"
        case .minutes(let minutes): "\(minutes) minutes"
        }
    }

    private func list(_ names: [String], _ what: String, indent: String = "") {
        guard !names.isEmpty else { return }
        say("\(indent)\(names.count) \(what)")
        for name in names.prefix(10) { say("\(indent)  \(name)") }
        if names.count > 10 { say("\(indent)  and \(names.count - 10) more") }
    }

    private func reportSkipped(_ skipped: [SkippedImage]) {
        guard !skipped.isEmpty else { return }
        say("Skipped \(skipped.count) that could not be read:")
        for image in skipped.prefix(10) { say("  \(image.file): \(image.reason)") }
        if skipped.count > 10 { say("  and \(skipped.count - 10) more; gan data info lists all") }
    }

    private func bar(
        _ report: StepReport, _ share: Double, _ imagesPerSecond: Double, _ secondsLeft: Double?
    ) -> String {
        // Within 80 columns, or the terminal would cut the time left off.
        let filled = Int(min(1, share) * 8)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 8 - filled)
        let left = secondsLeft.map { " \(duration($0)) left" } ?? ""
        let begin = "[\(bar)] \(report.step) \(fixed(imagesPerSecond, 0)) img/s" + left
        guard hasDiscriminator else { return begin + " " + words(report.parts) }
        return begin
            + " D \(fixed(report.discriminatorLoss, 2)) G \(fixed(report.generatorLoss, 2))"
            + " D(x) \(fixed(report.realScore, 2)) D(G(z)) \(fixed(report.fakeScore, 2))"
    }

    /// Outside a terminal a row each ten seconds is enough to follow.
    private func printNowAndThen(_ row: MetricsRow) {
        guard !quiet, !ProgressLine.isTerminal else { return }
        let now = ContinuousClock.now
        if let lastRowPrinted, now - lastRowPrinted < .seconds(10) { return }
        lastRowPrinted = now
        let begin = "step \(row.step)  \(fixed(row.imagesPerSecond, 0)) img/s  "
        print(
            !hasDiscriminator
                ? begin + words(row.parts ?? [:])
                : begin
                    + "loss D \(fixed(row.discriminatorLoss, 2)) G \(fixed(row.generatorLoss, 2))  "
                    + "D(x) \(fixed(row.realScore, 2)) D(G(z)) \(fixed(row.fakeScore, 2))")
        fflush(nil)
    }

    /// Parts of a loss that is no adversarial one.
    private func words(_ parts: [String: Double]) -> String {
        trainer.model.partNames.map { "\($0) \(fixed(parts[$0] ?? 0, 4))" }.joined(separator: " ")
    }

    func say(_ text: String) {
        guard !quiet else { return }
        line.clear()
        print(text)
        fflush(nil)
    }
}
