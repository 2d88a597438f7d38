import ArgumentParser
import Datasets
import Foundation
import GANs
import Tensors

/// `gan evaluate stacked-mnist`
struct EvaluateStackedMNISTCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stacked-mnist",
        abstract: "Count the modes of stacked MNIST that a generator makes.",
        discussion: """
            Each channel of an image is told as a digit: 1000 modes. Published tables count those seen in \
            26000 samples, and the Kullback-Leibler divergence of their frequencies from equal ones, which \
            chance alone makes 0.02.
            """)

    @Argument(
        help: """
            A run's folder, a checkpoint of a run, or an exported generator, trained on what gan data \
            stacked-mnist wrote.
            """)
    var checkpoint: CheckpointArgument

    @Argument(help: "A folder with MNIST's IDX files, for the classifier.")
    var idxFolder: String

    @Option(help: "How many images to look at, 1 to 10000000.")
    var samples = 26_000

    @OptionGroup var options: EvaluateOptions

    func validate() throws {
        guard (1...10_000_000).contains(samples) else {
            throw ValidationError("--samples is \(samples); it must lie between 1 and 10000000")
        }
        try options.checkSeeds(images: samples)
    }

    func run() throws {
        options.threads.apply()
        let trained = try checkpoint.generator()
        guard trained.configuration.channels == 3 else {
            throw CommandError(
                "\(checkpoint.path) makes images of \(trained.configuration.channels) "
                    + "channel\(trained.configuration.channels == 1 ? "" : "s"), stacked MNIST has 3; "
                    + "train on what "
                    + "gan data stacked-mnist writes")
        }
        let classifier = try options.classifier(of: loadDigits(for: trained), beside: checkpoint.path)
        let result = Result(
            modes: count(trained, classifier), classifier: ClassifierRecord(classifier))
        print(options.json ? try encodedResult(result) : result.text())
    }

    private func loadDigits(for trained: TrainedGenerator) throws -> LabeledImages {
        guard try openIDXSource(idxFolder, .training) != nil else {
            throw DatasetError.noIDXFiles(of: .training, folder: idxFolder)
        }
        let images = try options.load(
            idxFolder, format: ImageFormat(size: trained.configuration.size, channels: 1))
        guard images.classNames.count == 10 else {
            throw CommandError(
                "\(idxFolder) holds images of \(images.classNames.count) classes; stacked MNIST is made "
                    + "of ten digits")
        }
        return images
    }

    private func count(_ trained: TrainedGenerator, _ classifier: ImageClassifier) -> StackedMNISTModes {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let classes = trained.configuration.conditioning?.classes.count
        return StackedMNISTModes(samples: samples, classifier: classifier) { done in
            line.show("Counting modes", done, of: samples, since: start)
        } generate: { images in
            trained.tensor(
                seeds: options.seeds(images), labels: classes.map { count in images.map { $0 % count } })
        }
    }

    private struct Result: Encodable {
        let samples: Int
        let modes: Int
        /// In nats.
        let divergenceFromUniform: Double
        let classifier: ClassifierRecord

        init(modes: StackedMNISTModes, classifier: ClassifierRecord) {
            samples = modes.samples
            self.modes = modes.seen
            divergenceFromUniform = modes.divergenceFromUniform
            self.classifier = classifier
        }

        func text() -> String {
            """
            Samples  \(samples)
            Modes    \(modes) of \(StackedMNISTModes.modes)
            KL       \(fixed(divergenceFromUniform, 3)) nats from equally frequent modes
            """
        }
    }
}

/// A classifier in JSON.
struct ClassifierRecord: Encodable {
    let accuracy: Double
    let testImages: Int

    init(_ classifier: ImageClassifier) {
        (accuracy, testImages) = (classifier.test.accuracy, classifier.test.count)
    }
}
