import ArgumentParser
import Datasets
import GANs
import Tensors

/// `gan evaluate arithmetic`
struct EvaluateArithmeticCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arithmetic",
        abstract: "Measure how often latent vector arithmetic gives an image the attribute that is added.",
        discussion: """
            A classifier sorts samples into those with the attribute and those without. Then, over and over, \
            the mean of three with it, less the mean of three without, plus the mean of three others \
            without, is made an image, and the classifier tells whether that has the attribute (Radford et \
            al. 2015). So it does for other samples without it that are moved along the attribute's \
            direction, as "gan attribute" finds it, by 1 to 6 standard deviations.
              gan data avatars --count 4000 --size 64 --classes glasses --out by-glasses
              gan evaluate arithmetic checkpoints/avatars-64.safetensors by-glasses --without none
            """)

    @Argument(help: "A run's folder, a checkpoint of a run, or an exported generator; without classes.")
    var checkpoint: CheckpointArgument

    @Argument(
        help: "Data like that it was trained on, sorted into classes by the attribute.", completion: .file())
    var data: String

    @Option(
        help: ArgumentHelp(
            "The classes without the attribute, separated by commas; all others have it.",
            valueName: "class"))
    var without: String

    @Option(help: "How many samples are sorted, 100 to 1000000.")
    var samples = 2000

    @Option(help: "How many expressions are tried, and other samples moved, 1 to 1000000.")
    var expressions = 1000

    @OptionGroup var space: SpaceOption

    @OptionGroup var options: EvaluateOptions

    func validate() throws {
        guard (100...1_000_000).contains(samples) else {
            throw ValidationError("--samples is \(samples); it must lie between 100 and 1000000")
        }
        guard (1...1_000_000).contains(expressions) else {
            throw ValidationError("--expressions is \(expressions); it must lie between 1 and 1000000")
        }
        try options.checkSeeds(images: samples + expressions)
    }

    func run() throws {
        options.threads.apply()
        let trained = try checkpoint.generator()
        guard trained.configuration.conditioning == nil else {
            throw CommandError(
                "\(checkpoint.path) holds a model that is told of classes; this is measured on one without")
        }
        let space = try space.space(of: trained, label: nil, path: checkpoint.path)
        let images = try options.load(
            data,
            format: ImageFormat(
                size: trained.configuration.size, channels: trained.configuration.channels,
                fit: trained.header.training.data.fit))
        let withoutAttribute = try classesWithout(of: images.classNames)
        let classifier = try options.classifier(of: images, beside: checkpoint.path)
        let result = Result(
            try measure(space) { made in
                classifier.classes(of: made).map { !withoutAttribute.contains($0) }
            }, classifier)
        print(options.json ? try encodedResult(result) : result.text())
    }

    private func measure(
        _ space: LatentSpace, _ hasAttribute: (Tensor) -> [Bool]
    ) throws -> ArithmeticAgreement {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let total = ArithmeticAgreement.imageCount(samples: samples, expressions: expressions)
        return try ArithmeticAgreement(
            seeds: options.seeds(0..<samples), freshSeeds: options.seeds(samples..<samples + expressions),
            in: space, seed: options.seed, hasAttribute: hasAttribute
        ) { done in line.show("Making and classifying images", done, of: total, since: start) }
    }

    /// Indices of the classes without the attribute.
    private func classesWithout(of names: [String]) throws -> Set<Int> {
        let chosen = try without.split(separator: ",").map { name in
            guard let index = names.firstIndex(of: String(name)) else {
                throw CommandError(
                    "\(data) has no class \"\(name)\"; classes are \(names.joined(separator: ", "))")
            }
            return index
        }
        guard !chosen.isEmpty, Set(chosen).count < names.count else {
            throw CommandError(
                "--without \(without): name some of the classes \(names.joined(separator: ", ")), but not all"
            )
        }
        return Set(chosen)
    }

    private struct Result: Encodable {
        struct Step: Encodable {
            /// In standard deviations of the latents.
            let deviations: Int
            let share: Double
        }

        let samples: ArithmeticAgreement.Tally
        let results: ArithmeticAgreement.Tally
        let clearResults: ArithmeticAgreement.Tally
        let moved: [Step]
        /// Samples that were moved.
        let movedSamples: Int
        let classifier: ClassifierRecord

        init(_ agreement: ArithmeticAgreement, _ classifier: ImageClassifier) {
            samples = agreement.samples
            (results, clearResults) = (agreement.results, agreement.clearResults)
            moved = zip(ArithmeticAgreement.steps, agreement.moved).map {
                Step(deviations: $0, share: $1.share)
            }
            movedSamples = agreement.moved[0].count
            self.classifier = ClassifierRecord(classifier)
        }

        func text() -> String {
            func line(_ tally: ArithmeticAgreement.Tally) -> String {
                "\(percent(tally.share)) of \(tally.count)"
            }
            let shares = moved.map { "\(percent($0.share)) at \($0.deviations)" }
            return """
                With the attribute:
                Samples  \(line(samples))
                Results  \(line(results)); \(line(clearResults)) whose means show what their samples do
                Moved    of \(movedSamples) samples without it, along its direction by deviations:
                         \(shares.joined(separator: ", "))
                """
        }
    }
}
