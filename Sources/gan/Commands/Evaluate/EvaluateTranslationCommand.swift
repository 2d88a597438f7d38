import ArgumentParser
import Datasets
import Files
import Foundation
import GANs
import Images
import Tensors

/// `gan evaluate translation`
struct EvaluateTranslationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "translation",
        abstract: "Measure how near translated images come to their targets.",
        discussion: """
            Of a model that learned from pairs, outputs are compared with their targets: the mean absolute \
            difference in levels of 255, and SSIM; a model with a style encoder takes the target's style. Of \
            a model that learned from two sets without pairs, images are translated there and back again and \
            compared with what they were; where both folders have subfolders of the same classes, a \
            classifier of each kind of images also tells how many keep their class. Give images that it was \
            not trained on.
              gan data avatars --pairs night --classes hair --seed 7 --out fresh
              gan evaluate translation runs/night fresh
            """)

    @Argument(help: "A run's folder, or a checkpoint of a run, of a model that translates.")
    var checkpoint: CheckpointArgument

    @Argument(help: "Images of both kinds, as for gan train.", completion: .file())
    var data: String

    @Option(
        help: ArgumentHelp(
            "The folder with images of the second kind, as for gan train.", valueName: "folder"))
    var target: String?

    @Option(help: "How many images are translated at most, of each kind, 1 to 1000000.")
    var count = 500

    @OptionGroup var options: EvaluateOptions

    func validate() throws { try check("--count", count, in: 1...1_000_000) }

    func run() throws {
        options.threads.apply()
        let model = try CheckpointHeader(path: checkpoint.path).model
        let kind = type(of: model).data
        guard [.pairs, .labelMaps, .domains].contains(kind) else {
            throw CommandError(
                "\(checkpoint.path) holds \(model.nameWithArticle), whose images have nothing to be compared "
                    + "with; models "
                    + "to compare are "
                    + ModelOptionsRegistry.names(learningFrom: .pairs, .labelMaps, .domains))
        }
        let results = kind == .domains ? try evaluateCycles() : [try evaluatePairs()]
        print(options.json ? try encodedResult(results) : results.map(\.text).joined(separator: "\n"))
    }

    private func evaluatePairs() throws -> Result {
        let translator = try Translator(path: checkpoint.path)
        let direction = translator.header.training.data.direction
        let given = try pairs(for: translator)
        let pairs = direction == .a2b ? given : given.reversed
        try pairs.checkSizes()
        var similarity = ImageSimilarity()
        try forEach(of: [pairs.first, pairs.second], "Translating") { index, pair in
            let (image, wanted) = (pair[0], pair[1])
            let output = try translator.translation(
                of: image, style: translator.style(of: wanted), seed: options.seed &+ UInt64(index)
            ).output
            similarity.add(
                output,
                wanted.converted(toChannels: output.channels)
                    .resized(width: output.width, height: output.height))
        }
        return Result(direction, "from the target", similarity)
    }

    private func pairs(for translator: Translator) throws -> PairSource {
        guard let known = translator.labels else { return try PairSource.open(data, second: target) }
        let (pairs, labels) = try PairSource.openLabeled(data, second: target)
        guard labels.names == known.names else {
            throw CommandError(
                "the labels of \(data) are \(labels.names.joined(separator: ", ")); the model in "
                    + "\(checkpoint.path) knows \(known.names.joined(separator: ", "))")
        }
        return pairs
    }

    private func evaluateCycles() throws -> [Result] {
        let (first, second) = try openDomains(data, second: target)
        return try [
            evaluateCycle(.a2b, back: .b2a, from: first, to: second),
            evaluateCycle(.b2a, back: .a2b, from: second, to: first),
        ]
    }

    private func evaluateCycle(
        _ direction: TranslationDirection, back: TranslationDirection, from source: any ImageSource,
        to other: any ImageSource
    ) throws -> Result {
        let there = try Translator(path: checkpoint.path, direction: direction)
        let andBack = try Translator(path: checkpoint.path, direction: back)
        let classifier = try classifier(of: other, for: source, there)
        var similarity = ImageSimilarity()
        var kept = 0
        try forEach(of: [source], "Translating \(direction.rawValue) and back") { index, images in
            let made = try there.translation(of: images[0])
            let again = try andBack.translation(of: made.output, isFullSize: true).output
            similarity.add(again, made.input)
            if let classifier, let label = source.labels?[index] {
                let found = classifier.classes(of: Tensor([classifier.format.apply(to: made.output)]))[0]
                if classifier.classNames[found] == source.classNames[label] { kept += 1 }
            }
        }
        var result = Result(direction, "from itself after both ways", similarity)
        if let classifier {
            result.keptClass = Double(kept) / Double(similarity.count)
            result.classifier = ClassifierRecord(classifier)
        }
        return result
    }

    /// A classifier of images of the kind that is made; nil where the two kinds do not have the same classes.
    private func classifier(
        of other: any ImageSource, for source: any ImageSource, _ translator: Translator
    ) throws -> ImageClassifier? {
        guard source.labels != nil, other.labels != nil, source.classNames.count > 1,
            source.classNames == other.classNames
        else { return nil }
        let images = try options.load(
            other.path, format: translator.outputFormat)
        return try options.classifier(of: images, beside: checkpoint.path)
    }

    /// Calls `body` with one image of each source at places spread over them, showing how far it is; tells of
    /// those that cannot be read, and leaves their places out.
    private func forEach(
        of sources: [any ImageSource], _ title: String, _ body: (_ index: Int, [Image]) throws -> Void
    ) throws {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let chosen = min(count, sources[0].count)
        var skipped: [SkippedImage] = []
        for number in 0..<chosen {
            line.show(title, number, of: chosen, since: start)
            let index = number * sources[0].count / chosen
            var images: [Image] = []
            for source in sources {
                do { images.append(try source.image(at: index)) } catch {
                    skipped.append(
                        SkippedImage(
                            file: join(source.path, source.name(at: index)), reason: "\(error)"))
                }
            }
            if images.count == sources.count { try body(index, images) }
        }
        line.clear()
        tell(ofSkipped: skipped)
        if skipped.count >= chosen { throw CommandError("no image of \(sources[0].path) could be read") }
    }

    private struct Result: Encodable {
        let direction: String
        let images: Int
        /// In levels of 255.
        let difference: Double
        let ssim: Double
        var keptClass: Double?
        var classifier: ClassifierRecord?
        private let reference: String

        init(_ direction: TranslationDirection, _ reference: String, _ similarity: ImageSimilarity) {
            (self.direction, self.reference) = (direction.rawValue, reference)
            (images, difference, ssim) = (similarity.count, similarity.difference, similarity.ssim)
        }

        private enum CodingKeys: CodingKey {
            case direction, images, difference, ssim, keptClass, classifier
        }

        var text: String {
            var lines = [
                "\(direction)  difference \(fixed(difference, 1)) of 255, SSIM \(fixed(ssim, 3)) "
                    + "\(reference), "
                    + "\(images) images"
            ]
            if let keptClass, let classifier {
                lines.append(
                    "     \(percent(keptClass)) keep their class; the classifier is right on "
                        + "\(percent(classifier.accuracy)) of real images of that kind")
            }
            return lines.joined(separator: "\n")
        }
    }
}
