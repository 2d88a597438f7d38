import Files
import Images

/// What happens in a run, for whoever shows it.
public enum TrainingEvent: Sendable {
    /// `share` of the whole training is done.
    case step(StepReport, share: Double, imagesPerSecond: Double, secondsLeft: Double?)
    case metrics(MetricsRow)
    case sampled(step: Int, path: String)
    case saved(step: Int, path: String)
    /// Something could not be done that the training goes on after, in words.
    case warning(String)
    /// Something goes wrong in the game.
    case trouble(step: Int, GameWarning)
}

/// The course of a run: steps, figures, samples and checkpoints of a subject, when a schedule says so.
final class RunCourse {
    let subject: any RunSubject
    let folder: RunFolder
    private let lock: FolderLock
    let schedule: Schedule
    private let observe: (TrainingEvent) -> Void
    private let metrics: MetricsLog
    private var rowsSinceLook: [MetricsRow] = []
    private var lastSavedStep: Int?
    private var secondsPerStep: Double?

    /// Writes what a run's folder holds from the start, but for the record of how it was asked for.
    ///
    /// - Parameters:
    ///   - subject: fresh, or resumed from a checkpoint of this folder.
    ///   - lock: of the folder.
    /// - Throws: `FileError` if the folder cannot be written.
    init(
        _ subject: any RunSubject, into folder: RunFolder, holding lock: FolderLock, schedule: Schedule,
        observe: @escaping (TrainingEvent) -> Void
    ) throws {
        (self.subject, self.folder, self.schedule, self.observe) = (subject, folder, schedule, observe)
        self.lock = lock
        metrics = try MetricsLog(folder, lastStep: subject.progress.step)
        if subject.progress.step > 0 { lastSavedStep = subject.progress.step }
        try subject.realsSheet().writePNG(to: folder.reals)
    }

    /// Trains until the schedule's end, or until `shouldStop` says so after a step; saves a checkpoint
    /// either way.
    ///
    /// - Throws: `TrainingError` if the training diverged, after which nothing is saved, or an error of
    ///   the last checkpoint's writing. What fails to be written on the way is a warning.
    func run(until shouldStop: () -> Bool) throws {
        while share < 1 && !shouldStop() {
            let started = ContinuousClock.now
            let report = try subject.step()
            recordTime(of: ContinuousClock.now - started)
            metrics.add(report)
            observe(.step(report, share: share, imagesPerSecond: imagesPerSecond, secondsLeft: secondsLeft))
            try writeWhatIsDue()
        }
        try finish()
    }

    private var share: Double { schedule.share(of: subject.progress, images: subject.imageCount) }

    private var imagesPerSecond: Double { Double(subject.imagesInStep) / (secondsPerStep ?? .infinity) }

    /// By the mean speed so far, samples and checkpoints included.
    private var secondsLeft: Double? {
        guard share > 0 else { return nil }
        return max(0, subject.progress.seconds / share * (1 - share))
    }

    private func recordTime(of step: Duration) {
        let seconds = step / .seconds(1)
        subject.add(seconds: seconds)
        secondsPerStep = secondsPerStep.map { $0 + 0.1 * (seconds - $0) } ?? seconds
    }

    private func writeWhatIsDue() throws(TrainingError) {
        let step = subject.progress.step
        func isDue(every interval: Int) -> Bool { step % interval == 0 || share >= 1 }
        try warning { if isDue(every: schedule.metricsEvery) { try writeMetrics() } }
        try warning { if isDue(every: schedule.sampleEvery) { try writeSamples() } }
        // The last one is saved by `finish`, where a failure is an error.
        try warning { if step % schedule.checkpointEvery == 0 && share < 1 { try save() } }
    }

    private func finish() throws {
        try warning {
            try writeMetrics()
            try plot()
        }
        if lastSavedStep != subject.progress.step { try save() }
    }

    private func writeMetrics() throws {
        let step = subject.progress.step
        guard var row = metrics.pendingRow(subject.progress, imagesPerSecond: imagesPerSecond) else { return }
        rowsSinceLook.append(row)
        if step % Watch.interval == 0 {
            subject.look(rowsSinceLook, into: &row)
            rowsSinceLook = []
        }
        if step % schedule.checkpointEvery == 0 || share >= 1 { subject.measure(into: &row) }
        try metrics.record(row)
        observe(.metrics(row))
        for trouble in row.warnings ?? [] { observe(.trouble(step: step, trouble)) }
    }

    private func plot() throws {
        try metrics.plot(title: subject.title, panels: subject.panels(of: metrics))
        try folder.writePage(title: subject.title)
    }

    private func writeSamples() throws {
        try subject.checkWeights()
        let step = subject.progress.step
        try subject.sheet().writePNG(to: folder.sample(step: step))
        try plot()
        observe(.sampled(step: step, path: folder.sample(step: step)))
    }

    private func save() throws {
        try subject.checkWeights()
        let step = subject.progress.step
        try subject.save(to: folder.checkpoint(step: step))
        try folder.markLatest(step: step)
        lastSavedStep = step
        if let error = metrics.rows.last?.heldOutError, metrics.rows.last?.step == step,
            error <= metrics.rows.compactMap(\.heldOutError).min() ?? error
        {
            try folder.markBest(step: step)
        }
        observe(.saved(step: step, path: folder.checkpoint(step: step)))
    }

    /// Makes a warning of what could not be written.
    private func warning(_ body: () throws -> Void) throws(TrainingError) {
        do {
            try body()
        } catch let error as TrainingError {
            throw error
        } catch {
            observe(.warning("\(error); the training goes on"))
        }
    }
}
