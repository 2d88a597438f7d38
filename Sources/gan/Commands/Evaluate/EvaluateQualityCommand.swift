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
              gan evaluate quality runs/faces datasets/faces --features inception inception.safetensors
              gan evaluate quality --real-features r.npy --fake-features f.npy
            """)

    @Argument(help: "A run's folder, a checkpoint of a run, or an exported generator.")
    var checkpoint: CheckpointArgument?

    @Argument(help: "The real images: those that it was trained on, or others of the same kind.")
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
            to 10000)
            """)
    var count: Int?

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "The class of all images, of a conditional model. (default: as often as in the data)",
            valueName: "name"))
    var className: String?

    @Option(help: "Seed of the first image; the next have the next.")
    var seed: UInt64 = 0

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
            if checkpoint == nil {
                checkpoint = CheckpointArgument(argument: word)
            } else if data == nil {
                data = word
            } else {
                throw ValidationError("Unexpected argument '\(word)'")
            }
        }
        if realFeatures != nil {
            guard checkpoint == nil, features.isEmpty, count == nil, className == nil, !raw else {
                throw ValidationError(
                    "--real-features and --fake-features take the place of the checkpoint, the data and all "
                        + "that is told of them")
            }
        } else if checkpoint == nil || data == nil {
            throw ValidationError(
                "Give a checkpoint and the real images, or --real-features and --fake-features")
        }
        if seed.addingReportingOverflow(UInt64(count ?? 10_000)).overflow {
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
        } else if let checkpoint, let data {
            report = try measure(checkpoint, data)
        } else {
            throw CommandError("there is nothing to measure")
        }
        print(json ? try encodedResult(report) : report.text)
    }

    private func measure(_ checkpoint: CheckpointArgument, _ data: String) throws -> QualityReport {
        let trained = try checkpoint.generator(raw: raw)
        let dataset = try load(data, trained)
        let network = try FeatureChoice(taking: features).network(for: dataset.format)
        let count = count ?? min(max(dataset.count, 2000), 10_000)
        let labels = try labels(trained, checkpoint.path, dataset, count: count)
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
        } generate: { indices in
            trained.images(
                seeds: indices.map { seed + UInt64($0) }, labels: labels.map { Array($0[indices]) })
        }
        line.clear()
        return QualityReport(
            quality, features: network.name, isSlicedOfImages: true, isRandom: network is RandomFeatures)
    }

    private func load(_ path: String, _ trained: TrainedGenerator) throws -> Dataset {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let configuration = trained.configuration
        let format = ImageFormat(
            size: configuration.size, channels: configuration.channels, fit: trained.header.training.data.fit)
        let dataset = try Dataset.load(path, format: format) { done, total in
            line.show("Reading images", done, of: total, since: start)
        }
        line.clear()
        tell(ofSkipped: dataset.skipped)
        return dataset
    }

    /// The class of each generated image, of a class-conditional model: the one that is asked for; or as
    /// often as in the data, where it has these classes; or else all in turn.
    private func labels(
        _ trained: TrainedGenerator, _ path: String, _ dataset: Dataset, count: Int
    ) throws -> [Int]? {
        guard let conditioning = trained.configuration.conditioning else {
            guard className == nil else {
                throw CommandError("\(path) holds a model without classes; leave out --class")
            }
            return nil
        }
        if let className {
            return [Int](repeating: try conditioning.label(of: className), count: count)
        }
        let own = dataset.classNames.compactMap(conditioning.classes.firstIndex(of:))
        guard let found = dataset.labels, own.count == dataset.classNames.count else {
            return (0..<count).map { $0 % conditioning.classes.count }
        }
        return (0..<count).map { own[found[$0 * found.count / count]] }
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
