import ArgumentParser
import Datasets
import GANs
import Images
import Tensors

/// `gan evaluate quality`
struct EvaluateQualityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quality",
        abstract: "Measure generated images beside real ones: KID, FID, precision, recall and others.",
        discussion: """
            Each measure stands beside its floor, the same measure between two halves of the real images: no \
            generator does better. Measures are computed on the features of a network. Random networks need \
            no file; they rank models of one data set, and their figures compare with each other alone. \
            With Inception's weights FID and KID are the published ones.
              gan evaluate quality runs/faces datasets/faces
              gan evaluate quality samples/ datasets/faces
              gan evaluate quality runs/faces datasets/faces --features inception inception.safetensors
              gan evaluate quality --real-features r.npy --fake-features f.npy
            """)

    @Argument(
        help: """
            A run's folder, a checkpoint of a run, or an exported generator; or images that were made \
            elsewhere, a folder or a NumPy array.
            """, completion: .file())
    var generated: String?

    @Argument(
        help: "The real images: those that it was trained on, or others of the same kind.",
        completion: .file())
    var data: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            """
            Network of the features: random; vgg19 and a safetensors file of torchvision's; or inception and \
            one of pytorch-fid's. (default: random)
            """, valueName: "network [file]"))
    var features: [String] = []

    @Option(
        help: ArgumentHelp(
            "Features of real images computed elsewhere, float32, count x dimension; no images are needed.",
            valueName: "file.npy"))
    var realFeatures: String?

    @Option(
        help: ArgumentHelp("The same of generated images.", valueName: "file.npy"))
    var fakeFeatures: String?

    @Option(
        help: """
            How many images are generated, 6 to 1000000. (default: as many as there are real ones, but 2000 \
            to 10000; of images that were made elsewhere at most what there is)
            """)
    var count: Int?

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "The class of all images, of a conditional model. (default: as often as in the data)",
            valueName: "name"), completion: .classNames)
    var className: String?

    @Option(help: "Seed of the first image; the next have the next. (default: 0)")
    var seed: UInt64?

    @Flag(help: "Use the trained weights of a run in place of their moving average.")
    var raw = false

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Print JSON.")
    var json = false

    mutating func validate() throws {
        if let count { try check("--count", count, in: 6...1_000_000) }
        guard (realFeatures == nil) == (fakeFeatures == nil) else {
            throw ValidationError("--real-features and --fake-features need each other")
        }
        // An option of one or two words takes the arguments behind it, too.
        let choice = try FeatureChoice(taking: features)
        features = choice.words
        for word in choice.others {
            if generated == nil {
                generated = word
            } else if data == nil {
                data = word
            } else {
                throw ValidationError("Unexpected argument '\(word)'")
            }
        }
        if realFeatures != nil {
            guard generated == nil, features.isEmpty, count == nil, className == nil, !raw else {
                throw ValidationError(
                    "--real-features and --fake-features take the place of the generated images, the data "
                        + "and all that is told of them")
            }
        } else if generated == nil || data == nil {
            throw ValidationError(
                "Give a checkpoint or generated images and the real ones, or --real-features and --fake-features"
            )
        }
        if (seed ?? 0).addingReportingOverflow(UInt64(count ?? 10_000)).overflow {
            throw ValidationError("--seed is too large for \(count ?? 10_000) more")
        }
    }

    func run() throws {
        threads.apply()
        let report: QualityReport
        if let realFeatures, let fakeFeatures {
            let (line, start) = (ProgressLine(), ContinuousClock.now)
            let quality = try ImageQuality(
                reals: FeatureSet(path: realFeatures), fakes: FeatureSet(path: fakeFeatures)
            ) { done, total in line.show("Comparing pairs of images", done, of: total, since: start) }
            line.clear()
            report = QualityReport(
                quality,
                features: "from \(realFeatures) and \(fakeFeatures)", isSlicedOfImages: false, isRandom: false
            )
        } else if let generated, let data {
            report = try measure(generated, data)
        } else {
            throw CommandError("there is nothing to measure")
        }
        print(json ? try encodedResult(report) : report.text)
    }

    private func measure(_ generated: String, _ data: String) throws -> QualityReport {
        let images = try GeneratedImages(generated, raw: raw)
        if images.count != nil, seed != nil || className != nil || raw {
            throw CommandError(
                "\(generated) are images, which have neither seeds nor classes nor weights; leave out --seed, "
                    + "--class and --raw")
        }
        let dataset = try load(data, images.format)
        let network = try FeatureChoice(taking: features).network(for: dataset.format)
        let count = min(count ?? min(max(dataset.count, 2000), 10_000), images.count ?? .max)
        let generate = try images.drawing(count, seed: seed ?? 0, className: className, beside: dataset)
        let line = ProgressLine()
        var start = ContinuousClock.now
        let quality = try ImageQuality(of: count, beside: dataset, by: network) { progress in
            switch progress {
            case .reals(let done, let total):
                line.show("Features of real images", done, of: total, since: start)
                if done == total { start = .now }
            case .fakes(let done, let total):
                line.show("Features of generated images", done, of: total, since: start)
                if done == total { start = .now }
            case .comparing(let done, let total):
                line.show("Comparing pairs of images", done, of: total, since: start)
            }
        } generate: {
            generate($0)
        }
        line.clear()
        return QualityReport(
            quality, features: network.name, isSlicedOfImages: true, isRandom: network is RandomFeatures)
    }

    private func load(_ path: String, _ format: ImageFormat) throws -> Dataset {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let dataset = try Dataset.load(path, format: format) { done, total in
            line.show("Reading images", done, of: total, since: start)
        }
        line.clear()
        tell(ofSkipped: dataset.skipped)
        return dataset
    }
}

/// What was given for `--features`: a network, its file, and what stood behind them.
private struct FeatureChoice {
    enum Network: String, CaseIterable { case random, vgg19, inception }

    let network: Network
    let file: String?
    let words: [String]
    /// Words that belong to other arguments.
    let others: [String]

    init(taking words: [String]) throws {
        guard let network = Network(rawValue: words.first ?? "random") else {
            let names = Network.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--features is \(words[0]); it must be one of \(names)")
        }
        self.network = network
        let own = words.isEmpty ? 0 : network == .random ? 1 : 2
        guard words.count >= own else {
            throw ValidationError("--features \(network.rawValue) needs the file of its weights behind it")
        }
        file = own == 2 ? words[1] : nil
        self.words = Array(words.prefix(own))
        others = Array(words.dropFirst(own))
    }

    /// The network, for images of a format.
    func network(for format: ImageFormat) throws -> any FeatureNetwork {
        switch (network, file) {
        case (.vgg19, let file?): try VGG19FeatureNetwork(path: file)
        case (.inception, let file?): try InceptionFeatures(path: file)
        default: RandomFeatures(suitingWidth: format.width, height: format.height)
        }
    }
}
