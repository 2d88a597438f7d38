import Files
import Images

/// An event of a training, for whoever shows its progress.
public enum TrainingEvent: Sendable {
    /// `share` of the whole training is done.
    case step(StepReport, share: Double, imagesPerSecond: Double, secondsLeft: Double?)
    case metrics(MetricsRow)
    /// Images are made to be measured, or training images to be compared with: so many of so many are done.
    case measuring(done: Int, of: Int)
    case sampled(step: Int, path: String)
    case saved(step: Int, path: String)
    /// Something could not be written that the training goes on without, in words.
    case failure(String)
    /// Something goes wrong in the training.
    case warning(step: Int, TrainingWarning)
}

/// A training from data into a folder: steps, figures, sheets and checkpoints, when a schedule says so.
public final class TrainingLoop {
    /// The model in training.
    public let trainer: Trainer
    /// The training data.
    public let data: any TrainingData
    /// Where the run is written.
    public let folder: RunFolder
    /// When the training ends, and how often it writes.
    public let schedule: Schedule
    private let lock: FolderLock
    private let observe: (TrainingEvent) -> Void
    private let source: any BatchSource
    private let metrics: MetricsLog
    private let events: TensorBoardLog?
    private let observer: Observer?
    private var diagnostics: Diagnostics
    private var rowsSinceObservation: [MetricsRow] = []
    private var lastSavedStep: Int?
    /// Seconds of training at the last checkpoint and the last sheet, and how long that sheet took.
    private var lastSave, lastSheet: Double
    private var sheetCost = 0.0
    /// Seconds of training at the last measurement, and how long that took.
    private var lastMeasurement: (seconds: Double, cost: Double) = (0, 0)
    private var secondsPerStep: Double?
    private var shouldStop: () -> Bool = { false }

    /// Writes what a run's folder holds from the start.
    ///
    /// - Parameters:
    ///   - trainer: fresh, or resumed from a checkpoint of this folder.
    ///   - data: prepared for the trainer's configuration.
    ///   - observe: called with every event, on the thread that runs.
    /// - Throws: `FileError` if the folder cannot be written or is another training's.
    public init(
        _ trainer: Trainer, on data: any TrainingData, into folder: RunFolder, schedule: Schedule,
        observe: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws {
        (self.trainer, self.data, self.folder, self.schedule) = (trainer, data, folder, schedule)
        self.observe = observe
        (lastSave, lastSheet) = (trainer.progress.seconds, trainer.progress.seconds)
        lock = try folder.claim()
        try RunRecord(
            data: data.path, target: data.target, images: data.total, training: trainer.configuration,
            schedule: schedule
        ).write(to: folder)
        source = data.makeSource()
        metrics = try MetricsLog(folder, lastStep: trainer.progress.step)
        events =
            try schedule.writesEvents
            ? TensorBoardLog(
                folder, rows: metrics.rows, seconds: trainer.progress.seconds,
                configuration: trainer.configuration.recipeDescription.joined(separator: "\n\n")) : nil
        observer = Observer(trainer, data.examples)
        diagnostics = Diagnostics(
            trainer.configuration.recipe, hasOtherLosses: !trainer.model.partNames.isEmpty)
        if trainer.progress.step > 0 { lastSavedStep = trainer.progress.step }
        try data.realsSheet().writePNG(to: folder.reals)
    }

    /// Trains until the schedule's end, or until `shouldStop` says so after a step or within a measurement, which
    /// it ends; saves a checkpoint either way.
    ///
    /// - Throws: `TrainingError` if the training diverged, after which nothing is saved, or an error of
    ///   the last checkpoint's writing. What cannot be written on the way is an event.
    public func run(until shouldStop: @escaping () -> Bool = { false }) throws {
        self.shouldStop = shouldStop
        // It may hold on to whoever holds this loop, and with it the folder's lock.
        defer { self.shouldStop = { false } }
        while share < 1 && !shouldStop() {
            let started = ContinuousClock.now
            let report = try trainer.step(from: source)
            recordTime(of: ContinuousClock.now - started)
            metrics.add(report)
            observe(.step(report, share: share, imagesPerSecond: imagesPerSecond, secondsLeft: secondsLeft))
            try writeWhatIsDue()
        }
        try finish()
    }

    private var share: Double { schedule.share(of: trainer.progress, images: data.count) }

    private var imagesPerSecond: Double {
        Double(trainer.batchSize * trainer.configuration.recipe.discriminatorSteps)
            / (secondsPerStep ?? .infinity)
    }

    /// By the mean speed of the steps so far.
    private var secondsLeft: Double? {
        guard share > 0 else { return nil }
        return max(0, trainer.progress.seconds / share * (1 - share))
    }

    private func recordTime(of step: Duration) {
        let seconds = step / .seconds(1)
        trainer.progress.seconds += seconds
        secondsPerStep = secondsPerStep.map { $0 + 0.1 * (seconds - $0) } ?? seconds
    }

    private func writeWhatIsDue() throws(TrainingError) {
        let step = trainer.progress.step
        let (isLast, saves, samples) = (share >= 1, checkpointIsDue, sheetIsDue)
        try tellingFailures {
            let measures = saves && schedule.measureEvery == nil
            if step % schedule.metricsEvery == 0 || measures || isLast { try writeMetrics(saves: saves) }
        }
        try tellingFailures { if samples || isLast { try writeTimedSheet() } }
        // The last one is saved by `finish`, where a failure is an error.
        try tellingFailures { if saves && !isLast { try save() } }
    }

    private var checkpointIsDue: Bool {
        schedule.checkpointEvery.map { trainer.progress.step % $0 == 0 }
            ?? (trainer.progress.seconds - lastSave >= Schedule.secondsBetweenCheckpoints)
    }

    private var sheetIsDue: Bool {
        let seconds = trainer.progress.seconds
        return schedule.sampleEvery.map { trainer.progress.step % $0 == 0 }
            ?? (seconds - lastSheet >= Schedule.secondsBetweenSheets(after: lastSheet, cost: sheetCost))
    }

    private func writeTimedSheet() throws {
        let start = ContinuousClock.now
        lastSheet = trainer.progress.seconds
        defer { sheetCost = (ContinuousClock.now - start) / .seconds(1) }
        try writeSheet()
    }

    private func finish() throws {
        try tellingFailures {
            // Whoever interrupts a training does not wait for a measurement.
            try writeMetrics(saves: false)
            try plot(goesOn: false)
        }
        if lastSavedStep != trainer.progress.step { try save() }
    }

    /// - Parameter saves: whether a checkpoint will be saved of this step.
    private func writeMetrics(saves: Bool) throws {
        let step = trainer.progress.step
        guard var row = metrics.pendingRow(trainer.progress, imagesPerSecond: imagesPerSecond) else { return }
        rowsSinceObservation.append(row)
        if step % Diagnostics.interval == 0 {
            row.observation = observer?.observe()
            let warnings = diagnostics.warnings(rowsSinceObservation, row.observation)
            row.warnings = warnings.isEmpty ? nil : warnings
            rowsSinceObservation = []
        }
        if schedule.measureEvery.map({ step % $0 == 0 }) ?? (saves && canMeasure) || share >= 1 {
            measure(into: &row)
        }
        try metrics.record(row)
        try events?.add(row)
        observe(.metrics(row))
        for warning in row.warnings ?? [] { observe(.warning(step: step, warning)) }
    }

    /// Whether measurements with checkpoints by the clock take no more than a twentieth of the time.
    private var canMeasure: Bool {
        schedule.checkpointEvery != nil
            || trainer.progress.seconds - lastMeasurement.seconds >= 20 * lastMeasurement.cost
    }

    private func measure(into row: inout MetricsRow) {
        let start = ContinuousClock.now
        var examples = examples
        examples.measuringGoesOn = { [observe, shouldStop] done, total in
            observe(.measuring(done: done, of: total))
            return !shouldStop()
        }
        trainer.withSamplingWeights { trainer.model.measure(examples, into: &row) }
        lastMeasurement = (trainer.progress.seconds, (ContinuousClock.now - start) / .seconds(1))
    }

    /// The model and its batch size, for plots' titles.
    private var title: String {
        let configuration = trainer.configuration
        return "\(configuration.model.description), batch \(configuration.recipe.batchSize)"
    }

    private func plot(goesOn: Bool) throws {
        let panels = metrics.trainingPanels(of: trainer.model, trainer.configuration.recipe)
        try metrics.plot(title: title, panels: panels)
        try metrics.writePage(title: title, panels: panels, goesOn: goesOn)
    }

    private var examples: Examples {
        var examples = data.examples
        (examples.rows, examples.step) = (metrics.rows, trainer.progress.step)
        examples.lastStep = schedule.lastStep(
            images: data.count,
            imagesInStep: trainer.batchSize * trainer.configuration.recipe.discriminatorSteps)
        return examples
    }

    /// Writes what the model makes now to `samples/`, and the plots.
    public func writeSheet() throws {
        try trainer.checkWeights()
        let step = trainer.progress.step
        let sheet = trainer.withSamplingWeights { trainer.model.sheet(examples) }
        try sheet.writePNG(to: folder.sample(step: step))
        try events?.add(sheet: folder.sample(step: step), step: step, seconds: trainer.progress.seconds)
        try plot(goesOn: true)
        observe(.sampled(step: step, path: folder.sample(step: step)))
    }

    private func save() throws {
        try trainer.checkWeights()
        let step = trainer.progress.step
        lastSave = trainer.progress.seconds
        try trainer.save(to: folder.checkpoint(step: step))
        try folder.markLatest(step: step)
        lastSavedStep = step
        if metrics.rows.last?.step == step && metrics.lastIsBest { try folder.markBest(step: step) }
        if schedule.checkpointEvery == nil { try folder.thinCheckpoints() }
        observe(.saved(step: step, path: folder.checkpoint(step: step)))
    }

    /// Reports what could not be written, and goes on.
    private func tellingFailures(_ body: () throws -> Void) throws(TrainingError) {
        do {
            try body()
        } catch let error as TrainingError {
            throw error
        } catch {
            observe(.failure("\(error)"))
        }
    }
}
