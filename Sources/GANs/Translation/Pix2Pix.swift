import Networks
import Tensors

/// Images from images, learned from pairs: a U-Net against a judge of patches that sees input and output
/// side by side, and the mean absolute difference from the target.
///
/// - Source: Isola et al. 2017, "Image-to-image translation with conditional adversarial networks"; weights as
///   in section 3.3.
public struct Pix2Pix: PatchJudgedFamily {
    /// A power of two.
    public var size: Int
    public var inputChannels: Int
    public var outputChannels: Int
    /// Channels of the outermost layers of both networks.
    public var width: Int
    public var patchLayers: Int
    /// Weight of the mean absolute difference, beside the game's 1.
    public var differenceWeight: Double

    public init(
        size: Int = 256, inputChannels: Int = 3, outputChannels: Int = 3, width: Int = 64,
        patchLayers: Int = 3, differenceWeight: Double = 100
    ) {
        (self.size, self.inputChannels, self.outputChannels) = (size, inputChannels, outputChannels)
        (self.width, self.patchLayers, self.differenceWeight) = (width, patchLayers, differenceWeight)
    }

    package static let isPaired = true
    public static let sizes = [32, 64, 128, 256, 512]
    package var sideMultiple: Int { 1 << levels }
    package var leastSide: Int { size }
    package var partNames: [String] { ["difference"] }
    package var published: PublishedTraining { published(playingFor: .nonSaturating) }
    /// Down to one pixel.
    private var levels: Int { size.trailingZeroBitCount }

    public func validate() throws(ConfigurationError) {
        guard Pix2Pix.sizes.contains(size) else {
            throw ConfigurationError(
                "size is \(size); pix2pix learns from images of "
                    + Pix2Pix.sizes.map(String.init).joined(separator: ", ") + " pixels")
        }
        try checkChannelsAndPatches(width: width)
        try ConfigurationError.check("difference-weight", differenceWeight, in: 0...1e6)
    }

    package func gameDescription(_ objective: Objective) -> [String] {
        judgeDescription(objective) + [
            "\(differenceWeight) times the mean absolute difference from the target"
        ]
    }

    package var parameterCount: Int {
        UNetGenerator.parameterCount(
            inputChannels: inputChannels, outputChannels: outputChannels, levels: levels, width: width)
            + PatchGANDiscriminator.parameterCount(
                inputChannels: inputChannels + outputChannels, width: width, layers: patchLayers,
                normalization: .batch)
    }

    package func makeNetworks(from source: inout ParameterSource) -> any TranslationNetworks {
        Pix2PixNetworks(
            UNetGenerator(
                inputChannels: inputChannels, outputChannels: outputChannels, levels: levels, width: width,
                from: &source),
            PatchGANDiscriminator(
                inputChannels: inputChannels + outputChannels, width: width, layers: patchLayers,
                from: &source),
            differenceWeight: differenceWeight)
    }
}

final class Pix2PixNetworks: TranslationNetworks {
    let generator: UNetGenerator
    let discriminator: PatchGANDiscriminator
    private let differenceWeight: Double

    init(_ generator: UNetGenerator, _ discriminator: PatchGANDiscriminator, differenceWeight: Double) {
        (self.generator, self.discriminator) = (generator, discriminator)
        self.differenceWeight = differenceWeight
    }

    var networks: [(name: String, network: any Module)] {
        [("generator", generator), ("discriminator", discriminator)]
    }

    var players: [(name: String, networks: [String])] {
        [("generator", ["generator"]), ("discriminator", ["discriminator"])]
    }

    let pools: [(name: String, pool: ImagePool)] = []

    func pair(_ direction: TranslationDirection) -> TranslatingPair {
        // The direction was chosen when the data was read.
        TranslatingPair(generator: generator, judge: discriminator, judgesPairs: true)
    }

    func learn(_ turn: TranslationTurn) throws(TrainingError) {
        let (inputs, targets) = (turn.inputs, turn.targets)
        let outputs = turn.run(generator, inputs)
        func pair(_ images: Tensor) -> Tensor { .concatenated([inputs, images], axis: 3) }

        try turn.descend(.discriminator) { [self, outputs = outputs.detached] in
            let fake = turn.run(discriminator, pair(outputs))
            let real = turn.run(discriminator, pair(targets))
            turn.observe(real: real, fake: fake)
            return (turn.distance(fake, fromReal: false) + turn.distance(real, fromReal: true)) * 0.5
        }
        try turn.descend(.generator) { [self] in
            let scores = turn.run(discriminator, pair(outputs), learning: false)
            let game = turn.distance(scores, fromReal: true)
            let difference = (outputs - targets).absolute().mean()
            turn.record(difference, as: "difference")
            return turn.recordGame(game) + difference * Scalar(differenceWeight)
        }
    }
}
