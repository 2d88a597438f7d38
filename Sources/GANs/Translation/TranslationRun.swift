import Datasets
import Images
import Tensors

/// A training to translate images, from data into a folder: steps, figures, sheets, checkpoints.
public final class TranslationRun {
    public let trainer: TranslationTrainer
    private let course: RunCourse

    public var folder: RunFolder { course.folder }

    /// Writes what a run's folder holds from the start.
    ///
    /// - Parameters:
    ///   - trainer: fresh, or resumed from a checkpoint of this folder.
    ///   - data: loaded for the trainer's configuration.
    ///   - target: where images of the second kind lie, if not below the data's path.
    ///   - observe: told of everything that happens, on the thread that runs.
    /// - Throws: `FileError` if the folder cannot be written or is another training's.
    public init(
        _ trainer: TranslationTrainer, on data: TranslationData, into folder: RunFolder,
        schedule: Schedule, target: String? = nil, observe: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws {
        self.trainer = trainer
        let lock = try folder.claim()
        try RunRecord(
            data: data.path, target: target, images: data.count + (data.heldOut?.count ?? 0),
            training: trainer.configuration, schedule: schedule
        ).write(to: folder)
        let subject: any RunSubject =
            if case .superResolution(let family) = trainer.configuration.architecture {
                SuperResolutionSubject(trainer, data, family)
            } else {
                TranslationSubject(trainer, data)
            }
        course = try RunCourse(
            subject, into: folder, holding: lock, schedule: schedule, observe: observe)
    }

    /// Trains until the schedule's end, or until `shouldStop` says so after a step; saves a checkpoint
    /// either way.
    ///
    /// - Throws: as `TrainingRun.run`.
    public func run(until shouldStop: () -> Bool = { false }) throws {
        try course.run(until: shouldStop)
    }
}

/// Networks that translate, in training on images of two kinds.
private final class TranslationSubject: RunSubject {
    let trainer: TranslationTrainer
    private let data: TranslationData
    private var sampler: TranslationSampler
    private var watch: Watch

    init(_ trainer: TranslationTrainer, _ data: TranslationData) {
        (self.trainer, self.data) = (trainer, data)
        sampler = TranslationSampler(data, trainer.configuration)
        watch = Watch(objective: trainer.configuration.objective)
    }

    /// Examples on a sheet, each with all that belongs to it in a row.
    private static let exampleCount = 8
    /// Pairs that are held out are measured by at most so many.
    private static let measuredCount = 100

    private var configuration: TranslationConfiguration { trainer.configuration }
    private var family: any TranslationFamily { configuration.architecture.family }
    private var isPaired: Bool { type(of: family).isPaired }
    var imageCount: Int { data.count }
    var imagesInStep: Int { configuration.batchSize }

    var title: String {
        "\(configuration.architecture.name) \(family.size)x\(family.size), batch \(configuration.batchSize)"
    }

    func step() throws(TrainingError) -> StepReport {
        let (inputs, targets) = sampler.batch(at: progress.imagesSeen)
        return try trainer.step(inputs, targets)
    }

    func realsSheet() -> Image {
        let examples = examples.flatMap { family.images(ofInputs: $0.first) + images($0.second) }
        return Image.grid(examples, columns: 4)
    }

    /// Input, output and target of pairs, of networks with styles the output with a drawn one, too; or an image of
    /// each set, translated, and translated back.
    func sheet() -> Image {
        let hasStyles = trainer.networks.pair(.a2b).encoder != nil
        let rows = examples.enumerated().map { number, example -> [Image] in
            let input = family.images(ofInputs: example.first)
            let output = translate(example.first, .a2b, inStyleOf: isPaired ? example.second : nil)
            if isPaired {
                let drawn = hasStyles ? [translate(example.first, .a2b, seed: UInt64(number))] : []
                return input + (drawn + [output, example.second]).flatMap(images)
            }
            let other = translate(example.second, .b2a)
            return input
                + [output, translate(output, .b2a), example.second, other, translate(other, .a2b)]
                .flatMap(images)
        }
        return Image.grid(rows.flatMap(\.self), columns: hasStyles ? 8 : 6)
    }

    /// - Parameter target: whose style the result gets, where there are styles.
    private func translate(
        _ input: Tensor, _ direction: TranslationDirection, inStyleOf target: Tensor? = nil, seed: UInt64 = 0
    ) -> Tensor {
        let pair = trainer.networks.pair(direction)
        return translated(input, by: pair, style: target.flatMap(pair.style), mode: pair.mode, seed: seed)
    }

    /// The same ones always: of what is held out, if anything is.
    private var examples: [(first: Tensor, second: Tensor)] {
        let (one, other) = (data.heldOut?.first ?? data.first, data.heldOut?.second ?? data.second)
        let count = min(TranslationSubject.exampleCount, one.count, other.count)
        return (0..<count).map { number in
            example(of: one, number * one.count / count, and: other, number * other.count / count)
        }
    }

    /// The middle of images of both kinds.
    private func example(
        of one: Dataset, _ first: Int, and other: Dataset, _ second: Int
    ) -> (first: Tensor, second: Tensor) {
        func middle(_ dataset: Dataset, _ index: Int) -> [(index: Int, part: ImagePart)] {
            let room = dataset.format.width - family.size
            return [(index, ImagePart(x: room / 2, y: room / 2, isMirrored: false))]
        }
        return (
            family.inputs(middle(one, first), of: one), other.tensor(middle(other, second), size: family.size)
        )
    }

    func look(_ rows: [MetricsRow], into row: inout MetricsRow) {
        let warnings = watch.warnings(rows)
        row.warnings = warnings.isEmpty ? nil : warnings
    }

    func measure(into row: inout MetricsRow) {
        guard let heldOut = data.heldOut else { return }
        let count = min(heldOut.count, TranslationSubject.measuredCount)
        let differences = (0..<count).map { index in
            let pair = example(of: heldOut.first, index, and: heldOut.second, index)
            let output = translate(pair.first, .a2b, inStyleOf: pair.second)
            return Double((output - pair.second).absolute().mean().scalar)
        }
        row.difference = differences.reduce(0, +) / Double(count)
    }

    func panels(of log: MetricsLog) -> [LinePlot.Panel] {
        func series(_ names: [String]) -> [LinePlot.Series] {
            names.map { name in log.series(name) { $0.parts?[name] } }
        }
        let difference = log.series("difference from targets held out") { $0.difference }
        // In nats, beside which differences would lie flat.
        let divergence = series(family.partNames.filter { $0 == "divergence" })
        return log.gamePanels(objective: configuration.objective) + [
            LinePlot.Panel(
                yLabel: "mean absolute difference",
                series: series(family.partNames.filter { $0 != "divergence" })
                    + (difference.x.count > 1 ? [difference] : []))
        ] + (divergence.isEmpty ? [] : [LinePlot.Panel(yLabel: "divergence of styles", series: divergence)])
    }
}
