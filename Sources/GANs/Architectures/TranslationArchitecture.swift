import Networks
import Tensors

/// The settings that a family of networks is made from which translate pictures.
package protocol TranslationFamily: Codable, Hashable, Sendable {
    /// Width and height of the pictures that are trained on, in pixels.
    var size: Int { get set }
    /// 1 gray, 3 color, 4 color and transparency.
    var inputChannels: Int { get set }
    var outputChannels: Int { get set }
    /// Whether it learns from pairs, or from two sets of pictures that need not belong together.
    static var isPaired: Bool { get }
    /// What width and height of a picture must be a multiple of.
    var sideMultiple: Int { get }
    /// The least width and height that can be translated and judged.
    var leastSide: Int { get }
    /// Trained scalars in all networks, known without making one.
    var parameterCount: Int { get }
    /// Of the parts of a step's report that are not the game's, by name.
    var partNames: [String] { get }

    /// Throws if no networks can be made from these settings, or only absurdly large ones.
    func validate() throws(ConfigurationError)
    func makeNetworks(from source: inout ParameterSource) -> any TranslationNetworks
}

/// A family whose discriminators judge patches.
package protocol PatchJudgedFamily: TranslationFamily {
    /// Strided layers of the discriminators, 0 to 5: see `PatchGANDiscriminator`.
    var patchLayers: Int { get set }
}

/// Which way pictures are translated.
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
    /// Pictures that discriminators are shown again, by name.
    var pools: [(name: String, pool: PicturePool)] { get }
    func pair(_ direction: TranslationDirection) -> TranslatingPair
}

/// A network that translates, and the one that judges what it makes.
package struct TranslatingPair {
    let generator: any Layer
    /// Nil where patches are not judged.
    let judge: PatchGANDiscriminator?
    /// Whether the judge sees the input beside the output.
    let judgesPairs: Bool
}

/// A family with its settings.
public enum TranslationArchitecture: Hashable, Sendable {
    case pix2pix(Pix2Pix)
    case cycleGAN(CycleGAN)
    case superResolution(SuperResolution)

    package var family: any TranslationFamily {
        switch self {
        case .pix2pix(let family): family
        case .cycleGAN(let family): family
        case .superResolution(let family): family
        }
    }

    /// As in `--model`.
    public var name: String {
        switch self {
        case .pix2pix: "pix2pix"
        case .cycleGAN: "cyclegan"
        case .superResolution(let family): family.game == nil ? "srresnet" : "srgan"
        }
    }

    public static let names = ["pix2pix", "cyclegan", "srresnet", "srgan"]
}

extension TranslationArchitecture: Codable {
    private enum Key: String, CodingKey { case model }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(String.self, forKey: .model)
        switch name {
        case "pix2pix": self = .pix2pix(try Pix2Pix(from: decoder))
        case "cyclegan": self = .cycleGAN(try CycleGAN(from: decoder))
        case "srresnet", "srgan": self = .superResolution(try SuperResolution(from: decoder))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .model, in: container,
                debugDescription: Architecture.names.contains(name)
                    ? "its model \"\(name)\" makes pictures out of nothing; use gan sample"
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

/// Checks that the families share.
extension TranslationFamily {
    func checkChannels(width: Int) throws(ConfigurationError) {
        for channels in [inputChannels, outputChannels] where ![1, 3, 4].contains(channels) {
            throw ConfigurationError(
                "channels is \(channels); it must be 1 (gray), 3 (color) or 4 (color and transparency)")
        }
        try ConfigurationError.check("width", width, in: 1...512)
    }
}

extension PatchJudgedFamily {
    func checkChannelsAndPatches(width: Int) throws(ConfigurationError) {
        try checkChannels(width: width)
        try ConfigurationError.check("patch-layers", patchLayers, in: 0...5)
        guard PatchGANDiscriminator.scores(along: size, layers: patchLayers) >= 1 else {
            throw ConfigurationError(
                "patch-layers is \(patchLayers), which leaves nothing of pictures of \(size) pixels; make it "
                    + "smaller")
        }
    }
}
