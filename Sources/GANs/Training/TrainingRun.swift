import Datasets
import Foundation
import Images
import Tensors

/// A training from a data set into a folder: steps, figures, samples, checkpoints.
public final class TrainingRun {
    public let trainer: Trainer
    /// What is trained on.
    public let dataset: Dataset
    /// What the training is measured by, and does not see; nil if nothing is held out.
    public let heldOut: Dataset?
    private let course: RunCourse

    public var folder: RunFolder { course.folder }
    public var schedule: Schedule { course.schedule }

    /// Writes what a run's folder holds from the start.
    ///
    /// - Parameters:
    ///   - trainer: fresh, or resumed from a checkpoint of this folder.
    ///   - dataset: all images, those to be held out included.
    ///   - observe: told of everything that happens, on the thread that runs.
    /// - Throws: `FileError` if the folder cannot be written or is another training's, `ConfigurationError` if the
    ///   images do not suit the training.
    public init(
        _ trainer: Trainer, on dataset: Dataset, into folder: RunFolder,
        schedule: Schedule, observe: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws {
        let configuration = trainer.configuration
        let heldOutCount = configuration.heldOut
        guard heldOutCount < dataset.count else {
            throw ConfigurationError("held-out is \(heldOutCount), of \(dataset.count) images in all")
        }
        if let conditioning = configuration.architecture.family.conditioning {
            guard dataset.labels != nil, dataset.classNames == conditioning.classes else {
                throw ConfigurationError(
                    "the networks are made for the classes \(conditioning.classes.joined(separator: ", ")); "
                        + "the images have "
                        + (dataset.labels == nil ? "none" : dataset.classNames.joined(separator: ", ")))
            }
        }
        let parts = dataset.split(heldOut: heldOutCount, seed: configuration.seed)
        self.trainer = trainer
        (self.dataset, heldOut) = (parts.training, heldOutCount > 0 ? parts.heldOut : nil)
        let lock = try folder.claim()
        try RunRecord(
            data: dataset.summary.path, images: dataset.count, training: configuration, schedule: schedule
        ).write(to: folder)
        course = try RunCourse(
            GenerativeSubject(trainer, all: dataset, training: parts.training, heldOut: heldOut),
            into: folder, holding: lock, schedule: schedule, observe: observe)
    }

    /// Trains until the schedule's end, or until `shouldStop` says so after a step; saves a checkpoint
    /// either way.
    ///
    /// - Throws: `TrainingError` if the training diverged, after which nothing is saved, or an error of
    ///   the last checkpoint's writing. What fails to be written on the way is a warning.
    public func run(until shouldStop: () -> Bool = { false }) throws {
        try course.run(until: shouldStop)
    }
}

/// Networks that make images of latents, in training on a data set.
private final class GenerativeSubject: RunSubject {
    let trainer: Trainer
    private let all: Dataset
    private let dataset: Dataset
    private let heldOut: Dataset?
    private let observer: Observer
    private var watch: Watch
    private var loader: BatchLoader

    init(_ trainer: Trainer, all: Dataset, training: Dataset, heldOut: Dataset?) {
        (self.trainer, self.all, dataset, self.heldOut) = (trainer, all, training, heldOut)
        observer = Observer(trainer, training: training, heldOut: heldOut)
        watch = Watch(objective: trainer.configuration.objective)
        loader = GenerativeSubject.loader(of: training, for: trainer)
    }

    /// Goes on where the trainer is, with batches of the size it takes now.
    private static func loader(of dataset: Dataset, for trainer: Trainer) -> BatchLoader {
        BatchLoader(
            dataset: dataset, batchSize: trainer.batchSize, seed: trainer.configuration.seed,
            flip: trainer.configuration.flip, position: trainer.progress.imagesSeen)
    }

    /// Images on a sheet of samples: those of the seeds from 0 on.
    private static let sheetCount = 64
    private static let sheetColumns = 8

    private var family: any NetworkFamily { trainer.configuration.architecture.family }
    var imageCount: Int { dataset.count }
    var imagesInStep: Int { trainer.batchSize * trainer.configuration.discriminatorSteps }

    var title: String {
        "\(trainer.configuration.architecture.name) \(family.size)x\(family.size), "
            + "batch \(trainer.configuration.batchSize)"
    }

    func step() throws(TrainingError) -> StepReport {
        if loader.batchSize != trainer.batchSize {
            loader = GenerativeSubject.loader(of: dataset, for: trainer)
        }
        return try trainer.step {
            let batch = loader.next()
            return (Tensor(batch, dataset.format), batch.labels)
        }
    }

    func realsSheet() -> Image {
        let shown = min(all.count, GenerativeSubject.sheetCount)
        let reals = (0..<shown).map { all.image(at: $0 * all.count / shown) }
        return Image.grid(reals, columns: GenerativeSubject.sheetColumns)
    }

    func sheet() -> Image {
        trainer.refreshAveragedStatistics()
        let (seeds, labels) = sheetChoice
        let images = images(
            trainer.averagedGenerator, latents: latents(seeds: seeds, latentSize: family.latentSize),
            labels: family.oneHot(labels))
        return Image.grid(images, columns: GenerativeSubject.sheetColumns)
    }

    /// Of the images on a sheet of samples; a conditional model's have a row for each of its first classes.
    private var sheetChoice: (seeds: [UInt64], labels: [Int]?) {
        let columns = GenerativeSubject.sheetColumns
        guard let conditioning = family.conditioning else {
            return (Array(0..<UInt64(GenerativeSubject.sheetCount)), nil)
        }
        let sheet = ClassSheet(
            classes: Array(conditioning.classes.indices.prefix(2 * columns)),
            seeds: Array(0..<UInt64(columns)))
        return (sheet.seeds, sheet.labels)
    }

    func look(_ rows: [MetricsRow], into row: inout MetricsRow) {
        let observation = observer.look()
        row.observation = observation
        let warnings = watch.warnings(rows, observation)
        row.warnings = warnings.isEmpty ? nil : warnings
    }

    /// From samples to the images held out.
    func measure(into row: inout MetricsRow) {
        guard let heldOut else { return }
        trainer.refreshAveragedStatistics()
        let seeds = (0..<heldOut.count).map(UInt64.init)
        let samples = images(
            trainer.averagedGenerator, latents: latents(seeds: seeds, latentSize: family.latentSize),
            labels: family.oneHot(heldOut.labels))
        row.distance = SlicedWassersteinDistance(
            reals: (0..<heldOut.count).map { heldOut.image(at: $0) }, fakes: samples)
    }

    func panels(of log: MetricsLog) -> [LinePlot.Panel] {
        log.gamePanels(objective: trainer.configuration.objective) + log.observationPanels
    }
}

extension Tensor {
    /// A batch as a tensor `[n, height, width, channels]`.
    init(_ batch: Batch, _ format: ImageFormat) {
        self.init(filling: [batch.count, format.height, format.width, format.channels]) { target in
            batch.pixels.withUnsafeBufferPointer { _ = target.update(from: $0) }
        }
    }
}
