import ArgumentParser
import Datasets
import GANs
import Images
import Networks

/// The options of `gan train` for networks that translate pictures.
struct TranslationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder with pictures of the second kind, where the data's folder does not hold both.",
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

    @Option(help: "Residual blocks of a cyclegan's generators. (default: 9; 6 up to 128 pixels)")
    var blocks: Int?

    @Option(
        help: ArgumentHelp(
            """
            Width and height that pictures are brought to before a part of --size is cut out at random. \
            (default: 286 for each 256 of --size)
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
            || differenceWeight != nil || cycleWeight != nil || identityWeight != nil
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
        var training = try begun ?? begin(shared.model ?? "", traits(), size: shared.size)
        try refuseOthers(shared, game, name: training.architecture.name)
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

    private func apply(_ shared: TrainOptions, to family: inout some TranslationFamily) {
        if let size = shared.size { family.size = size }
        if let channels = shared.channels {
            (family.inputChannels, family.outputChannels) = (channels, channels)
        }
        if let patchLayers { family.patchLayers = patchLayers }
    }

    private func begin(
        _ model: String, _ traits: TranslationTraits, size: Int?
    ) throws -> TranslationConfiguration {
        let size = size ?? traits.size
        let architecture: TranslationArchitecture =
            model == "cyclegan"
            ? .cycleGAN(
                CycleGAN(
                    size: size, inputChannels: traits.inputChannels, outputChannels: traits.outputChannels,
                    blocks: size <= 128 ? 6 : 9))
            : .pix2pix(
                Pix2Pix(
                    size: size, inputChannels: traits.inputChannels, outputChannels: traits.outputChannels))
        var training = TranslationConfiguration(architecture: architecture)
        training.heldOut = traits.heldOut
        return training
    }

    /// Throws where an option is for other models.
    private func refuseOthers(_ shared: TrainOptions, _ game: GameOptions, name: String) throws {
        if let model = shared.model, model != name {
            throw ValidationError("--model is \(model), and the run is of a \(name)")
        }
        let others: [(String, Bool)] = [
            ("latent", shared.latent != nil), ("conditional", shared.conditional),
            ("conditioning", shared.conditioning != nil), ("half-life", shared.halfLife != nil),
            ("augment", shared.augment != nil), ("preset", game.preset != nil),
            ("regularizer", !game.regularizer.isEmpty),
            ("regularization-interval", game.regularizationInterval != nil),
            ("critic-steps", game.criticSteps != nil),
            ("discriminator-strength", game.discriminatorStrength != nil),
            ("optimizer", game.optimizer != nil), ("normalization", game.normalization != nil),
            ("minibatch-deviation", game.minibatchDeviation != nil), ("pack", game.pack != nil),
            ("label-smoothing", game.labelSmoothing != nil), ("instance-noise", game.instanceNoise != nil),
            ("blocks", blocks != nil && name != "cyclegan"),
            ("cycle-weight", cycleWeight != nil && name != "cyclegan"),
            ("identity-weight", identityWeight != nil && name != "cyclegan"),
            ("difference-weight", differenceWeight != nil && name != "pix2pix"),
            ("direction", direction != nil && name != "pix2pix"),
            ("held-out", shared.heldOut ?? 0 > 0 && name != "pix2pix"),
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
    /// Pairs worth holding out.
    let heldOut: Int

    /// For checking options before any data is read.
    static let any = TranslationTraits(size: 64, inputChannels: 3, outputChannels: 3, heldOut: 0)

    init(size: Int, inputChannels: Int, outputChannels: Int, heldOut: Int) {
        (self.size, self.heldOut) = (size, heldOut)
        (self.inputChannels, self.outputChannels) = (inputChannels, outputChannels)
    }

    /// What suits pictures, judged by some of them.
    ///
    /// - Parameter pairs: how many there are; 0 for pictures without partners.
    init(_ first: any PictureSource, _ second: any PictureSource, pairs: Int) {
        func summary(_ source: any PictureSource) -> DatasetSummary? {
            var sampler = BatchSampler(count: source.count, seed: 0)
            let some = (0..<min(source.count, 100)).compactMap { position in
                try? source.picture(at: sampler.index(at: position))
            }
            return some.isEmpty ? nil : try? DatasetSummary(InMemoryPictures(some))
        }
        let (one, other) = (summary(first), summary(second))
        // More costs minutes a hundred steps without a GPU; fewer than 32 are no U-Net's.
        size = max(32, [one, other].compactMap { $0?.suggestedSize(atMost: 128) }.min() ?? 64)
        (inputChannels, outputChannels) = (one?.suggestedChannels ?? 3, other?.suggestedChannels ?? 3)
        heldOut = Dataset.suggestedHeldOut(pictures: pairs)
    }
}

extension TranslationDirection: ExpressibleByArgument {}
