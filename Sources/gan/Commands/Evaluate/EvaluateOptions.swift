import ArgumentParser
import Datasets
import Files
import Foundation
import GANs
import Tensors

/// What every evaluation is told.
struct EvaluateOptions: ParsableArguments {
    @Option(help: "Seed of the first image; the next have the next.")
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            """
            The classifier's file: read where it is there, or else trained and written. (default: beside \
            the checkpoint, named after the data)
            """, valueName: "file"))
    var classifier: String?

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if classifier?.isEmpty == true { throw ValidationError("--classifier needs the name of a file") }
    }

    /// Throws unless there are seeds for so many images.
    func checkSeeds(images: Int) throws {
        if seed.addingReportingOverflow(UInt64(images)).overflow {
            throw ValidationError("--seed is too large for \(images) more")
        }
    }

    /// The seeds of some of the images, which are numbered from 0.
    func seeds(_ images: Range<Int>) -> [UInt64] { images.map { seed + UInt64($0) } }

    /// Loads labeled images, showing how far it is.
    func load(_ path: String, format: ImageFormat) throws -> LabeledImages {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        return try LabeledImages(path: path, format: format) { done, total in
            line.show("Reading images", done, of: total, since: start)
        }
    }

    /// The classifier of some data: from its file, or trained and kept there.
    ///
    /// - Parameter checkpoint: beside which it is kept unless told otherwise.
    func classifier(of images: LabeledImages, beside checkpoint: String) throws -> ImageClassifier {
        // The digest is of data and format, so the default never leads to a classifier of others.
        let path =
            classifier
            ?? join(parent(of: checkpoint), "classifier-\(images.digest.prefix(12)).safetensors")
        guard FileManager.default.fileExists(atPath: path) else {
            return try train(on: images, keepingIn: path)
        }
        let kept = try ImageClassifier(path: path)
        guard kept.digest == images.digest else {
            throw CommandError(
                "\(path) was trained on other images, or on these at another size; remove it, or give "
                    + "another --classifier")
        }
        say("Classifier from \(path): \(accuracy(kept))")
        return kept
    }

    private func train(on images: LabeledImages, keepingIn path: String) throws -> ImageClassifier {
        // A file that cannot be written is told of before the training, not minutes later.
        _ = try AtomicFile(path: path)
        say(
            "Training a classifier of \(images.classNames.count) classes on "
                + "\(images.training.count) images, to be kept in \(path)")
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let classifier = try ImageClassifier(
            trainedOn: images, ClassifierTraining(images: images.training.count)
        ) { progress in
            switch progress {
            case .training(let step, let steps, let loss):
                line.show("Training, loss \(fixed(loss, 3))", step, of: steps, since: start)
            case .testing(let done, let total):
                line.show("Testing: \(done) of \(total)")
            }
        }
        line.clear()
        try classifier.save(to: path)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        say("Trained in \(duration(seconds)): \(accuracy(classifier))")
        return classifier
    }

    private func accuracy(_ classifier: ImageClassifier) -> String {
        "right on \(percent(classifier.test.accuracy)) of \(classifier.test.count) test images"
    }

    /// Prints a line of what happens, which JSON has no place for.
    private func say(_ text: String) {
        guard !json else { return }
        print(text)
        fflush(nil)
    }
}

/// A result as JSON.
func encodedResult(_ result: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(result), as: UTF8.self)
}

/// `98.7 %`
func percent(_ share: Double) -> String { fixed(100 * share, 1) + " %" }
