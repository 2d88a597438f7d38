import Datasets
import Foundation
import GANs
import Tensors

/// Shows a training: a bar on a terminal, a line now and then elsewhere.
final class TrainDisplay {
    private let schedule: Schedule
    private let quiet: Bool
    /// Whether a discriminator plays, of which there is something to show.
    private let isGame: Bool
    private let line = ProgressLine()
    private var lastRowPrinted: ContinuousClock.Instant?
    private var warned: [String: ContinuousClock.Instant] = [:]

    init(schedule: Schedule, quiet: Bool, isGame: Bool = true) {
        (self.schedule, self.quiet, self.isGame) = (schedule, quiet, isGame)
    }

    /// Shows what is trained, on what and how.
    func describe(_ trainer: Trainer, _ dataset: Dataset) {
        let training = trainer.configuration
        let family = training.architecture.family
        let channels = [1: "gray", 3: "color", 4: "color with transparency"][family.channels] ?? ""
        say(
            "\(dataset.count) images"
                + (training.heldOut > 0 ? " (\(training.heldOut) held out to measure by)" : "")
                + " as \(family.size)x\(family.size), \(channels)"
                + (dataset.isOnDisk ? ", kept in a temporary file" : ""))
        for note in dataset.summary.notes { say(note) }
        reportSkipped(dataset.skipped)
        if dataset.count - training.heldOut < training.batchSize {
            say("Fewer images than a batch of \(training.batchSize): each comes several times in a step")
        }
        say(
            "\(training.architecture.name): generator \(words(trainer.generator.parameterCount)), "
                + "discriminator \(words(trainer.discriminator.parameterCount)) parameters; "
                + "batch \(training.batchSize), \(Parallel.threads) thread\(Parallel.threads == 1 ? "" : "s"), "
                + "seed \(training.seed)")
        for line in training.gameDescription { say("  " + line) }
        let suggestion = Augmentation.suggested(
            images: dataset.count, isOfStyles: training.architecture.isOfStyles)
        if training.augmentation == suggestion.augmentation { say("  (\(suggestion.reason))") }
    }

    /// A number of parameters.
    func words(_ count: Int) -> String {
        count < 100_000 ? "\(count)" : fixed(Double(count) / 1e6, 1) + " million"
    }

    /// Says for how long and where to.
    ///
    /// - Parameter images: that an epoch shows.
    func announce(_ progress: TrainingProgress, images: Int, folder: RunFolder) {
        let resumed = progress.step > 0 ? ", going on from step \(progress.step)" : ""
        say("Training for \(end)\(resumed), into \(folder.path)")
        if schedule.share(of: progress, images: images) >= 1 {
            say("That end is reached already; give a later one with --steps, --epochs or --minutes")
        }
    }

    func show(_ event: TrainingEvent) {
        switch event {
        case .step(let report, let share, let speed, let secondsLeft):
            if !quiet { line.show(bar(report, share, speed, secondsLeft)) }
        case .metrics(let row):
            printNowAndThen(row)
            if let fidelity = row.fidelity { show(fidelity, step: row.step) }
        case .sampled(_, let path): say("Samples in \(path)")
        case .saved(_, let path): say("Checkpoint in \(path)")
        case .warning(let text): warn(text)
        case .trouble(let step, let trouble): warn("step \(step): \(trouble.message)")
        }
    }

    private func show(_ fidelity: EnlargementFidelity, step: Int) {
        say(
            "Held out, after step \(step): PSNR \(fixed(fidelity.psnr, 2)) dB, SSIM \(fixed(fidelity.ssim, 3)); "
                + "bicubic \(fixed(fidelity.bicubicPSNR, 2)) dB, \(fixed(fidelity.bicubicSSIM, 3))")
    }

    /// - Parameter next: a command to try.
    func end(_ progress: TrainingProgress, folder: RunFolder, wasInterrupted: Bool, next: String) {
        say(
            (wasInterrupted ? "Stopped" : "Done") + " after step \(progress.step), "
                + "\(duration(progress.seconds)) of training")
        if wasInterrupted { say("Go on with: gan train --resume --out \(folder.path)") }
        say("All images: \(folder.page)")
        say("Try: \(next)")
    }

    func clear() { line.clear() }

    /// Says what went wrong; the same again, such as each row on a full disk, only once a minute.
    private func warn(_ text: String) {
        let now = ContinuousClock.now
        if let last = warned[text], now - last < .seconds(60) { return }
        warned[text] = now
        line.clear()
        FileHandle.standardError.write(Data("Warning: \(text)\n".utf8))
    }

    private var end: String {
        switch schedule.end {
        case .steps(let steps): "\(steps) step\(steps == 1 ? "" : "s")"
        case .epochs(let epochs): "\(epochs) times through the images"
        case .minutes(let minutes): "\(minutes) minutes"
        }
    }

    func reportSkipped(_ skipped: [SkippedImage]) {
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
        guard isGame else { return begin + " difference \(fixed(report.parts["difference"] ?? 0, 4))" }
        return begin
            + " D \(fixed(report.discriminatorLoss, 2)) G \(fixed(report.generatorLoss, 2))"
            + " D(x) \(fixed(report.realOpinion, 2)) D(G(z)) \(fixed(report.fakeOpinion, 2))"
    }

    /// Outside a terminal a row each ten seconds is enough to follow.
    private func printNowAndThen(_ row: MetricsRow) {
        guard !quiet, !ProgressLine.isTerminal else { return }
        let now = ContinuousClock.now
        if let lastRowPrinted, now - lastRowPrinted < .seconds(10) { return }
        lastRowPrinted = now
        let begin = "step \(row.step)  \(fixed(row.imagesPerSecond, 0)) img/s  "
        print(
            !isGame
                ? begin + "difference \(fixed(row.parts?["difference"] ?? 0, 4))"
                : begin
                    + "loss D \(fixed(row.discriminatorLoss, 2)) G \(fixed(row.generatorLoss, 2))  "
                    + "D(x) \(fixed(row.realOpinion, 2)) D(G(z)) \(fixed(row.fakeOpinion, 2))")
        fflush(nil)
    }

    func say(_ text: String) {
        guard !quiet else { return }
        line.clear()
        print(text)
        fflush(nil)
    }
}
