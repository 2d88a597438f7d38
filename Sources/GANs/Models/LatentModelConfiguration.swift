import Networks
import Tensors

/// A configuration of a model that is sampled from latents: a generator makes images of them, and a discriminator
/// compares these with real ones.
public protocol LatentModelConfiguration: DiscriminatorConfigurable {
    /// Numbers in a latent.
    var latentSize: Int { get set }
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    var channels: Int { get set }
    /// How the networks are conditioned on classes; nil if they are not.
    var conditioning: Conditioning? { get set }

    /// From latents `[n, latentSize]` to images `[n, height, width, channels]` in [-1, 1].
    func makeGenerator(from source: inout ParameterSource) -> any Layer
    /// From images `[n, height, width, channels]` to scores `[n / pack]`.
    func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator
}

extension LatentModelConfiguration {
    /// The data that the model learns from.
    public static var data: DataRequirement { .images }
    /// Channels of the images.
    public var outputChannels: Int { channels }

    /// All settings of the same model but the classes.
    public mutating func adopt(_ trained: any ModelConfiguration) {
        guard let trained = trained as? Self else { return }
        let classes = conditioning
        self = trained
        conditioning = classes
    }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        LatentModel(self, from: &source)
    }

    /// The model in words.
    public var description: String {
        "\(name), \(size.dimensions), \(channels) channel\(channels == 1 ? "" : "s"), latent \(latentSize)"
    }

    /// Labels as the networks take them; nil of networks without classes.
    ///
    /// - Shapes: n labels to `[n, classes]`.
    public func oneHot(_ labels: [Int]?) -> Tensor? {
        guard let conditioning else { return nil }
        guard let labels else { fatalError("class-conditional networks need images with labels") }
        return Tensor.oneHot(labels, classes: conditioning.classes.count)
    }
}
