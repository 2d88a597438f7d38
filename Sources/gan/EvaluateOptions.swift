import ArgumentParser
import Datasets
import Files
import Foundation
import GANs
import Tensors

/// What every evaluation is told.
struct EvaluateOptions: ParsableArguments {
    @Option(help: "Seed of the first picture; the next have the next.")
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            """
            The classifier's file: read where it is there, or else trained and written. (default: beside \
            the checkpoint, named after the data)
            """, valueName: "file"))
    var classifier: String?

    @Option(help: "Threads that share the work. (default: one for each core)")
    var threads: Int?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); it must lie between 1 and 1024")
        }
        if classifier?.isEmpty == true { throw ValidationError("--classifier needs the name of a file") }
    }

    /// Throws unless there are seeds for so many pictures.
    func checkSeeds(pictures: Int) throws {
        if seed.addingReportingOverflow(UInt64(pictures)).overflow {
            throw ValidationError("--seed is too large for \(pictures) more")
        }
    }

    /// The seeds of some of the pictures, which are numbered from 0.
    func seeds(_ pictures: Range<Int>) -> [UInt64] { pictures.map { seed + UInt64($0) } }

    /// Loads labeled pictures, showing how far it is.
    func load(_ path: String, format: PictureFormat) throws -> LabeledPictures {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        return try LabeledPictures(path: path, format: format) { done, total in
            line.show("Reading pictures", done, of: total, since: start)
        }
    }

    /// The classifier of some data: from its file, or trained and kept there.
    ///
    /// - Parameter checkpoint: beside which it is kept unless told otherwise.
    func classifier(of pictures: LabeledPictures, beside checkpoint: String) throws -> PictureClassifier {
        // The digest is of data and format, so the default never leads to a classifier of others.
        let path =
            classifier
            ?? join(parent(of: checkpoint), "classifier-\(pictures.digest.prefix(12)).safetensors")
        guard FileManager.default.fileExists(atPath: path) else {
            return try train(on: pictures, keepingIn: path)
        }
        let kept = try PictureClassifier(path: path)
        guard kept.digest == pictures.digest else {
            throw CommandError(
                "\(path) was trained on other pictures, or on these at another size; remove it, or give "
                    + "another --classifier")
        }
        say("Classifier from \(path): \(accuracy(kept))")
        return kept
    }

    private func train(on pictures: LabeledPictures, keepingIn path: String) throws -> PictureClassifier {
        // A file that cannot be written is told of before the training, not minutes later.
        _ = try AtomicFile(path: path)
        say(
            "Training a classifier of \(pictures.classNames.count) classes on "
                + "\(pictures.training.count) pictures, to be kept in \(path)")
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let classifier = try PictureClassifier(
            trainedOn: pictures, ClassifierTraining(pictures: pictures.training.count)
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

    private func accuracy(_ classifier: PictureClassifier) -> String {
        "right on \(percent(classifier.test.accuracy)) of \(classifier.test.count) test pictures"
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
