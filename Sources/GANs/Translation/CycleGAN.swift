import Networks
import Tensors

/// Images from images, learned from two sets that need not belong together: a generator for each
/// direction, a judge of patches for each set, and the demand that there and back gives the same image.
///
/// - Source: Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial
///   networks"; the identity loss as in section 5.2, the pool as in Shrivastava et al. 2017.
public struct CycleGAN: PatchJudgedFamily {
    /// A multiple of 4.
    public var size: Int
    public var inputChannels: Int
    public var outputChannels: Int
    /// Channels of the outermost layers of all networks.
    public var width: Int
    /// Residual blocks in each generator.
    public var blocks: Int
    public var patchLayers: Int
    /// Weight of the mean absolute difference after both ways, beside the game's 1.
    public var cycleWeight: Double
    /// Weight of the change of an image that is of the right kind already, relative to `cycleWeight`.
    public var identityWeight: Double
    /// Images that each discriminator is shown again.
    public var poolSize: Int

    public init(
        size: Int = 256, inputChannels: Int = 3, outputChannels: Int = 3, width: Int = 64, blocks: Int = 9,
        patchLayers: Int = 3, cycleWeight: Double = 10, identityWeight: Double = 0.5, poolSize: Int = 50
    ) {
        (self.size, self.inputChannels, self.outputChannels) = (size, inputChannels, outputChannels)
        (self.width, self.blocks, self.patchLayers) = (width, blocks, patchLayers)
        (self.cycleWeight, self.identityWeight) = (cycleWeight, identityWeight)
        self.poolSize = poolSize
    }

    package static let isPaired = false
    package var sideMultiple: Int { 4 }

    package var leastSide: Int { size }
    package var published: PublishedTraining { published(playingFor: .leastSquares) }
    package var partNames: [String] { ["cycle"] + (isIdentityJudged ? ["identity"] : []) }

    /// An image that is of the right kind already must fit the generator's input.
    private var isIdentityJudged: Bool { identityWeight > 0 && inputChannels == outputChannels }

    public func validate() throws(ConfigurationError) {
        guard (16...1024).contains(size), size % 4 == 0 else {
            throw ConfigurationError(
                "size is \(size); CycleGAN learns from images of 16 to 1024 pixels, a multiple of 4")
        }
        try checkChannelsAndPatches(width: width)
        try ConfigurationError.check("blocks", blocks, in: 1...32)
        try ConfigurationError.check("cycle-weight", cycleWeight, in: 0...1e6)
        try ConfigurationError.check("identity-weight", identityWeight, in: 0...1e6)
        try ConfigurationError.check("pool", poolSize, in: 0...1000)
    }

    package func gameDescription(_ objective: Objective) -> [String] {
        judgeDescription(objective) + [
            "\(cycleWeight) times the difference after both ways, \(identityWeight) of that for images of the "
                + "right kind already"
        ]
    }

    package var parameterCount: Int {
        func count(_ inputs: Int, _ outputs: Int) -> Int {
            ResNetTranslator.parameterCount(
                inputChannels: inputs, outputChannels: outputs, blocks: blocks, width: width)
                + PatchGANDiscriminator.parameterCount(
                    inputChannels: outputs, width: width, layers: patchLayers, normalization: .instance)
        }
        return count(inputChannels, outputChannels) + count(outputChannels, inputChannels)
    }

    package func makeNetworks(from source: inout ParameterSource) -> any TranslationNetworks {
        func generator(_ inputs: Int, _ outputs: Int, _ source: inout ParameterSource) -> ResNetTranslator {
            ResNetTranslator(
                inputChannels: inputs, outputChannels: outputs, blocks: blocks, width: width, from: &source)
        }
        func discriminator(_ channels: Int, _ source: inout ParameterSource) -> PatchGANDiscriminator {
            PatchGANDiscriminator(
                inputChannels: channels, width: width, layers: patchLayers, normalization: .instance,
                from: &source)
        }
        return CycleGANNetworks(
            toB: generator(inputChannels, outputChannels, &source),
            toA: generator(outputChannels, inputChannels, &source),
            judgeOfB: discriminator(outputChannels, &source), judgeOfA: discriminator(inputChannels, &source),
            cycleWeight: Scalar(cycleWeight),
            identityWeight: isIdentityJudged ? Scalar(cycleWeight * identityWeight) : 0,
            poolOfB: ImagePool(capacity: poolSize, size: size, channels: outputChannels),
            poolOfA: ImagePool(capacity: poolSize, size: size, channels: inputChannels))
    }
}

final class CycleGANNetworks: TranslationNetworks {
    private let toB, toA: ResNetTranslator
    private let judgeOfB, judgeOfA: PatchGANDiscriminator
    private let cycleWeight, identityWeight: Scalar
    private let poolOfB, poolOfA: ImagePool

    init(
        toB: ResNetTranslator, toA: ResNetTranslator, judgeOfB: PatchGANDiscriminator,
        judgeOfA: PatchGANDiscriminator, cycleWeight: Scalar, identityWeight: Scalar, poolOfB: ImagePool,
        poolOfA: ImagePool
    ) {
        (self.toB, self.toA, self.judgeOfB, self.judgeOfA) = (toB, toA, judgeOfB, judgeOfA)
        (self.cycleWeight, self.identityWeight) = (cycleWeight, identityWeight)
        (self.poolOfB, self.poolOfA) = (poolOfB, poolOfA)
    }

    var networks: [(name: String, network: any Module)] {
        [
            ("generator_a2b", toB), ("generator_b2a", toA), ("discriminator_b", judgeOfB),
            ("discriminator_a", judgeOfA),
        ]
    }

    var players: [(name: String, networks: [String])] {
        [
            ("generators", ["generator_a2b", "generator_b2a"]),
            ("discriminators", ["discriminator_b", "discriminator_a"]),
        ]
    }

    var pools: [(name: String, pool: ImagePool)] { [("pool_b", poolOfB), ("pool_a", poolOfA)] }

    func pair(_ direction: TranslationDirection) -> TranslatingPair {
        direction == .a2b
            ? TranslatingPair(generator: toB, judge: judgeOfB, judgesPairs: false)
            : TranslatingPair(generator: toA, judge: judgeOfA, judgesPairs: false)
    }

    func learn(_ turn: TranslationTurn) throws(TrainingError) {
        let (a, b) = (turn.inputs, turn.targets)
        var (fakeB, fakeA) = (a, b)
        try turn.descend(
            .generator,
            { [self] in
                let output = turn.run(toB, a)
                fakeB = output.detached
                return game(turn, output, judgeOfB) + cycle(turn, output, back: toA, to: a)
            },
            { [self] in
                let output = turn.run(toA, b)
                fakeA = output.detached
                return game(turn, output, judgeOfA) + cycle(turn, output, back: toB, to: b)
            },
            { [self] in identity(turn, toB, b) },
            { [self] in identity(turn, toA, a) })

        let shownB = poolOfB.exchange(fakeB, &turn.replay)
        let shownA = poolOfA.exchange(fakeA, &turn.replay)
        try turn.descend(
            .discriminator, { [self] in judge(turn, judgeOfB, real: b, fake: shownB) },
            { [self] in judge(turn, judgeOfA, real: a, fake: shownA) })
    }

    private func game(_ turn: TranslationTurn, _ output: Tensor, _ judge: PatchGANDiscriminator) -> Tensor {
        turn.recordGame(turn.distance(turn.run(judge, output, learning: false), fromReal: true))
    }

    private func cycle(
        _ turn: TranslationTurn, _ output: Tensor, back: ResNetTranslator, to original: Tensor
    ) -> Tensor {
        let difference = (turn.run(back, output) - original).absolute().mean()
        turn.record(difference, as: "cycle")
        return difference * cycleWeight
    }

    private func identity(
        _ turn: TranslationTurn, _ generator: ResNetTranslator, _ images: Tensor
    ) -> Tensor {
        guard identityWeight > 0 else { return Tensor(0) }
        let difference = (turn.run(generator, images) - images).absolute().mean()
        turn.record(difference, as: "identity")
        return difference * identityWeight
    }

    private func judge(
        _ turn: TranslationTurn, _ judge: PatchGANDiscriminator, real: Tensor, fake: Tensor
    ) -> Tensor {
        let (real, fake) = (turn.run(judge, real), turn.run(judge, fake))
        turn.observe(real: real, fake: fake)
        return (turn.distance(real, fromReal: true) + turn.distance(fake, fromReal: false)) * 0.5
    }
}
