import Files
import Foundation
import Images
import Tensors

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
    /// The folder as its files are reached, wherever it is moved meanwhile.
    package let place: RunFolder
    private var wasMoved = false
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
    ///   - isReplacing: whether a run that lies there is removed first.
    ///   - observe: called with every event, on the thread that runs.
    /// - Throws: `FileError` if the folder cannot be written or is another training's.
    public init(
        _ trainer: Trainer, on data: any TrainingData, into folder: RunFolder, schedule: Schedule,
        replacing isReplacing: Bool = false, observe: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws {
        (self.trainer, self.data, self.folder, self.schedule) = (trainer, data, folder, schedule)
        self.observe = observe
        (lastSave, lastSheet) = (trainer.progress.seconds, trainer.progress.seconds)
        let (lock, place) = try folder.claim()
        (self.lock, self.place) = (lock, place)
        source = data.makeSource()
        metrics = try place.naming {
            if isReplacing { try place.removeRun() }
            try place.makeSubfolders()
            return try MetricsLog(place, lastStep: trainer.progress.step)
        }
        metrics.sums = trainer.progress.metrics ?? MetricsSums()
        metrics.measuredFrom = trainer.progress.stepOfOtherData
        let rows = metrics.rows
        events =
            try !schedule.writesEvents
            ? nil
            : place.naming {
                try TensorBoardLog(
                    place, rows: rows, seconds: trainer.progress.seconds,
                    configuration: trainer.configuration.recipeDescription.joined(separator: "\n\n"))
            }
        observer = Observer(trainer, data.examples)
        diagnostics = Diagnostics(
            trainer.configuration.recipe, hasOtherLosses: !trainer.model.partNames.isEmpty)
        if trainer.progress.step > 0 { lastSavedStep = trainer.progress.step }
        // So that a warning that was given is not given anew.
        for row in metrics.rows { _ = warnings(upTo: row) }
        try place.naming {
            // First of all, so that what was changed holds whenever the run is gone on with.
            if trainer.progress.hasJustChanged { try save() }
            try RunRecord(
                data: data.path, target: data.target, images: data.total, training: trainer.configuration,
                schedule: schedule
            ).write(to: place)
            try markCheckpoints()
            try data.realsSheet().writePNG(to: place.reals)
        }
    }

    /// Names the checkpoints that a run goes on with, which it may have been cut off before.
    private func markCheckpoints() throws {
        let step = trainer.progress.step
        if step > 0 && place.hasCheckpoint(step: step) { try place.markLatest(step: step) }
        if let best = metrics.bestStep, place.hasCheckpoint(step: best) { try place.markBest(step: best) }
    }

    /// Trains until the schedule's end, or until `shouldStop` says so after a step or within a measurement, which
    /// it ends; saves a checkpoint either way.
    ///
    /// - Throws: `TrainingError` if the training diverged, after which nothing is saved, or an error of
    ///   the last checkpoint's writing, or if the folder was removed. What else cannot be written on the way is an event.
    public func run(until shouldStop: @escaping () -> Bool = { false }) throws {
        self.shouldStop = shouldStop
        // It may hold on to whoever holds this loop, and with it the folder's lock.
        defer { self.shouldStop = { false } }
        do { try trainToTheEnd() } catch {
            // An error of the training itself has ended the other processes, too.
            if !(error is TrainingError) { _ = Ranks.exchange(.stop) }
            throw error
        }
        _ = Ranks.exchange(.stop)
    }

    private func trainToTheEnd() throws {
        var anyStops = false
        while share < 1 && !shouldStop() && !anyStops {
            let started = ContinuousClock.now
            anyStops = Ranks.exchange(.step).anyStops
            let report = try stepSavingAll()
            recordTime(of: ContinuousClock.now - started)
            metrics.add(report)
            observe(.step(report, share: share, imagesPerSecond: imagesPerSecond, secondsLeft: secondsLeft))
            try writeWhatIsDue()
        }
        try finish()
    }

    /// A step; where an image is lost, what the training has learned is saved first.
    private func stepSavingAll() throws -> StepReport {
        do { return try trainer.step(from: source) } catch {
            if case .lost = error { try finish() }
            throw error
        }
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

    private func writeWhatIsDue() throws {
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
            // Whoever interrupts a training does not wait for a measurement, and its row is written when it goes on.
            if share >= 1 { try writeMetrics(saves: false) }
            try plot(goesOn: false)
        }
        if lastSavedStep != trainer.progress.step { try saveLast() }
    }

    /// Saves what would be lost otherwise; on a full disk it waits for space.
    private func saveLast() throws {
        let (start, patience) = (ContinuousClock.now, Duration.seconds(600))
        var isTold = false
        while true {
            do { return try place.naming(save) } catch {
                if lock.isRemoved { throw removed }
                guard let full = error as? FileError, full.isLackOfSpace,
                    ContinuousClock.now - start < patience
                else { throw error }
                if !isTold { observe(.failure("\(full); trying again for ten minutes")) }
                isTold = true
                sleep(1)
            }
        }
    }

    /// - Parameter saves: whether a checkpoint will be saved of this step.
    private func writeMetrics(saves: Bool) throws {
        let step = trainer.progress.step
        guard var row = metrics.sums.row(trainer.progress, imagesPerSecond: imagesPerSecond) else { return }
        if step % Diagnostics.interval == 0 { row.observation = observer?.observe() }
        let warnings = warnings(upTo: row)
        row.warnings = warnings.isEmpty ? nil : warnings
        if schedule.measureEvery.map({ step % $0 == 0 }) ?? (saves && canMeasure) || share >= 1 {
            measure(into: &row)
        }
        try metrics.record(row)
        try events?.add(row)
        observe(.metrics(row))
        for warning in row.warnings ?? [] { observe(.warning(step: step, warning)) }
    }

    /// The warnings that begin with a row, which is the next one.
    private func warnings(upTo row: MetricsRow) -> [TrainingWarning] {
        rowsSinceObservation.append(row)
        guard row.step % Diagnostics.interval == 0 else { return [] }
        defer { rowsSinceObservation = [] }
        return diagnostics.warnings(rowsSinceObservation, row.observation)
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
        try place.naming {
            try place.makeSubfolders()
            try sheet.writePNG(to: place.sample(step: step), texts: ImageOrigin(of: trainer).texts)
            try events?.add(sheet: place.sample(step: step), step: step, seconds: trainer.progress.seconds)
            try plot(goesOn: true)
        }
        observe(.sampled(step: step, path: folder.sample(step: step)))
    }

    private func save() throws {
        try trainer.checkWeights()
        let step = trainer.progress.step
        lastSave = trainer.progress.seconds
        let sums = metrics.sums
        trainer.progress.metrics = sums.count > 0 && sums.isFinite ? sums : nil
        // What cannot be written was told of when it was due, and keeps no checkpoint from being saved.
        try? metrics.synchronize()
        try place.makeSubfolders()
        try trainer.save(to: place.checkpoint(step: step))
        try place.markLatest(step: step)
        lastSavedStep = step
        if metrics.rows.last?.step == step && metrics.bestStep == step { try place.markBest(step: step) }
        if schedule.checkpointEvery == nil { place.thinCheckpoints() }
        observe(.saved(step: step, path: folder.checkpoint(step: step)))
        tellOfMove()
    }

    /// Says once that the folder is no longer where it was.
    private func tellOfMove() {
        guard !wasMoved, !lock.isInPlace else { return }
        wasMoved = true
        observe(
            .failure(
                "\(folder.path) is now \(lock.currentPath), into which the training goes on; what lies at the old "
                    + "place is not touched"))
    }

    private var removed: FileError { FileError(path: folder.path, .removed) }

    /// Reports what could not be written, and goes on; but for a folder that was removed, which nothing can be written
    /// into any more.
    private func tellingFailures(_ body: () throws -> Void) throws {
        do {
            try place.naming(body)
        } catch let error as TrainingError {
            throw error
        } catch {
            if lock.isRemoved { throw removed }
            observe(.failure("\(error)"))
        }
    }
}
