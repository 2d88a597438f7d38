import Datasets
import Networks
import Tensors

/// The settings that a family of networks is made from which translate images.
package protocol TranslationFamily: Codable, Hashable, Sendable {
    /// Width and height of the images that are trained on, in pixels.
    var size: Int { get set }
    /// 1 gray or labels, 3 color, 4 color and transparency.
    var inputChannels: Int { get }
    var outputChannels: Int { get }
    /// What the pixels of the images that come in are labeled with; nil where these are images as others.
    var labels: LabelSet? { get }
    /// Whether it learns from pairs, or from two sets of images that need not belong together.
    static var isPaired: Bool { get }
    /// What width and height of an image must be a multiple of.
    var sideMultiple: Int { get }
    /// The least width and height that can be translated and judged.
    var leastSide: Int { get }
    /// Trained scalars in all networks, known without making one.
    var parameterCount: Int { get }
    /// Of the parts of a step's report that are not the game's, by name.
    var partNames: [String] { get }
    /// Objective, optimizers, batch and cropping.
    var published: PublishedTraining { get }
    /// What it can play for.
    var objectives: [Objective] { get }
    /// The largest side that images may be brought to before parts are cut out.
    var largestCrop: Int { get }
    /// What is minimized and judged in words, a line for each part.
    func gameDescription(_ objective: Objective) -> [String]

    /// Throws if no networks can be made from these settings, or only absurdly large ones.
    func validate() throws(ConfigurationError)
    /// - Throws: where they depend on a file that cannot be used.
    func makeNetworks(
        from source: inout ParameterSource
    ) throws(ConfigurationError) -> any TranslationNetworks
}

/// How a family was trained when it was published.
package struct PublishedTraining {
    let objective: Objective
    let generatorOptimizer: OptimizerConfiguration
    let discriminatorOptimizer: OptimizerConfiguration
    let batchSize: Int
    let cropFrom: Int
}

/// A family whose discriminators judge patches.
package protocol PatchJudgedFamily: TranslationFamily {
    var inputChannels: Int { get set }
    var outputChannels: Int { get set }
    /// Strided layers of the discriminators, 0 to 5: see `PatchGANDiscriminator`.
    var patchLayers: Int { get set }
}

/// Which way images are translated.
public enum TranslationDirection: String, Codable, CaseIterable, Sendable {
    case a2b, b2a
}

/// The networks of a family, and how they learn.
package protocol TranslationNetworks: AnyObject {
    /// All of them, as a checkpoint names them.
    var networks: [(name: String, network: any Module)] { get }
    /// Names of the networks that each optimizer moves, the generators' first.
    var players: [(name: String, networks: [String])] { get }
    /// Takes a step of every network.
    func learn(_ turn: TranslationTurn) throws(TrainingError)
    /// Images that discriminators are shown again, by name.
    var pools: [(name: String, pool: ImagePool)] { get }
    func pair(_ direction: TranslationDirection) -> TranslatingPair
}

/// A network that translates, and the one that judges what it makes.
package struct TranslatingPair {
    let generator: any Layer
    /// Nil where patches are not judged.
    let judge: PatchGANDiscriminator?
    /// Whether the judge sees the input beside the output.
    let judgesPairs: Bool
    /// How the generator is run that is used as it was trained.
    var mode = ForwardContext.Mode.training
    /// Tells the style of an image of the second kind, where the generator takes one.
    var encoder: StyleEncoder?

    /// The style of an image of the second kind, where there are styles: the likeliest.
    ///
    /// - Shapes: `[1, size, size, channels]` to `[1, styleSize]`.
    func style(of image: Tensor) -> Tensor? { encoder.map { $0(image, .inference).mean } }

    /// - Parameter style: nil for none, or a drawn one.
    func output(of input: Tensor, style: Tensor?, _ context: ForwardContext) -> Tensor {
        guard let style, let generator = generator as? any StyledLayer else {
            return generator(input, context)
        }
        return generator(input, style: style, context)
    }
}

/// A network that makes of the same input one thing or another, as a style says.
protocol StyledLayer: Layer {
    /// - Parameter style: `[n, styleSize]`, where the network takes one.
    func callAsFunction(_ input: Tensor, style: Tensor?, _ context: ForwardContext) -> Tensor
}

/// A family with its settings.
public enum TranslationArchitecture: Hashable, Sendable {
    case pix2pix(Pix2Pix)
    case cycleGAN(CycleGAN)
    case superResolution(SuperResolution)
    case spade(SPADE)

    package var family: any TranslationFamily {
        switch self {
        case .pix2pix(let family): family
        case .cycleGAN(let family): family
        case .superResolution(let family): family
        case .spade(let family): family
        }
    }

    /// Of the label maps that come in; nil where images do.
    public var labels: LabelSet? { family.labels }

    /// As in `--model`.
    public var name: String {
        switch self {
        case .pix2pix: "pix2pix"
        case .cycleGAN: "cyclegan"
        case .superResolution(let family): family.game == nil ? "srresnet" : "srgan"
        case .spade: "spade"
        }
    }

    public static let names = ["pix2pix", "cyclegan", "spade", "srresnet", "srgan"]
}

extension TranslationArchitecture: Codable {
    private enum Key: String, CodingKey { case model }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(String.self, forKey: .model)
        switch name {
        case "pix2pix": self = .pix2pix(try Pix2Pix(from: decoder))
        case "cyclegan": self = .cycleGAN(try CycleGAN(from: decoder))
        case "spade": self = .spade(try SPADE(from: decoder))
        case "srresnet", "srgan": self = .superResolution(try SuperResolution(from: decoder))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .model, in: container,
                debugDescription: Architecture.names.contains(name)
                    ? "its model \"\(name)\" makes images out of nothing; use gan sample"
                    : "the model \"\(name)\" is not known to this version; known are "
                        + TranslationArchitecture.names.joined(separator: ", "))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .model)
        try family.encode(to: encoder)
    }
}

/// What most families share.
extension TranslationFamily {
    package var labels: LabelSet? { nil }
    package var objectives: [Objective] { [.nonSaturating, .leastSquares] }
    package var largestCrop: Int { 2 * size }

    /// As 286 is to 256 (Isola et al. 2017, appendix 6.2), which later work took over.
    package var publishedCrop: Int { (size * 286 + 128) / 256 }

    func checkChannels(width: Int) throws(ConfigurationError) {
        for channels in [inputChannels, outputChannels] where ![1, 3, 4].contains(channels) {
            throw ConfigurationError(
                "channels is \(channels); it must be 1 (gray), 3 (color) or 4 (color and transparency)")
        }
        try ConfigurationError.check("width", width, in: 1...512)
    }
}

extension PatchJudgedFamily {
    /// Adam's settings, batch and cropping of Isola et al. 2017, appendix 6.2, and Zhu et al. 2017, section 4 and
    /// appendix 7.1.
    func published(playingFor objective: Objective) -> PublishedTraining {
        let adam = OptimizerConfiguration.adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8)
        return PublishedTraining(
            objective: objective, generatorOptimizer: adam, discriminatorOptimizer: adam, batchSize: 1,
            cropFrom: publishedCrop)
    }

    func judgeDescription(_ objective: Objective) -> [String] {
        let field = PatchGANDiscriminator.receptiveField(layers: patchLayers)
        return [
            "objective \(objective.rawValue)", "discriminator judges patches of \(field)x\(field) pixels",
        ]
    }

    func checkChannelsAndPatches(width: Int) throws(ConfigurationError) {
        try checkChannels(width: width)
        try ConfigurationError.check("patch-layers", patchLayers, in: 0...5)
        guard PatchGANDiscriminator.scores(along: size, layers: patchLayers) >= 1 else {
            throw ConfigurationError(
                "patch-layers is \(patchLayers), which leaves nothing of images of \(size) pixels; make it "
                    + "smaller")
        }
    }
}
