import ArgumentParser
import Datasets
import Foundation
import GANs
import Tensors

/// `gan evaluate mixing`
struct EvaluateMixingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mixing",
        abstract: "Measure which layers of a style-based generator an attribute comes from.",
        discussion: """
            Images take the coarse, the middle or the fine styles, as gan mix does, from others whose class, \
            by a classifier, is another one. Prints how often the mixture has the class of the image whose \
            styles were taken, and how often it keeps its own: coarse layers carry shape, fine ones color \
            (Karras et al. 2019).
              gan data avatars --count 4000 --size 64 --classes hair --out by-hair
              gan evaluate mixing runs/styles by-hair
            """)

    @Argument(help: "A run's folder, a checkpoint of a run, or an exported generator; without classes.")
    var checkpoint: CheckpointArgument

    @Argument(
        help: "Data like that it was trained on, sorted into classes by the attribute.", completion: .file())
    var data: String

    @Option(help: "How many pairs of images are mixed, 1 to 1000000.")
    var pairs = 500

    @OptionGroup var options: EvaluateOptions

    func validate() throws {
        try check("--pairs", pairs, in: 1...1_000_000)
        try options.checkSeeds(images: 2 * pairs)
    }

    func run() throws {
        options.threads.apply()
        let trained = try checkpoint.generator()
        guard let generator = trained.generator as? any StyleGenerator else {
            throw CommandError(
                "\(checkpoint.path) holds a model without styles; give one of "
                    + ModelOptionsRegistry.names { $0 is any StyleModelConfiguration.Type })
        }
        guard trained.configuration.conditioning == nil else {
            throw CommandError(
                "\(checkpoint.path) holds a model that is told of classes; this is measured on one without")
        }
        let images = try options.load(
            data,
            format: ImageFormat(
                size: trained.configuration.size, channels: trained.configuration.channels,
                fit: trained.header.training.data.fit))
        let classifier = try options.classifier(of: images, beside: checkpoint.path)
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let agreement = try MixingAgreement(
            of: generator, latentSize: trained.configuration.latentSize, pairs: pairs, seed: options.seed,
            classify: classifier.classes
        ) { done in line.show("Mixing and classifying pairs", done, of: pairs, since: start) }
        line.clear()
        let result = Result(rows: agreement.rows, pairs: pairs, classifier: ClassifierRecord(classifier))
        print(options.json ? try encodedResult(result) : result.text())
    }

    private struct Result: Encodable {
        let rows: [MixingAgreement.Row]
        let pairs: Int
        let classifier: ClassifierRecord

        func text() -> String {
            func line(_ cells: [String]) -> String {
                cells[0].padding(toLength: 14, withPad: " ", startingAt: 0)
                    + cells.dropFirst().map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }
                    .joined()
            }
            let table = rows.map { row in
                let share = { (count: Int) in percent(Double(count) / Double(row.count)) }
                return line([
                    row.scale.rawValue, share(row.taken), share(row.kept),
                    share(row.count - row.taken - row.kept),
                ])
            }
            let head = "Of \(rows[0].count) pairs of different classes, once layers are taken:"
            return ([head, line(["Layers", "the other's", "its own", "neither"])] + table)
                .joined(separator: "\n")
        }
    }
}
