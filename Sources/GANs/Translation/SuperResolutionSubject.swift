import Datasets
import Images
import Tensors

/// A network that enlarges, in training on images in full.
final class SuperResolutionSubject: RunSubject {
    let trainer: TranslationTrainer
    private let data: TranslationData
    private let family: SuperResolution
    private var sampler: TranslationSampler
    private var watch: Watch

    init(_ trainer: TranslationTrainer, _ data: TranslationData, _ family: SuperResolution) {
        (self.trainer, self.data, self.family) = (trainer, data, family)
        sampler = TranslationSampler(data, trainer.configuration)
        watch = Watch(objective: trainer.configuration.objective)
    }

    /// Images on a sheet.
    private static let exampleCount = 8
    /// Held-out images are measured at most so many, and at most so large, so that it takes seconds.
    private static let (measuredCount, measuredSide) = (50, 256)

    var imageCount: Int { data.count }
    var imagesInStep: Int { trainer.configuration.batchSize }

    var title: String {
        "\(trainer.configuration.architecture.name), \(family.scale) times, from parts of "
            + "\(family.size)x\(family.size), batch \(trainer.configuration.batchSize)"
    }

    func step() throws(TrainingError) -> StepReport {
        let (inputs, targets) = sampler.batch(at: progress.imagesSeen)
        return try trainer.step(inputs, targets)
    }

    func realsSheet() -> Image { Image.grid(examples, columns: 4) }

    /// Enlarged by a cubic, enlarged by the network, and in full, side by side.
    func sheet() -> Image {
        let rows = examples.flatMap { whole -> [Image] in
            let small = whole.shrunk(by: family.scale)
            return [small.enlarged(by: family.scale), enlarged(small), whole]
        }
        return Image.grid(rows, columns: 6)
    }

    /// Parts from the middle of the same images always: of those held out, if there are any.
    private var examples: [Image] {
        let images = data.heldOut?.first ?? data.first
        let count = min(SuperResolutionSubject.exampleCount, images.count)
        return (0..<count).map { middle(of: images, $0 * images.count / count, atMost: 128) }
    }

    /// - Parameter limit: of the sides, in pixels.
    private func middle(of images: Dataset, _ index: Int, atMost limit: Int) -> Image {
        let image = images.image(at: index)
        let side = min(image.width, limit) / family.scale * family.scale
        let corner = (image.width - side) / 2
        return image.cropped(x: corner, y: corner, width: side, height: side)
    }

    private func enlarged(_ small: Image) -> Image {
        let generator = trainer.networks.pair(.a2b).generator
        return images(generator(Tensor([small]), .inference))[0]
    }

    func look(_ rows: [MetricsRow], into row: inout MetricsRow) {
        guard family.game != nil else { return }
        let warnings = watch.warnings(rows)
        row.warnings = warnings.isEmpty ? nil : warnings
    }

    func measure(into row: inout MetricsRow) {
        guard let heldOut = data.heldOut?.first else { return }
        let wholes = (0..<min(heldOut.count, SuperResolutionSubject.measuredCount)).map {
            middle(of: heldOut, $0, atMost: SuperResolutionSubject.measuredSide)
        }
        let outputs = wholes.map { enlarged($0.shrunk(by: family.scale)) }
        row.fidelity = EnlargementFidelity(of: outputs, to: wholes, scale: family.scale)
        // The game gives up some of it for sharpness, so that there it does not choose the best.
        if family.game == nil {
            let differences = zip(outputs, wholes).map { output, whole in
                Double((Tensor([output]) - Tensor([whole])).absolute().mean().scalar)
            }
            row.difference = differences.reduce(0, +) / Double(differences.count)
        }
    }

    func panels(of log: MetricsLog) -> [LinePlot.Panel] {
        let fidelity = [
            log.series("PSNR of images held out, in dB") { $0.fidelity?.psnr },
            log.series("of a cubic") { $0.fidelity?.bicubicPSNR },
        ]
        let parts = family.partNames.map { name in log.series(name) { $0.parts?[name] } }
        return (family.game == nil ? [] : log.gamePanels(objective: trainer.configuration.objective))
            + [LinePlot.Panel(yLabel: "mean absolute difference", series: parts)]
            + (fidelity[0].x.count > 1 ? [LinePlot.Panel(yLabel: "PSNR in dB", series: fidelity)] : [])
    }
}
