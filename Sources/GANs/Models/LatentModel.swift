import Datasets
import Images
import Networks
import Tensors

/// A model that is sampled from latents.
public protocol LatentSampling: Model {
    var configuration: any LatentModelConfiguration { get }
    /// From latents `[n, latentSize]` to images.
    var generator: any Layer { get }
    var discriminator: any Discriminator { get }
}

/// A model of points.
public protocol PointSampling: LatentSampling {
    /// Generated points, in the distribution's own units, always of the same latents.
    ///
    /// - Returns: `[ToyDistribution.sampleCount, dimensions]` in row-major order.
    func points(of distribution: ToyDistribution, seed: UInt64) -> [Scalar]
}

extension PointSampling {
    /// The discriminator's scores at some points. Of a discriminator of several points at once, each point is shown as
    /// all of them.
    ///
    /// - Shapes: `[n, 1, 1, dimensions]` in the networks' units to `[n]`.
    /// - Differentiable: in the points.
    package func scores(at points: Tensor) -> Tensor {
        let pack = configuration.discriminator.pack
        let repeated = Tensor.concatenated([Tensor](repeating: points, count: pack), axis: 3)
            .reshaped([points.shape[0] * pack, 1, 1, points.shape[3]])
        let context = ForwardContext(
            mode: .training, statistics: .kept, differentiatesParameters: false)
        return discriminator(repeated, context).score
    }
}

/// A generator that begins with latents, and a discriminator.
open class LatentModel: LatentSampling {
    /// The settings that the networks were made from.
    public let configuration: any LatentModelConfiguration
    /// The generator, from latents to images.
    public let generator: any Layer
    /// The discriminator.
    public let discriminator: any Discriminator

    /// - Parameter source: where the first values come from.
    public init(_ configuration: some LatentModelConfiguration, from source: inout ParameterSource) {
        self.configuration = configuration
        generator = configuration.makeGenerator(from: &source)
        discriminator = configuration.makeDiscriminator(from: &source)
    }

    /// The generator and the discriminator.
    public var networks: [NamedNetwork] {
        [
            NamedNetwork("generator", generator, .generator),
            NamedNetwork("discriminator", discriminator, .discriminator),
        ]
    }

    /// One task: generated images against real ones.
    public var tasks: [AdversarialTask] {
        var task = AdversarialTask(discriminator) { [generator] context in
            // Recorded where the generator learns, so that its own phase needs no second pass.
            context.once("fake") { context.generate { generator(context.inputs, $0) } }
        }
        task.pack = configuration.discriminator.pack
        return [task]
    }

    /// The adversarial loss, and path-length regularization where the recipe has it.
    public func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let task = tasks[0]
        let phase = Phase(.generator, [Phase.Term { task.generatorLoss(of: task.fake($0), $0) }])
        guard let pathLength = recipe.pathLength, let generator = generator as? any StyleGenerator else {
            return [phase]
        }
        let penalty = Phase.Term(isPenalty: true) { pathLength.penalty(generator, $0) }
        return [phase, Phase(.generator, [penalty], interval: pathLength.interval)]
    }

    open func material(of batch: TrainingBatch, latents: inout RandomStream) -> StepMaterial {
        StepMaterial(
            inputs: .normal([batch.reals.shape[0], configuration.latentSize], from: &latents),
            reals: batch.reals, labels: configuration.oneHot(batch.labels))
    }

    /// Measures the generator's normalization statistics anew, and its mean style: averaged weights make other
    /// activations than the trained ones that the running statistics were taken from.
    ///
    /// - Source: "standing statistics", Brock et al. 2019, "Large scale GAN training", section 4.1.
    public func refreshStatistics(seed: UInt64) {
        // BatchNorm in inference mode needs mean and variance to about a percent: 512 images, each of
        // at least 16 pixels, give that.
        let (batches, batchSize) = (8, 64)
        var stream = RandomStream(seed: seed, purpose: .fixedLatents)
        for batch in 1...batches {
            let latents = Tensor.normal([batchSize, configuration.latentSize], from: &stream)
            let classes = configuration.conditioning?.classes.count ?? 1
            let labels = (0..<batchSize).map { ((batch - 1) * batchSize + $0) % classes }
            let context = ForwardContext(
                mode: .training, statistics: .averaged(batch: batch), differentiatesParameters: false,
                labels: configuration.oneHot(labels))
            if let styled = generator as? any StyleGenerator {
                // Nothing behind the mapping network has statistics.
                _ = styled.styles(of: latents, context)
            } else {
                _ = generator(latents, context)
            }
        }
    }

    /// Some examples as a batch.
    public func examples(_ indices: [Int], of set: ExampleSet) -> TrainingBatch {
        TrainingBatch(
            reals: set.reals.tensor(indices),
            labels: set.reals.labels.map { all in indices.map { all[$0] } })
    }

    /// Images on a sheet of samples: those of the seeds from 0 on.
    private static let sheetCount = 64
    private static let sheetColumns = 8

    open func sheet(_ examples: Examples) -> Image {
        let (seeds, labels) = sheetChoice
        return Image.grid(images(seeds: seeds, labels: labels), columns: LatentModel.sheetColumns)
    }

    private func images(seeds: [UInt64], labels: [Int]?) -> [Image] {
        GANs.images(
            generator, latents: latents(seeds: seeds, latentSize: configuration.latentSize),
            labels: configuration.oneHot(labels))
    }

    /// Of the images on a sheet of samples; a conditional model's have a row for each of its first classes.
    private var sheetChoice: (seeds: [UInt64], labels: [Int]?) {
        let columns = LatentModel.sheetColumns
        guard let conditioning = configuration.conditioning else {
            return (Array(0..<UInt64(LatentModel.sheetCount)), nil)
        }
        let sheet = ClassSheet(
            classes: Array(conditioning.classes.indices.prefix(2 * columns)),
            seeds: Array(0..<UInt64(columns)))
        return (sheet.seeds, sheet.labels)
    }

    /// KID, between all training images and 2,000 generated ones.
    open func measure(_ examples: Examples, into row: inout MetricsRow) {
        guard let reals = examples.realFeatures else { return }
        row.kid = reals.kernelDistance(while: examples.measuringGoesOn) { indices in
            let labels = examples.training?.reals.labels
            return images(
                seeds: indices.map(UInt64.init),
                labels: labels.map { all in reals.places(indices).map { all[$0] } })
        }
    }

    open func panels(of log: MetricsLog) -> [LinePlot.Panel] {
        let distance = log.series("KID of generated images to training images") { $0.kid?.value }
        return distance.x.count > 1 ? [LinePlot.Panel(yLabel: "KID", series: [distance])] : []
    }
}
