import ArgumentParser
import Datasets
import GANs
import Images
import Networks

/// The options of `gan train` that decide what is trained. All may be left out: a new run then takes what
/// suits the data, a resumed one what it was begun with.
struct TrainOptions: ParsableArguments {
    @Option(
        help: """
            Network family: \(Architecture.names.joined(separator: ", ")); to make images of images \
            \(TranslationArchitecture.names.joined(separator: ", ")). (default: dcgan, or what --preset asks for)
            """)
    var model: String?

    @Option(
        help: """
            Width and height of the images in pixels: 16, 32, 64, 128 or 256; with styles also 8. (default: \
            what suits the images, at most 64)
            """)
    var size: Int?

    @Option(
        help: """
            1 gray, 3 color, 4 color and transparency. (default: 1 if all images are gray, or else 3)
            """)
    var channels: Int?

    @Option(
        help: """
            Images in a step. (default: 64; 16 for stylegan, stylegan2, srresnet and srgan, 4 for spade, 1 for \
            pix2pix and cyclegan)
            """)
    var batch: Int?

    @Option(
        help: "Numbers in a latent. (default: 100; 128 for stylegan and stylegan2, 256 for a spade's styles)")
    var latent: Int?

    @Option(
        help: """
            Channels of both networks of a dcgan at half the images' size, or of the outermost layers of \
            networks that translate; they double with every halving. (default: 64; 32 for spade, srresnet and \
            srgan)
            """)
    var width: Int?

    @OptionGroup var styles: StyleOptions

    @Flag(
        help: "Tell both networks of the images' classes: subfolders, or the labels of IDX and CIFAR files."
    )
    var conditional = false

    @Option(
        help: """
            How they are told; implies --conditional. (default: projection)
            """)
    var conditioning: Conditioning.Variant?

    @Option(
        help: ArgumentHelp(
            """
            Half-life of the generator's moving average, which samples are made with, in training images; \
            0 for none. (default: 10000)
            """, valueName: "images"))
    var halfLife: Double?

    @Option(
        help: ArgumentHelp(
            """
            What happens to all images before the discriminator sees them: auto (by their number and the \
            model), none, differentiable, adaptive, or some of color,translation,cutout. (default: auto)
            """, valueName: "kind"))
    var augment: AugmentChoice?

    @Option(
        help: ArgumentHelp(
            """
            Images kept from training, to choose the best checkpoint and to see memorization by. (default: \
            a tenth, at most 500)
            """, valueName: "images"))
    var heldOut: Int?

    @Option(help: "Number that everything random follows from. (default: 0)")
    var seed: UInt64?

    @Option(help: "What becomes of images that are not square: crop, pad or stretch. (default: crop)")
    var fit: FitMode?

    @Flag(inversion: .prefixedNo, help: "Mirror images at random, left to right. (default: --no-flip)")
    var flip: Bool?

    /// The training these options ask for.
    ///
    /// - Parameters:
    ///   - begun: the training of the run to go on with, if there is one.
    ///   - game: what the networks play for.
    ///   - traits: what the data is like.
    func configuration(
        begun: TrainingConfiguration?, game: GameOptions, traits: () throws -> DataTraits
    ) throws -> TrainingConfiguration {
        var training = try begun ?? begin(traits(), model: chosenModel(game))
        try checkModel(of: training.architecture, game)
        switch training.architecture {
        case .dcgan(var family):
            (family.size, family.channels) = (size ?? family.size, channels ?? family.channels)
            (family.latentSize, family.width) = (latent ?? family.latentSize, width ?? family.width)
            training.architecture = .dcgan(family)
        case .styleGAN(var family):
            apply(to: &family)
            try styles.applyGrowth(to: &family, isNew: begun == nil)
            training.architecture = .styleGAN(family)
        case .styleGAN2(var family):
            apply(to: &family)
            training.architecture = .styleGAN2(family)
        case .points: break
        }
        if let conditioning { training.architecture.family.conditioning?.variant = conditioning }
        if isConditional && training.architecture.family.conditioning == nil {
            throw ValidationError("the run was begun without --conditional")
        }
        if let batch { training.batchSize = batch }
        if begun == nil { Preset(of: training.architecture)?.apply(to: &training) }
        if let halfLife { training.movingAverage.halfLifeInImages = halfLife }
        if let seed { training.seed = seed }
        if let augmentation = augment?.augmentation { training.augmentation = augmentation }
        if let heldOut { training.heldOut = heldOut }
        if let fit { training.fit = fit }
        if let flip { training.flip = flip }
        try game.apply(to: &training)
        styles.applyPathLength(to: &training)
        let isAutomatic = begun == nil && augment?.augmentation == nil
        if isAutomatic {
            training.augmentation =
                Augmentation.suggested(
                    images: try traits().images, isOfStyles: training.architecture.isOfStyles
                ).augmentation
            // Which a critic without a border between real and fake cannot steer.
            if case .adaptive = training.augmentation, training.objective == .wasserstein {
                training.augmentation = .none
            }
        }
        do { try training.validate() } catch { throw ValidationError("--\(error)") }
        return training
    }

    private func apply(to family: inout some StyleFamily) {
        (family.size, family.channels) = (size ?? family.size, channels ?? family.channels)
        family.latentSize = latent ?? family.latentSize
        styles.apply(to: &family)
    }

    private var isConditional: Bool { conditional || conditioning != nil }

    private func chosenModel(_ game: GameOptions) throws -> String {
        if let model, !Architecture.names.contains(model) {
            throw ValidationError(
                "there is no model \"\(model)\"; models are "
                    + (Architecture.names + TranslationArchitecture.names).joined(separator: ", "))
        }
        return model ?? game.preset?.model ?? Architecture.names[0]
    }

    /// Throws where an option is for another model than the run's.
    private func checkModel(of architecture: Architecture, _ game: GameOptions) throws {
        for (option, name) in [("model", model), ("preset", game.preset?.model)] {
            if let name, name != architecture.name {
                throw ValidationError(
                    "--\(option) asks for a \(name), and the model is a \(architecture.name)")
            }
        }
        guard architecture.isOfStyles else {
            if !styles.areGiven { return }
            throw ValidationError(
                "--channel-base, --channel-max, --mapping-depth, --style-mixing, --path-length and --grow are "
                    + "for --model stylegan and stylegan2")
        }
        guard width == nil else {
            throw ValidationError("--width is for dcgan; give --channel-base and --channel-max")
        }
        if case .styleGAN2 = architecture, styles.grows {
            throw ValidationError("--grow is for --model stylegan; a stylegan2 learns all sizes at once")
        }
    }

    private func begin(_ traits: DataTraits, model: String) throws -> TrainingConfiguration {
        let (size, channels) = (traits.format.width, traits.format.channels)
        let conditioning =
            isConditional
            ? Conditioning(variant: conditioning ?? .projection, classes: traits.classNames) : nil
        if isConditional && traits.classNames.count < 2 {
            throw ValidationError(
                "--conditional needs images of two classes or more: a folder for each, or IDX or CIFAR "
                    + "files with labels")
        }
        let architecture: Architecture =
            switch model {
            case "stylegan": .styleGAN(StyleGAN(size: size, channels: channels, conditioning: conditioning))
            case "stylegan2":
                .styleGAN2(StyleGAN2(size: size, channels: channels, conditioning: conditioning))
            default: .dcgan(DCGAN(size: size, channels: channels, conditioning: conditioning))
            }
        var training = TrainingConfiguration(
            architecture: architecture, batchSize: architecture.isOfStyles ? 16 : 64)
        training.heldOut = Dataset.suggestedHeldOut(images: traits.images)
        return training
    }
}

/// What defaults depend on.
struct DataTraits {
    /// Size and channels that suit the images.
    let format: ImageFormat
    let classNames: [String]
    /// How many there are.
    let images: Int

    /// For checking options before any data is read.
    static let any = DataTraits(
        format: ImageFormat(size: 64, channels: 3), classNames: ["a", "b"], images: 10_000)
}

/// An augmentation as it is given.
struct AugmentChoice: ExpressibleByArgument {
    /// Nil to choose by the number of images.
    let augmentation: Augmentation?

    init?(argument: String) {
        if argument == "auto" {
            augmentation = nil
        } else if let named = Augmentation(name: argument) {
            augmentation = named
        } else if let policy = try? DifferentiablePolicy(argument) {
            augmentation = .differentiable(policy: policy)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] { ["auto"] + Augmentation.names }
}

extension Conditioning.Variant: ExpressibleByArgument {}

/// The options of `gan train` that decide when it ends and what it writes.
struct ScheduleOptions: ParsableArguments {
    @Option(
        help: """
            End after this many steps in all. (default: 25 times through the images, at least 2000 and at \
            most 30000 steps)
            """)
    var steps: Int?

    @Option(help: "End after every image was shown this many times.")
    var epochs: Double?

    @Option(help: "End after this many minutes of training.")
    var minutes: Double?

    @Option(
        help: ArgumentHelp(
            """
            Let both learning rates fall from this step on, to nothing at the end; not with --minutes. \
            (default: they stay)
            """, valueName: "step"))
    var decayFrom: Int?

    @Option(help: "Steps from one sheet of samples to the next. (default: 500)")
    var sampleEvery: Int?

    @Option(help: "Steps from one checkpoint to the next. (default: 1000)")
    var checkpointEvery: Int?

    func validate() throws {
        if [steps != nil, epochs != nil, minutes != nil].filter({ $0 }).count > 1 {
            throw ValidationError("give only one of --steps, --epochs and --minutes")
        }
        _ = try schedule(begun: nil, images: 1, batchSize: 1)
        if decayFrom != nil && minutes != nil {
            throw ValidationError("--decay-from needs an end in steps or epochs; leave out --minutes")
        }
        if let decayFrom, let steps, !(0..<steps).contains(decayFrom) {
            throw ValidationError("--decay-from is \(decayFrom); it must come before the end, step \(steps)")
        }
    }

    /// Sets when the learning rates fall, in a training that begins.
    func applyDecay(to training: inout TrainingConfiguration, _ schedule: Schedule, images: Int) throws {
        guard let decayFrom else { return }
        let imagesInStep = training.batchSize * training.discriminatorSteps
        guard let end = schedule.lastStep(images: images, imagesInStep: imagesInStep) else { return }
        training.learningRateDecay = LearningRateDecay(from: decayFrom, to: end)
        do { try training.validate() } catch { throw ValidationError("--\(error)") }
    }

    func schedule(begun: Schedule?, images: Int, batchSize: Int) throws -> Schedule {
        var schedule =
            begun ?? Schedule(end: Schedule.defaultEnd(images: images, batchSize: batchSize))
        if let steps { schedule.end = .steps(steps) }
        if let epochs { schedule.end = .epochs(epochs) }
        if let minutes { schedule.end = .minutes(minutes) }
        if let sampleEvery { schedule.sampleEvery = sampleEvery }
        if let checkpointEvery { schedule.checkpointEvery = checkpointEvery }
        do { try schedule.validate() } catch { throw ValidationError("--\(error)") }
        return schedule
    }
}
