import Networks
import Tensors

/// A network that tells reals from fakes.
public protocol Discriminator: Module {
    /// - Shapes: images `[n, size, size, channels]`.
    func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> Judgement
    /// What it sees in each image by itself, before it judges: to compare images by.
    ///
    /// - Shapes: images `[n, size, size, channels]` to `[n, ...]`; nil of one that has no such features.
    func features(of images: Tensor, _ context: ForwardContext) -> Tensor?
}

extension Discriminator {
    public func features(of images: Tensor, _ context: ForwardContext) -> Tensor? { nil }
}

/// What a discriminator finds.
public struct Judgement {
    /// `[n]`, or `[n / pack]` of one that judges several images at once: the higher the more real. Not
    /// squashed.
    public let scores: Tensor
    /// `[n, classes]`: what class an auxiliary classifier takes each image for, not squashed.
    public let classLogits: Tensor?

    public init(scores: Tensor, classLogits: Tensor? = nil) {
        (self.scores, self.classLogits) = (scores, classLogits)
    }
}

/// What any family's discriminator can be made with.
public struct DiscriminatorOptions: Codable, Hashable, Sendable {
    /// How activations are normalized.
    public enum Normalization: String, Codable, CaseIterable, Sendable {
        /// Over the batch: Ioffe and Szegedy 2015. Not with gradients of single images.
        case batch
        /// Over each image: Ba et al. 2016, as in Gulrajani et al. 2017, section 4.
        case layer
        case none
    }

    public var normalization: Normalization
    /// Whether every layer's weight is divided by its largest singular value.
    ///
    /// - Source: Miyato et al. 2018, "Spectral normalization for generative adversarial networks".
    public var spectral: Bool
    /// Whether it sees how much the images of a batch differ.
    ///
    /// - Source: Karras et al. 2018, "Progressive growing of GANs", section 3.
    public var minibatchDeviation: Bool
    /// How many images it judges at once, by their channels.
    ///
    /// - Source: Lin et al. 2018, "PacGAN: the power of two samples in generative adversarial networks".
    public var pack: Int

    public init(
        normalization: Normalization = .batch, spectral: Bool = false, minibatchDeviation: Bool = false,
        pack: Int = 1
    ) {
        (self.normalization, self.spectral) = (normalization, spectral)
        (self.minibatchDeviation, self.pack) = (minibatchDeviation, pack)
    }

    func validate() throws(ConfigurationError) {
        try ConfigurationError.check("pack", pack, in: 1...16)
    }
}

/// How two networks are told of classes.
public struct Conditioning: Codable, Hashable, Sendable {
    public enum Variant: String, Codable, CaseIterable, Sendable {
        /// One-hot labels beside the latent, and as constant maps beside the discriminator's image.
        /// Mirza and Osindero 2014.
        case concat
        /// Class-conditional BatchNorm in the generator; the discriminator adds the product of its features
        /// with an embedding of the class. Miyato and Koyama 2018.
        case projection
        /// One-hot labels beside the latent; the discriminator guesses the class, too. Odena et al. 2017.
        case acgan
    }

    public var variant: Variant
    /// The classes' names, in the order of their labels.
    public var classes: [String]

    public init(variant: Variant, classes: [String]) {
        (self.variant, self.classes) = (variant, classes)
    }

    /// Numbers added to a latent.
    var latentSize: Int { variant == .projection ? 0 : classes.count }

    func validate() throws(ConfigurationError) {
        try ConfigurationError.check("classes", classes.count, in: 2...10_000)
    }
}

extension Tensor {
    /// Puts every `pack` successive images into one, channel beside channel.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n / pack, h, w, pack c]`.
    func packed(_ pack: Int) -> Tensor {
        if pack == 1 { return self }
        let (count, height, width, channels) = (shape[0] / pack, shape[1], shape[2], shape[3])
        return reshaped([count, pack, height, width, channels]).transposed([0, 2, 3, 1, 4])
            .reshaped([count, height, width, pack * channels])
    }

    /// One-hot labels beside each pixel.
    ///
    /// - Shapes: `[n, h, w, c]` and labels `[n, classes]` to `[n, h, w, c + classes]`.
    func withMaps(of labels: Tensor) -> Tensor {
        let (count, classes) = (labels.shape[0], labels.shape[1])
        let maps = labels.reshaped([count, 1, 1, classes])
            .broadcast(to: [shape[0], shape[1], shape[2], classes])
        return Tensor.concatenated([self, maps], axis: 3)
    }
}

extension ForwardContext {
    /// The labels of a pass through a network that needs them.
    var requiredLabels: Tensor {
        guard let labels else { fatalError("a class-conditional network was run without labels") }
        return labels
    }
}
