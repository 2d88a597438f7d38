import Datasets
import Foundation
import Images
import Tensors

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

/// A training from a data set into a folder: steps, figures, samples, checkpoints.
public final class TrainingRun {
    public let trainer: Trainer
    /// What is trained on.
    public let dataset: Dataset
    /// What the training is measured by, and does not see; nil if nothing is held out.
    public let heldOut: Dataset?
    public let folder: RunFolder
    public let schedule: Schedule
    private let observe: (TrainingEvent) -> Void
    private let metrics: MetricsLog
    private let observer: Observer
    private var watch: Watch
    private var rowsSinceLook: [MetricsRow] = []
    private var lastSavedStep: Int?
    private var secondsPerStep: Double?

    /// Writes what a run's folder holds from the start.
    ///
    /// - Parameters:
    ///   - trainer: fresh, or resumed from a checkpoint of this folder.
    ///   - dataset: all pictures, those to be held out included.
    ///   - observe: told of everything that happens, on the thread that runs.
    /// - Throws: `FileError` if the folder cannot be written, `ConfigurationError` if the pictures do not suit
    ///   the training.
    public init(
        _ trainer: Trainer, on dataset: Dataset, into folder: RunFolder,
        schedule: Schedule, observe: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws {
        (self.trainer, self.folder, self.schedule, self.observe) = (trainer, folder, schedule, observe)
        let configuration = trainer.configuration
        let heldOutCount = configuration.heldOut
        guard heldOutCount < dataset.count else {
            throw ConfigurationError("held-out is \(heldOutCount), of \(dataset.count) pictures in all")
        }
        let parts = dataset.split(heldOut: heldOutCount, seed: configuration.seed)
        (self.dataset, heldOut) = (parts.training, heldOutCount > 0 ? parts.heldOut : nil)
        watch = Watch(objective: configuration.objective)
        if let conditioning = configuration.architecture.family.conditioning {
            guard dataset.labels != nil, dataset.classNames == conditioning.classes else {
                throw ConfigurationError(
                    "the networks are made for the classes \(conditioning.classes.joined(separator: ", ")); "
                        + "the pictures have "
                        + (dataset.labels == nil ? "none" : dataset.classNames.joined(separator: ", ")))
            }
        }
        observer = Observer(trainer, training: self.dataset, heldOut: heldOut)
        try folder.create()
        // In full, so that the run can be gone on with from anywhere.
        let path = dataset.summary.path
        let data = FileManager.default.fileExists(atPath: path) ? URL(fileURLWithPath: path).path : path
        let record = RunRecord(
            data: data, pictures: dataset.count, training: configuration, schedule: schedule)
        try record.write(to: folder)
        metrics = try MetricsLog(folder, lastStep: trainer.progress.step)
        if trainer.progress.step > 0 { lastSavedStep = trainer.progress.step }
        let shown = min(dataset.count, TrainingRun.sheetCount)
        let reals = (0..<shown).map { dataset.picture(at: $0 * dataset.count / shown) }
        try Picture.grid(reals, columns: TrainingRun.sheetColumns).writePNG(to: folder.reals)
    }

    /// Pictures on a sheet of samples: those of the seeds from 0 on.
    static let sheetCount = 64
    static let sheetColumns = 8

    /// Trains until the schedule's end, or until `shouldStop` says so after a step; saves a checkpoint
    /// either way.
    ///
    /// - Throws: `TrainingError` if the training diverged, after which nothing is saved, or an error of
    ///   the last checkpoint's writing. What fails to be written on the way is a warning.
    public func run(until shouldStop: () -> Bool = { false }) throws {
        let configuration = trainer.configuration
        func makeLoader() -> BatchLoader {
            BatchLoader(
                dataset: dataset, batchSize: trainer.batchSize, seed: configuration.seed,
                flip: configuration.flip, position: trainer.progress.imagesSeen)
        }
        var loader = makeLoader()
        while share < 1 && !shouldStop() {
            if loader.batchSize != trainer.batchSize { loader = makeLoader() }
            let started = ContinuousClock.now
            let report = try trainer.step {
                let batch = loader.next()
                return (Tensor(batch, dataset.format), batch.labels)
            }
            recordTime(of: ContinuousClock.now - started)
            metrics.add(report)
            observe(.step(report, share: share, imagesPerSecond: imagesPerSecond, secondsLeft: secondsLeft))
            try writeWhatIsDue()
        }
        try finish()
    }

    private var share: Double { schedule.share(of: trainer.progress, pictures: dataset.count) }

    private var imagesPerSecond: Double {
        Double(trainer.batchSize * trainer.configuration.discriminatorSteps)
            / (secondsPerStep ?? .infinity)
    }

    /// By the mean speed so far, samples and checkpoints included.
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
        if lastSavedStep != trainer.progress.step { try save() }
    }

    private func writeMetrics() throws {
        let step = trainer.progress.step
        guard var row = metrics.pendingRow(trainer.progress, imagesPerSecond: imagesPerSecond) else { return }
        rowsSinceLook.append(row)
        if step % Watch.interval == 0 { look(&row) }
        if step % schedule.checkpointEvery == 0 || share >= 1 { row.distance = distance() }
        try metrics.record(row)
        observe(.metrics(row))
        for trouble in row.warnings ?? [] { observe(.trouble(step: step, trouble)) }
    }

    /// Looks at the game, and tells what began to go wrong since the look before.
    private func look(_ row: inout MetricsRow) {
        let observation = observer.look()
        row.observation = observation
        let warnings = watch.warnings(rowsSinceLook, observation)
        row.warnings = warnings.isEmpty ? nil : warnings
        rowsSinceLook = []
    }

    /// From samples to the pictures held out.
    private func distance() -> SlicedWassersteinDistance? {
        guard let heldOut else { return nil }
        trainer.refreshAveragedStatistics()
        let family = trainer.configuration.architecture.family
        let seeds = (0..<heldOut.count).map(UInt64.init)
        let samples = pictures(
            trainer.averagedGenerator, latents: latents(seeds: seeds, latentSize: family.latentSize),
            labels: family.oneHot(heldOut.labels))
        return SlicedWassersteinDistance(
            reals: (0..<heldOut.count).map { heldOut.picture(at: $0) }, fakes: samples)
    }

    private func plot() throws {
        try metrics.plot(title: title, objective: trainer.configuration.objective)
    }

    private func writeSamples() throws {
        try trainer.checkWeights()
        let step = trainer.progress.step
        trainer.refreshAveragedStatistics()
        let family = trainer.configuration.architecture.family
        let (seeds, labels) = sheetChoice
        let pictures = pictures(
            trainer.averagedGenerator, latents: latents(seeds: seeds, latentSize: family.latentSize),
            labels: family.oneHot(labels))
        let sheet = Picture.grid(pictures, columns: TrainingRun.sheetColumns)
        try sheet.writePNG(to: folder.sample(step: step))
        try plot()
        observe(.sampled(step: step, path: folder.sample(step: step)))
    }

    /// Of the pictures on a sheet of samples; a conditional model's have a row for each of its first classes.
    private var sheetChoice: (seeds: [UInt64], labels: [Int]?) {
        guard let conditioning = trainer.configuration.architecture.family.conditioning else {
            return (Array(0..<UInt64(TrainingRun.sheetCount)), nil)
        }
        let sheet = ClassSheet(
            classes: Array(conditioning.classes.indices.prefix(2 * TrainingRun.sheetColumns)),
            seeds: Array(0..<UInt64(TrainingRun.sheetColumns)))
        return (sheet.seeds, sheet.labels)
    }

    private func save() throws {
        try trainer.checkWeights()
        let step = trainer.progress.step
        try trainer.save(to: folder.checkpoint(step: step))
        try folder.markLatest(step: step)
        lastSavedStep = step
        if let distance = metrics.rows.last?.distance?.mean, metrics.rows.last?.step == step,
            distance <= metrics.rows.compactMap({ $0.distance?.mean }).min() ?? distance
        {
            try folder.markBest(step: step)
        }
        observe(.saved(step: step, path: folder.checkpoint(step: step)))
    }

    private var title: String {
        let family = trainer.configuration.architecture.family
        return "\(trainer.configuration.architecture.name) \(family.size)x\(family.size), "
            + "batch \(trainer.configuration.batchSize)"
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

extension Tensor {
    /// A batch as a tensor `[n, height, width, channels]`.
    init(_ batch: Batch, _ format: PictureFormat) {
        self.init(filling: [batch.count, format.height, format.width, format.channels]) { target in
            batch.pixels.withUnsafeBufferPointer { _ = target.update(from: $0) }
        }
    }
}
