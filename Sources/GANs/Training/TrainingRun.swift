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
    /// Something went wrong that the training goes on after, in words.
    case warning(String)
}

/// A training from a data set into a folder: steps, figures, samples, checkpoints.
public final class TrainingRun {
    public let trainer: Trainer
    public let dataset: Dataset
    public let folder: RunFolder
    public let schedule: Schedule
    private let observe: (TrainingEvent) -> Void
    private let metrics: MetricsLog
    private var lastSavedStep: Int?
    private var secondsPerStep: Double?

    /// Writes what a run's folder holds from the start.
    ///
    /// - Parameters:
    ///   - trainer: fresh, or resumed from a checkpoint of this folder.
    ///   - observe: told of everything that happens, on the thread that runs.
    /// - Throws: `FileError` if the folder cannot be written.
    public init(
        _ trainer: Trainer, on dataset: Dataset, into folder: RunFolder,
        schedule: Schedule, observe: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws {
        (self.trainer, self.dataset, self.folder, self.schedule) = (trainer, dataset, folder, schedule)
        self.observe = observe
        try folder.create()
        // In full, so that the run can be gone on with from anywhere.
        let path = dataset.summary.path
        let data = FileManager.default.fileExists(atPath: path) ? URL(fileURLWithPath: path).path : path
        let record = RunRecord(
            data: data, pictures: dataset.count, training: trainer.configuration, schedule: schedule)
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
        let loader = BatchLoader(
            dataset: dataset, batchSize: configuration.batchSize, seed: configuration.seed,
            flip: configuration.flip, position: trainer.progress.imagesSeen)
        while share < 1 && !shouldStop() {
            let started = ContinuousClock.now
            let report = try trainer.step(Tensor(loader.next(), dataset.format))
            recordTime(of: ContinuousClock.now - started)
            metrics.add(report)
            observe(.step(report, share: share, imagesPerSecond: imagesPerSecond, secondsLeft: secondsLeft))
            try writeWhatIsDue()
        }
        try finish()
    }

    private var share: Double { schedule.share(of: trainer.progress, pictures: dataset.count) }

    private var imagesPerSecond: Double {
        Double(trainer.configuration.batchSize) / (secondsPerStep ?? .infinity)
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
            try metrics.plot(title: title)
        }
        if lastSavedStep != trainer.progress.step { try save() }
    }

    private func writeMetrics() throws {
        if let row = try metrics.flush(trainer.progress, imagesPerSecond: imagesPerSecond) {
            observe(.metrics(row))
        }
    }

    private func writeSamples() throws {
        try trainer.checkWeights()
        let step = trainer.progress.step
        trainer.refreshAveragedStatistics()
        let latents = latents(
            seeds: Array(0..<UInt64(TrainingRun.sheetCount)),
            latentSize: trainer.configuration.architecture.family.latentSize)
        let sheet = Picture.grid(
            pictures(trainer.averagedGenerator, latents: latents), columns: TrainingRun.sheetColumns)
        try sheet.writePNG(to: folder.sample(step: step))
        try metrics.plot(title: title)
        observe(.sampled(step: step, path: folder.sample(step: step)))
    }

    private func save() throws {
        try trainer.checkWeights()
        let step = trainer.progress.step
        try trainer.save(to: folder.checkpoint(step: step))
        try folder.markLatest(step: step)
        lastSavedStep = step
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
