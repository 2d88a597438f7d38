import Networks
import Tensors

/// The settings that a family of networks is made from.
public protocol NetworkFamily: Codable, Hashable, Sendable {
    /// Numbers in a latent.
    var latentSize: Int { get }
    /// Width and height of the images, in pixels.
    var size: Int { get }
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    var channels: Int { get }
    /// How the networks are told of classes; nil if they are not.
    var conditioning: Conditioning? { get set }
    /// What the discriminator is made with.
    var discriminator: DiscriminatorOptions { get set }

    /// Trained scalars in the generator, known without making one.
    var generatorParameterCount: Int { get }

    /// Throws if no networks can be made from these settings, or only absurdly large ones.
    func validate() throws(ConfigurationError)
    /// From latents `[n, latentSize]` to images `[n, size, size, channels]` in [-1, 1].
    func makeGenerator(from source: inout ParameterSource) -> any Layer
    /// From images `[n, size, size, channels]` to a judgement of them.
    func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator
}

/// A family with its settings: the same value is filled by the command line, recorded in the run's folder
/// and held by every checkpoint, so that no command needs the training's options again.
public enum Architecture: Hashable, Sendable {
    case dcgan(DCGAN)
    case styleGAN(StyleGAN)
    case styleGAN2(StyleGAN2)
    case points(PointNetworks)

    public var family: any NetworkFamily {
        get {
            switch self {
            case .dcgan(let family): family
            case .styleGAN(let family): family
            case .styleGAN2(let family): family
            case .points(let family): family
            }
        }
        set {
            switch newValue {
            case let family as DCGAN: self = .dcgan(family)
            case let family as StyleGAN: self = .styleGAN(family)
            case let family as StyleGAN2: self = .styleGAN2(family)
            case let family as PointNetworks: self = .points(family)
            default: fatalError("\(newValue) is no family of an architecture")
            }
        }
    }

    /// As in `--model`.
    public var name: String {
        switch self {
        case .dcgan: "dcgan"
        case .styleGAN: "stylegan"
        case .styleGAN2: "stylegan2"
        case .points: "points"
        }
    }

    /// Whether a style decides each layer of its generator.
    public var isOfStyles: Bool { family is any StyleFamily }

    /// Of those that make images.
    public static let names = ["dcgan", "stylegan", "stylegan2"]
}

extension Architecture: Codable {
    private enum Key: String, CodingKey { case model }
    static let modelKey = Key.model.rawValue

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(String.self, forKey: .model)
        switch name {
        case "dcgan": self = .dcgan(try DCGAN(from: decoder))
        case "stylegan": self = .styleGAN(try StyleGAN(from: decoder))
        case "stylegan2": self = .styleGAN2(try StyleGAN2(from: decoder))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .model, in: container,
                debugDescription: TranslationArchitecture.names.contains(name)
                    ? "its model \"\(name)\" makes images of images; use gan translate"
                    : "the model \"\(name)\" is not known to this version; known are "
                        + Architecture.names.joined(separator: ", "))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .model)
        try family.encode(to: encoder)
    }
}

extension KeyedDecodingContainer {
    /// A setting, or its default where an older file does not name it.
    func decode<Value: Decodable>(_ key: Key, default value: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? value
    }
}
