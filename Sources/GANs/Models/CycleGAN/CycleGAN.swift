import Images
import Networks
import Tensors

/// Unpaired image-to-image translation: a generator for each direction, a PatchGAN for each domain, and
/// cycle-consistency: there and back gives the same image.
///
/// - Source: Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial
///   networks"; the identity loss as in section 5.2, the image pool as in Shrivastava et al. 2017.
public struct CycleGAN: PatchDiscriminated, WidthConfigurable {
    /// The model's name in commands and checkpoints.
    public static let name = "cyclegan"
    /// The model with its paper, in one line.
    public static let summary =
        "Translates images both ways, learned from two sets without pairs (Zhu et al. 2017)."
    /// The data that the model learns from.
    public static let data = DataRequirement.domains

    /// Width and height of the images, in pixels; multiples of 4.
    public var size: ImageSize
    /// Channels of the images that come in: 1 gray, 3 color, 4 color and transparency.
    public var inputChannels: Int
    /// Channels of the images that are made: 1 gray, 3 color, 4 color and transparency.
    public var outputChannels: Int
    /// Channels of the outermost layers of all networks.
    public var width: Int
    /// Residual blocks in each generator.
    public var blocks: Int
    /// Strided layers of the discriminators, 0 to 5: see `PatchGANDiscriminator`.
    public var patchLayers: Int
    /// Weight of the cycle-consistency loss, beside 1 of the adversarial loss.
    public var cycleWeight: Double
    /// Weight of the identity loss, relative to `cycleWeight`.
    public var identityWeight: Double
    /// Images that each discriminator is shown again.
    public var poolSize: Int
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions

    /// The default settings, unless said otherwise.
    public init(
        size: ImageSize = 256, inputChannels: Int = 3, outputChannels: Int = 3, width: Int = 64,
        blocks: Int = 9,
        patchLayers: Int = 3, cycleWeight: Double = 10, identityWeight: Double = 0.5, poolSize: Int = 50,
        discriminator: DiscriminatorOptions = DiscriminatorOptions(normalization: .instance)
    ) {
        (self.size, self.inputChannels, self.outputChannels) = (size, inputChannels, outputChannels)
        (self.width, self.blocks, self.patchLayers) = (width, blocks, patchLayers)
        (self.cycleWeight, self.identityWeight) = (cycleWeight, identityWeight)
        (self.poolSize, self.discriminator) = (poolSize, discriminator)
    }

    /// Six blocks up to 128 pixels, as published.
    public init(suiting data: DataTraits) {
        self.init(
            size: data.size, inputChannels: data.inputChannels, outputChannels: data.channels,
            blocks: data.size.longSide <= 128 ? 6 : 9)
    }

    /// What older files do not name has the value that was in force then.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        size = try values.decode(ImageSize.self, forKey: .size)
        inputChannels = try values.decode(Int.self, forKey: .inputChannels)
        outputChannels = try values.decode(Int.self, forKey: .outputChannels)
        width = try values.decode(Int.self, forKey: .width)
        blocks = try values.decode(Int.self, forKey: .blocks)
        patchLayers = try values.decode(Int.self, forKey: .patchLayers)
        cycleWeight = try values.decode(Double.self, forKey: .cycleWeight)
        identityWeight = try values.decode(Double.self, forKey: .identityWeight)
        poolSize = try values.decode(Int.self, forKey: .poolSize)
        discriminator = try values.decode(
            .discriminator, default: DiscriminatorOptions(normalization: .instance))
    }

    /// The sizes that images can have.
    public static let sizes = ImageSizes(16...1024, multiplesOf: 4)
    /// The number that width and height of an image must be a multiple of.
    public var sideMultiple: Int { 4 }
    /// The least size of an image that can be translated.
    public var leastSize: ImageSize { size }
    /// The recipe that the model was published with.
    public var recipe: Recipe { patchRecipe(.leastSquares) }

    /// Its discriminators are instance-normalized where others have BatchNorm.
    public func adapt(
        _ recipe: inout Recipe, discriminator: inout DiscriminatorOptions, from preset: Preset
    ) {
        if discriminator.normalization != .none { discriminator.normalization = .instance }
    }

    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] {
        [
            patchDescription,
            "cycle-consistency loss times \(cycleWeight), identity loss times \(cycleWeight * identityWeight)",
        ]
    }

    /// An image that is of the right kind already must fit the generator's input.
    var hasIdentityLoss: Bool { identityWeight > 0 && inputChannels == outputChannels }

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try CycleGAN.sizes.check(size, of: "the images that CycleGAN learns from")
        try checkPatches(width: width)
        try ConfigurationError.check("blocks", blocks, in: 1...32)
        try ConfigurationError.check("cycleWeight", cycleWeight, in: 0...1e6)
        try ConfigurationError.check("identityWeight", identityWeight, in: 0...1e6)
        try ConfigurationError.check("poolSize", poolSize, in: 0...1000)
    }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        CycleGANModel(self, from: &source)
    }
}

final class CycleGANModel: TranslatingModel {
    /// A generator into a domain, with the discriminator of that domain.
    private struct Half {
        /// Of the domain that images are made for: "a" or "b".
        let domain: String
        let generator: ResNetGenerator
        let discriminator: PatchGANDiscriminator
        let pool: ImagePool
    }

    private let configuration: CycleGAN
    private let toB, toA: Half

    init(_ configuration: CycleGAN, from source: inout ParameterSource) {
        self.configuration = configuration
        let (inputs, outputs) = (configuration.inputChannels, configuration.outputChannels)
        func generator(_ inputs: Int, _ outputs: Int, _ source: inout ParameterSource) -> ResNetGenerator {
            ResNetGenerator(
                inputChannels: inputs, outputChannels: outputs, blocks: configuration.blocks,
                width: configuration.width, from: &source)
        }
        func discriminator(_ channels: Int, _ source: inout ParameterSource) -> PatchGANDiscriminator {
            PatchGANDiscriminator(
                inputChannels: channels, width: configuration.width, layers: configuration.patchLayers,
                normalization: configuration.discriminator.normalization,
                spectral: configuration.discriminator.spectral ? .all : .none, from: &source)
        }
        func pool(_ channels: Int) -> ImagePool {
            ImagePool(capacity: configuration.poolSize, size: configuration.size, channels: channels)
        }
        let generators = (generator(inputs, outputs, &source), generator(outputs, inputs, &source))
        let discriminators = (discriminator(outputs, &source), discriminator(inputs, &source))
        toB = Half(
            domain: "b", generator: generators.0, discriminator: discriminators.0, pool: pool(outputs))
        toA = Half(domain: "a", generator: generators.1, discriminator: discriminators.1, pool: pool(inputs))
    }

    var translation: any TranslationModelConfiguration { configuration }
    var generatorLearnsFirst: Bool { true }
    var partNames: [String] { ["cycle"] + (configuration.hasIdentityLoss ? ["identity"] : []) }

    var networks: [NamedNetwork] {
        [
            NamedNetwork("generator_a2b", toB.generator, .generator),
            NamedNetwork("generator_b2a", toA.generator, .generator),
            NamedNetwork("discriminator_b", toB.discriminator, .discriminator),
            NamedNetwork("discriminator_a", toA.discriminator, .discriminator),
        ]
    }

    var pools: [(name: String, pool: ImagePool)] { [("pool_b", toB.pool), ("pool_a", toA.pool)] }

    var tasks: [AdversarialTask] { [task(toB), task(toA)] }

    /// Images of a half's domain, and those that its generator translates.
    private func images(_ half: Half, _ context: StepContext) -> (own: Tensor, others: Tensor) {
        half.domain == "b" ? (context.reals, context.inputs) : (context.inputs, context.reals)
    }

    private func task(_ half: Half) -> AdversarialTask {
        var task = AdversarialTask(
            half.discriminator, real: { [self] in images(half, $0).own },
            fake: { [self] context in
                context.once("fake_" + half.domain) {
                    context.generate { half.generator(images(half, context).others, $0) }
                }
            })
        task.replayed = { fake, context in
            let made = fake.gatheredOverShards()
            let shown: Tensor
            (shown, context.replay) = Shards.once {
                var replay = context.replay
                return (half.pool.exchange(made, &replay), replay)
            }
            return shown.ownShard()
        }
        return task
    }

    func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let terms =
            [(toB, toA), (toA, toB)].map { half, other in
                Phase.Term { [self] in adversarialAndCycleLoss(half, back: other.generator, $0) }
            } + [toB, toA].map { half in Phase.Term { [self] in identityLoss(half, $0) } }
        return [Phase(.generator, terms)]
    }

    private func adversarialAndCycleLoss(
        _ half: Half, back: ResNetGenerator, _ context: StepContext
    ) -> Tensor {
        let original = images(half, context).others
        let output = context.generate { half.generator(original, $0) }
        context.keep(output.detached, as: "fake_" + half.domain)
        let adversarial = task(half).generatorLoss(of: output, context)
        let difference = (context.generate { back(output, $0) } - original).absolute().mean()
        context.record(difference, as: "cycle")
        return adversarial + difference * Scalar(configuration.cycleWeight)
    }

    private func identityLoss(_ half: Half, _ context: StepContext) -> Tensor? {
        guard configuration.hasIdentityLoss else { return nil }
        let own = images(half, context).own
        let difference = (context.generate { half.generator(own, $0) } - own).absolute().mean()
        context.record(difference, as: "identity")
        return difference * Scalar(configuration.cycleWeight * configuration.identityWeight)
    }

    func translator(_ direction: TranslationDirection) -> TranslatorNetworks {
        let half = direction == .a2b ? toB : toA
        return TranslatorNetworks(
            generator: half.generator, discriminator: half.discriminator, isConditional: false)
    }
}
