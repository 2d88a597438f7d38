import ArgumentParser
import Datasets
import Foundation
import GANs
import Images
import Tensors

/// `gan evaluate labels`
struct EvaluateLabelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labels",
        abstract:
            "Measure pixel accuracy and mean IoU: do images made from label maps show what the maps say?",
        discussion: """
            A small segmentation network learns from nine tenths of the pairs to tell what each pixel shows. \
            Then it looks at the other tenth, at the images that the model makes of the maps and at the real \
            ones: prints the share of pixels that have the label asked for, and the mean of intersection \
            over union. The model learned from label maps \
            (\(ModelOptionsRegistry.names(learningFrom: .labelMaps))), or from pairs \
            (\(ModelOptionsRegistry.names(learningFrom: .pairs))) with the maps in their colors; give pairs \
            that it was not trained on.
              gan data avatars --labels --seed 7 --out fresh
              gan evaluate labels runs/faces fresh
            """)

    @Argument(help: "A run's folder, or a checkpoint of a run, of a model that learned from label maps.")
    var checkpoint: CheckpointArgument

    @Argument(help: "Label maps, their images and labels.txt, as gan train takes them.", completion: .file())
    var data: String

    @Option(
        help: ArgumentHelp(
            "The folder with the images, where the data's does not hold both.", valueName: "folder"))
    var target: String?

    @Option(help: "Seed of the small network's training, and of dropout and styles of the model.")
    var seed: UInt64 = 0

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        threads.apply()
        let model = try CheckpointHeader(path: checkpoint.path).model
        guard [.pairs, .labelMaps].contains(type(of: model).data) else {
            throw CommandError(
                "\(checkpoint.path) holds \(model.nameWithArticle), which does not learn from label maps; "
                    + "models that do "
                    + "are \(ModelOptionsRegistry.names(learningFrom: .pairs, .labelMaps))")
        }
        let translator = try Translator(path: checkpoint.path)
        let (pairs, labels) = try PairSource.openLabeled(data, second: target)
        try pairs.checkSizes()
        guard pairs.count >= 10 else {
            throw CommandError(
                "\(data) holds \(pairs.count) pairs; at least 10 are needed, to try on a tenth")
        }
        try checkInputs(translator, labels)
        let training = try load(part(of: pairs, tried: false), translator)
        let tried = try load(part(of: pairs, tried: true), translator)
        let labeler = labeler(trainedOn: training, labels)
        let result = try agreement(labeler, tried, labels, translator)
        print(json ? try encodedResult(result) : result.text)
    }

    private func checkInputs(_ translator: Translator, _ labels: LabelSet) throws {
        if let known = translator.labels, known.names != labels.names {
            throw CommandError(
                "\(data) lists the labels \(labels.names.joined(separator: ", ")), the model in "
                    + "\(checkpoint.path) knows \(known.names.joined(separator: ", "))")
        }
        if translator.header.training.data.direction == .b2a {
            throw CommandError(
                "the model in \(checkpoint.path) makes the maps of images, not images of maps")
        }
    }

    /// Pairs to learn from, or, every tenth, those to try on.
    private func part(of pairs: PairSource, tried: Bool) -> PairSource {
        pairs.selecting((0..<pairs.count).filter { ($0 % 10 == 9) == tried })
    }

    /// Maps and images as the networks know them; tells of those that cannot be read.
    private func load(_ pairs: PairSource, _ translator: Translator) throws -> PairedDataset {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let format = translator.outputFormat
        let loaded = try PairedDataset(
            pairs,
            first: ImageFormat(size: format.size, channels: 1, fit: format.fit, resampling: .nearest),
            second: format
        ) { done, total in line.show("Reading images", done, of: total, since: start) }
        line.clear()
        tell(ofSkipped: loaded.skipped)
        return loaded
    }

    private func labeler(trainedOn training: PairedDataset, _ labels: LabelSet) -> PixelLabeler {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        // Each pair ten times, of large sets fewer.
        let steps = min(1500, max(300, 10 * training.count / PixelLabeler.batchSize))
        return PixelLabeler(trainedOn: training, labelCount: labels.count, steps: steps, seed: seed) {
            line.show("Learning to label pixels, loss \(fixed($1, 3))", $0, of: steps, since: start)
        }
    }

    private func agreement(
        _ labeler: PixelLabeler, _ tried: PairedDataset, _ labels: LabelSet, _ translator: Translator
    ) throws -> Result {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        var made = LabelAgreement(labelCount: labels.count)
        var real = made
        for index in 0..<tried.count {
            line.show("Translating maps and labeling pixels", index, of: tried.count, since: start)
            let map = tried.first.image(at: index)
            let output = try translator.translation(
                of: translator.labels == nil ? map.colored(palette: labels.palette) : map,
                seed: seed &+ UInt64(index)
            ).output
            let asked = tried.first.labels(at: index)
            made.add(labeler.labels(of: Tensor([tried.second.format.apply(to: output)])), asked: asked)
            real.add(labeler.labels(of: tried.second.tensor([index])), asked: asked)
        }
        return Result(pairs: tried.count, made: Result.Shares(made), real: Result.Shares(real))
    }

    private struct Result: Encodable {
        struct Shares: Encodable {
            let accuracy: Double
            let meanIntersectionOverUnion: Double

            init(_ agreement: LabelAgreement) {
                (accuracy, meanIntersectionOverUnion) = (
                    agreement.accuracy, agreement.meanIntersectionOverUnion
                )
            }

            var cells: String {
                "\(percent(accuracy)) of pixels, mean IoU \(fixed(meanIntersectionOverUnion, 3))"
            }
        }

        let pairs: Int
        let made: Shares
        let real: Shares

        var text: String {
            """
            Labels as \(pairs) maps ask:
            Made  \(made.cells)
            Real  \(real.cells)
            """
        }
    }
}
