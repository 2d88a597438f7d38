import ArgumentParser
import Datasets
import Foundation
import GANs
import Tensors

/// `gan evaluate classes`
struct EvaluateClassesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classes",
        abstract: "Measure whether a conditional generator makes the classes it is asked for.",
        discussion: """
            Prints which share of the generated images the classifier puts into the class asked for, \
            beside the share that it gets right of real images it was not trained on.
            """)

    @Argument(help: "A conditional run's folder, a checkpoint of it, or its exported generator.")
    var checkpoint: CheckpointArgument

    @Argument(
        help: """
            The data it was trained on, for the classifier. A folder of IDX files has test images of its \
            own; of other data a tenth is held out.
            """, completion: .file())
    var data: String

    @Option(help: ArgumentHelp("How many images of each class, 1 to 1000000.", valueName: "count"))
    var perClass = 1000

    @OptionGroup var options: EvaluateOptions

    func validate() throws {
        guard (1...1_000_000).contains(perClass) else {
            throw ValidationError("--per-class is \(perClass); it must lie between 1 and 1000000")
        }
    }

    func run() throws {
        options.threads.apply()
        let trained = try checkpoint.generator()
        guard let classes = trained.configuration.conditioning?.classes else {
            throw CommandError(
                "\(checkpoint.path) holds a model without classes; train one with --conditional")
        }
        try options.checkSeeds(images: perClass * classes.count)
        let images = try options.load(
            data,
            format: ImageFormat(
                size: trained.configuration.size, channels: trained.configuration.channels,
                fit: trained.header.training.data.fit))
        if let missing = classes.first(where: { !images.classNames.contains($0) }) {
            throw CommandError(
                "\(data) has no class \"\(missing)\", which \(checkpoint.path) makes; give the data that it "
                    + "was trained on")
        }
        let classifier = try options.classifier(of: images, beside: checkpoint.path)
        let result = Result(agreement(trained, classes, classifier), classifier)
        print(options.json ? try encodedResult(result) : result.text())
    }

    private func agreement(
        _ trained: TrainedGenerator, _ classes: [String], _ classifier: ImageClassifier
    ) -> ClassAgreement {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        return ClassAgreement(perClass: perClass, classNames: classes, classifier: classifier) { done in
            line.show("Classifying images", done, of: perClass * classes.count, since: start)
        } generate: { labels, images in
            trained.tensor(seeds: options.seeds(images), labels: labels)
        }
    }

    private struct Result: Encodable {
        struct Row: Encodable {
            let name: String
            let images: Int
            /// The share that is put into the class asked for.
            let share: Double
            /// The same of real images; none where the test images hold none of the class.
            let realShare: Double?
        }

        let classes: [Row]
        let images: Int
        let share: Double
        let realImages: Int
        let realShare: Double

        init(_ agreement: ClassAgreement, _ classifier: ImageClassifier) {
            let (generated, test) = (agreement.generated, classifier.test)
            classes = agreement.classNames.enumerated().map { index, name in
                Row(
                    name: name, images: generated.counts[index],
                    share: generated.accuracy(ofClass: index) ?? 0,
                    realShare: classifier.classNames.firstIndex(of: name).flatMap(test.accuracy(ofClass:)))
            }
            (images, share) = (generated.count, generated.accuracy)
            (realImages, realShare) = (test.count, test.accuracy)
        }

        func text() -> String {
            let width = max(5, classes.map(\.name.count).max() ?? 0) + 2
            func line(_ name: String, _ cells: [String]) -> String {
                name.padding(toLength: width, withPad: " ", startingAt: 0)
                    + cells.map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 }.joined(
                        separator: "  ")
            }
            let rows = classes.map {
                line($0.name, [percent($0.share), $0.realShare.map(percent) ?? "-"])
            }
            return
                ([line("Class", ["generated", "real"])] + rows
                + [line("All", [percent(share), percent(realShare)])]).joined(separator: "\n")
        }
    }
}
