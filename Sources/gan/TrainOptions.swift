import ArgumentParser
import Datasets
import GANs
import Images
import Networks

/// The options of `gan train` that decide what is trained. All may be left out: a new run then takes what
/// suits the data, a resumed one what it was begun with.
struct TrainOptions: ParsableArguments {
    @Option(help: "Network family: \(Architecture.names.joined(separator: ", ")). (default: dcgan)")
    var model: String?

    @Option(
        help: """
            Width and height of the pictures in pixels: 16, 32, 64, 128 or 256. (default: what suits the \
            pictures, at most 64)
            """)
    var size: Int?

    @Option(
        help: """
            1 gray, 3 color, 4 color and transparency. (default: 1 if all pictures are gray, or else 3)
            """)
    var channels: Int?

    @Option(help: "Pictures in a step. (default: 64)")
    var batch: Int?

    @Option(help: "Numbers in a latent. (default: 100)")
    var latent: Int?

    @Option(
        help: """
            Channels of both networks at half the pictures' size; they double with every halving. \
            (default: 64)
            """)
    var width: Int?

    @Option(help: "Learning rate of both networks. (default: 0.0002)")
    var lr: Double?

    @Option(name: .customLong("beta1"), help: "Adam's first beta, 0 to below 1. (default: 0.5)")
    var beta1: Double?

    @Option(
        help: ArgumentHelp(
            """
            Half-life of the generator's moving average, which samples are made with, in training pictures; \
            0 for none. (default: 10000)
            """, valueName: "pictures"))
    var halfLife: Double?

    @Option(help: "Number that everything random follows from. (default: 0)")
    var seed: UInt64?

    @Option(help: "What becomes of pictures that are not square: crop, pad or stretch. (default: crop)")
    var fit: FitMode?

    @Flag(inversion: .prefixedNo, help: "Mirror pictures at random, left to right. (default: --no-flip)")
    var flip: Bool?

    /// Wrong options are told before anything is read.
    func validate() throws {
        _ = try configuration(begun: nil) { PictureFormat(size: 64, channels: 3) }
    }

    /// The training these options ask for.
    ///
    /// - Parameters:
    ///   - begun: the training of the run to go on with, if there is one.
    ///   - suggested: size and channels that suit the data.
    func configuration(
        begun: TrainingConfiguration?, suggested: () throws -> PictureFormat
    ) throws -> TrainingConfiguration {
        if let model, !Architecture.names.contains(model) {
            throw ValidationError(
                "there is no model \"\(model)\"; models are \(Architecture.names.joined(separator: ", "))")
        }
        var training = try begun ?? begin(suggested: suggested)
        guard case .dcgan(var family) = training.architecture else { return training }
        if let size { family.size = size }
        if let channels { family.channels = channels }
        if let latent { family.latentSize = latent }
        if let width { family.width = width }
        training.architecture = .dcgan(family)
        if let batch { training.batchSize = batch }
        if let halfLife { training.movingAverage.halfLifeInImages = halfLife }
        if let seed { training.seed = seed }
        if let fit { training.fit = fit }
        if let flip { training.flip = flip }
        training.generatorOptimizer = changed(training.generatorOptimizer)
        training.discriminatorOptimizer = changed(training.discriminatorOptimizer)
        do { try training.validate() } catch { throw ValidationError("--\(error)") }
        return training
    }

    private func begin(suggested: () throws -> PictureFormat) throws -> TrainingConfiguration {
        var family = DCGAN()
        if size == nil || channels == nil {
            let format = try suggested()
            (family.size, family.channels) = (format.width, format.channels)
        }
        return TrainingConfiguration(architecture: .dcgan(family))
    }

    private func changed(_ optimizer: OptimizerConfiguration) -> OptimizerConfiguration {
        guard case .adam(let learningRate, let first, let second, let epsilon) = optimizer else {
            return optimizer
        }
        return .adam(learningRate: lr ?? learningRate, beta1: beta1 ?? first, beta2: second, epsilon: epsilon)
    }
}

/// The options of `gan train` that decide when it ends and what it writes.
struct ScheduleOptions: ParsableArguments {
    @Option(
        help: """
            End after this many steps in all. (default: 25 times through the pictures, at least 2000 and at \
            most 30000 steps)
            """)
    var steps: Int?

    @Option(help: "End after every picture was shown this many times.")
    var epochs: Double?

    @Option(help: "End after this many minutes of training.")
    var minutes: Double?

    @Option(help: "Steps from one sheet of samples to the next. (default: 500)")
    var sampleEvery: Int?

    @Option(help: "Steps from one checkpoint to the next. (default: 1000)")
    var checkpointEvery: Int?

    func validate() throws {
        if [steps != nil, epochs != nil, minutes != nil].filter({ $0 }).count > 1 {
            throw ValidationError("give only one of --steps, --epochs and --minutes")
        }
        _ = try schedule(begun: nil, pictures: 1, batchSize: 1)
    }

    func schedule(begun: Schedule?, pictures: Int, batchSize: Int) throws -> Schedule {
        var schedule =
            begun ?? Schedule(end: Schedule.defaultEnd(pictures: pictures, batchSize: batchSize))
        if let steps { schedule.end = .steps(steps) }
        if let epochs { schedule.end = .epochs(epochs) }
        if let minutes { schedule.end = .minutes(minutes) }
        if let sampleEvery { schedule.sampleEvery = sampleEvery }
        if let checkpointEvery { schedule.checkpointEvery = checkpointEvery }
        do { try schedule.validate() } catch { throw ValidationError("--\(error)") }
        return schedule
    }
}
