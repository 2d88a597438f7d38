import ArgumentParser
import Datasets
import GANs
import Images
import Networks

/// The options of `gan train` for networks that translate images.
struct TranslationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder with images of the second kind, where the data's folder does not hold both.",
            valueName: "folder"))
    var target: String?

    @Option(help: "Which of a pair is made from the other, of pix2pix. (default: a2b)")
    var direction: TranslationDirection?

    @Option(
        help: """
            Strided layers of the discriminator; a score of it sees a square of 1, 16, 34, 70, 142 or 286 \
            pixels with 0 to 5. (default: 3)
            """)
    var patchLayers: Int?

    @Option(
        help: """
            Residual blocks of the generators of a cyclegan (default: 9; 6 up to 128 pixels), of a srresnet or \
            srgan (default: 8; published with 16, and --width 64, not 32).
            """)
    var blocks: Int?

    @Option(help: "How many times as wide and high a srresnet or srgan makes images: 2 or 4. (default: 4)")
    var scale: Int?

    @Option(
        help: ArgumentHelp(
            "The run or checkpoint of a srresnet whose generator a srgan begins with.",
            valueName: "checkpoint"))
    var from: CheckpointArgument?

    @Option(
        help: ArgumentHelp(
            """
            Weights of torchvision's VGG19, as safetensors, whose features a srgan compares instead of its \
            discriminator's: vgg19(weights="DEFAULT").state_dict() in Python. To go on, the same file is needed.
            """, valueName: "file"))
    var vgg: String?

    @Flag(
        help: """
            Give a spade styles: an encoder learns to tell that of an image, and the same label map becomes a \
            image in the style of another one, or in a drawn style. --latent is a style's length. (default: 256)
            """)
    var styleEncoder = false

    @Option(
        help: ArgumentHelp(
            """
            Width and height that images are brought to before a part of --size is cut out at random. \
            (default: 286 for each 256 of --size; for srresnet and srgan the images' own, at most 512)
            """, valueName: "size"))
    var cropFrom: Int?

    @Option(help: "Weight of pix2pix's difference from the target. (default: 100)")
    var differenceWeight: Double?

    @Option(help: "Weight of a cyclegan's difference after both ways. (default: 10)")
    var cycleWeight: Double?

    @Option(
        help: """
            Weight of a cyclegan's change of what is of the right kind already, as a share of --cycle-weight; \
            0 spares a third of the generators' passes. (default: 0.5)
            """)
    var identityWeight: Double?

    var areGiven: Bool {
        target != nil || direction != nil || patchLayers != nil || blocks != nil || cropFrom != nil
            || scale != nil || from != nil || vgg != nil || styleEncoder || differenceWeight != nil
            || cycleWeight != nil
            || identityWeight != nil
    }

    /// The training that these options ask for, with those that all models share.
    ///
    /// - Parameters:
    ///   - begun: the training of the run to go on with, if there is one.
    ///   - traits: what the data is like.
    func configuration(
        begun: TranslationConfiguration?, _ shared: TrainOptions, _ game: GameOptions,
        traits: () throws -> TranslationTraits
    ) throws -> TranslationConfiguration {
        try refuseOthers(shared, game, name: begun?.architecture.name ?? shared.model ?? "")
        var training = try begun ?? begin(shared.model ?? "", traits(), shared)
        switch training.architecture {
        case .pix2pix(var family):
            apply(shared, to: &family)
            if let width = shared.width { family.width = width }
            if let differenceWeight { family.differenceWeight = differenceWeight }
            training.architecture = .pix2pix(family)
        case .cycleGAN(var family):
            apply(shared, to: &family)
            if let width = shared.width { family.width = width }
            if let blocks { family.blocks = blocks }
            if let cycleWeight { family.cycleWeight = cycleWeight }
            if let identityWeight { family.identityWeight = identityWeight }
            training.architecture = .cycleGAN(family)
        case .superResolution(var family):
            let trained = family
            if let size = shared.size { family.size = size }
            if let channels = shared.channels { family.channels = channels }
            if let width = shared.width { family.width = width }
            if let blocks { family.blocks = blocks }
            if let scale { family.scale = scale }
            if let from, !family.hasGenerator(of: trained) {
                throw ValidationError(
                    "the generator in \(from.path) has other --scale, --blocks, --width or --channels; leave "
                        + "these out")
            }
            if begun == nil && training.cropFrom < family.size { training.cropFrom = family.size }
            training.architecture = .superResolution(family)
        case .spade(var family):
            if let size = shared.size { family.size = size }
            if let channels = shared.channels { family.outputChannels = channels }
            if let width = shared.width { family.width = width }
            if let patchLayers { family.patchLayers = patchLayers }
            if styleEncoder && family.style == nil { family.style = SPADE.Style() }
            if let latent = shared.latent {
                guard family.style != nil else {
                    throw ValidationError(
                        "--latent is a style's length; a spade has styles with --style-encoder")
                }
                family.style?.size = latent
            }
            training.architecture = .spade(family)
        }
        if let cropFrom { training.cropFrom = cropFrom }
        if let direction { training.direction = direction }
        if let batch = shared.batch { training.batchSize = batch }
        if let seed = shared.seed { training.seed = seed }
        if let fit = shared.fit { training.fit = fit }
        if let flip = shared.flip { training.flip = flip }
        if let heldOut = shared.heldOut { training.heldOut = heldOut }
        if let objective = game.objective { training.objective = objective }
        training.generatorOptimizer = try game.changed(
            training.generatorOptimizer, rate: game.generatorRate)
        training.discriminatorOptimizer = try game.changed(
            training.discriminatorOptimizer, rate: game.discriminatorRate)
        do { try training.validate() } catch { throw ValidationError("--\(error)") }
        return training
    }

    private func apply(_ shared: TrainOptions, to family: inout some PatchJudgedFamily) {
        if let size = shared.size { family.size = size }
        if let channels = shared.channels {
            (family.inputChannels, family.outputChannels) = (channels, channels)
        }
        if let patchLayers { family.patchLayers = patchLayers }
    }

    private func begin(
        _ model: String, _ traits: TranslationTraits, _ shared: TrainOptions
    ) throws -> TranslationConfiguration {
        if ["srresnet", "srgan"].contains(model) {
            let family = try superResolution(traits, isGame: model == "srgan")
            var training = TranslationConfiguration(architecture: .superResolution(family))
            training.cropFrom = max(family.size, min(traits.side, 512))
            training.heldOut = traits.heldOut
            return training
        }
        let size = shared.size ?? traits.size
        let architecture: TranslationArchitecture =
            switch model {
            case "cyclegan":
                .cycleGAN(
                    CycleGAN(
                        size: size, inputChannels: traits.inputChannels,
                        outputChannels: traits.outputChannels, blocks: size <= 128 ? 6 : 9))
            case "spade":
                // Before any data is read, any labels will do.
                .spade(
                    SPADE(
                        size: size, labels: traits.labels ?? LabelSet(names: ["any"]),
                        outputChannels: traits.outputChannels, width: shared.width ?? SPADE.defaultWidth))
            default:
                .pix2pix(
                    Pix2Pix(
                        size: size, inputChannels: traits.inputChannels,
                        outputChannels: traits.outputChannels))
            }
        var training = TranslationConfiguration(architecture: architecture)
        training.heldOut = traits.heldOut
        return training
    }

    private func superResolution(_ traits: TranslationTraits, isGame: Bool) throws -> SuperResolution {
        let size = max(32, min(96, traits.side / 16 * 16))
        var family = SuperResolution(size: size, channels: traits.inputChannels)
        if let from {
            let begun = try Upscaler(path: from.path).family
            family = begun
            family.game = nil
        }
        if isGame {
            family.game =
                try vgg.map { SuperResolution.Game(classifier: try VGG19Weights(path: $0)) }
                ?? SuperResolution.Game()
        }
        return family
    }

    /// Throws where an option is for other models.
    private func refuseOthers(_ shared: TrainOptions, _ game: GameOptions, name: String) throws {
        if let model = shared.model, model != name {
            throw ValidationError("--model is \(model), and the run is of a \(name)")
        }
        let isEnlarging = ["srresnet", "srgan"].contains(name)
        let others: [(String, Bool)] = [
            ("target", target != nil && isEnlarging), ("patch-layers", patchLayers != nil && isEnlarging),
            ("scale", scale != nil && !isEnlarging), ("from", from != nil && name != "srgan"),
            ("vgg", vgg != nil && name != "srgan"),
            ("objective", game.objective != nil && name == "srresnet"),
            ("style-encoder", styleEncoder && name != "spade"),
            ("latent", shared.latent != nil && name != "spade"), ("conditional", shared.conditional),
            ("conditioning", shared.conditioning != nil), ("half-life", shared.halfLife != nil),
            ("augment", shared.augment != nil), ("preset", game.preset != nil),
            ("regularizer", !game.regularizer.isEmpty),
            ("regularization-interval", game.regularizationInterval != nil),
            ("critic-steps", game.criticSteps != nil),
            ("discriminator-strength", game.discriminatorStrength != nil),
            ("optimizer", game.optimizer != nil), ("normalization", game.normalization != nil),
            ("minibatch-deviation", game.minibatchDeviation != nil), ("pack", game.pack != nil),
            ("label-smoothing", game.labelSmoothing != nil), ("instance-noise", game.instanceNoise != nil),
            ("blocks", blocks != nil && ["pix2pix", "spade"].contains(name)),
            ("cycle-weight", cycleWeight != nil && name != "cyclegan"),
            ("identity-weight", identityWeight != nil && name != "cyclegan"),
            ("difference-weight", differenceWeight != nil && name != "pix2pix"),
            ("direction", direction != nil && name != "pix2pix"),
            ("held-out", shared.heldOut ?? 0 > 0 && name == "cyclegan"),
        ]
        if let (option, _) = others.first(where: \.1) {
            throw ValidationError("--\(option) is not for --model \(name); leave it out")
        }
    }
}

/// What defaults of a training to translate depend on.
struct TranslationTraits {
    let size: Int
    let inputChannels: Int
    let outputChannels: Int
    /// Of label maps; nil for images.
    let labels: LabelSet?
    /// Pairs worth holding out.
    let heldOut: Int
    /// Width or height of most images, the shorter one, in pixels.
    let side: Int

    /// For checking options before any data is read.
    static let any = TranslationTraits(size: 64, inputChannels: 3, outputChannels: 3, heldOut: 0, side: 96)

    private init(size: Int, inputChannels: Int, outputChannels: Int, heldOut: Int, side: Int) {
        (self.size, self.heldOut, self.side) = (size, heldOut, side)
        (self.inputChannels, self.outputChannels) = (inputChannels, outputChannels)
        labels = nil
    }

    /// What suits images, judged by some of them.
    ///
    /// - Parameters:
    ///   - pairs: how many there are; 0 for images without partners.
    ///   - labels: nil for images.
    init(_ first: any ImageSource, _ second: any ImageSource, pairs: Int, labels: LabelSet?) {
        func summary(_ source: any ImageSource) -> DatasetSummary? {
            var sampler = BatchSampler(count: source.count, seed: 0)
            let some = (0..<min(source.count, 100)).compactMap { position in
                try? source.image(at: sampler.index(at: position))
            }
            return some.isEmpty ? nil : try? DatasetSummary(InMemoryImages(some))
        }
        let (one, other) = (summary(first), summary(second))
        // More costs minutes a hundred steps without a GPU; fewer than 32 are no U-Net's.
        size = max(32, [one, other].compactMap { $0?.suggestedSize(atMost: 128) }.min() ?? 64)
        (inputChannels, outputChannels) = (one?.suggestedChannels ?? 3, other?.suggestedChannels ?? 3)
        side = other.map { Int($0.shortSide.median) } ?? 96
        self.labels = labels
        heldOut = Dataset.suggestedHeldOut(images: pairs)
    }
}

extension TranslationDirection: ExpressibleByArgument {}
