import Networks
import Tensors

/// A network that tells real images from generated ones.
public protocol Discriminator: Module {
    /// - Shapes: images `[n, height, width, channels]`, with whatever they are conditioned on in further channels.
    func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput
    /// The output with its `features`, by which images are compared.
    func withFeatures(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput
    /// The features of each image by itself, by which images are compared.
    ///
    /// - Shapes: images `[n, height, width, channels]` to `[n, ...]`; nil of one that has no such features.
    func features(of images: Tensor, _ context: ForwardContext) -> Tensor?
}

extension Discriminator {
    /// The output alone, of a discriminator without features.
    public func withFeatures(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        self(images, context)
    }

    /// Nil: most discriminators have no features of single images.
    public func features(of images: Tensor, _ context: ForwardContext) -> Tensor? { nil }
}

/// A discriminator that learns more from real images than that they are real, such as to reconstruct them, so that
/// it does not memorize few.
public protocol SelfSupervisedDiscriminator: Discriminator {
    /// Of the further loss, as steps report it.
    var supervisedLossName: String { get }
    /// The output for real images that it is about to learn from, with its `supervisedLoss`.
    ///
    /// - Shapes: images `[n, height, width, channels]`, augmented.
    func supervised(_ reals: Tensor, _ context: ForwardContext) -> DiscriminatorOutput
}

/// The output of a discriminator.
public struct DiscriminatorOutput {
    /// The higher the more real, before any squashing. One tensor for each scale of the
    /// discriminator: `[n]`, `[n / pack]` of one that sees several images at once, or `[n, h', w', 1]` with a
    /// score for each patch.
    public let scores: [Tensor]
    /// `[n, classes]`: the logits of an auxiliary classifier; nil of a discriminator without one.
    public let classLogits: Tensor?
    /// For each scale the activations of its layers but the last; empty unless computed by `withFeatures`.
    public let features: [[Tensor]]
    /// A scalar that the discriminator minimizes besides the adversarial loss; nil unless computed by `supervised`.
    public let supervisedLoss: Tensor?

    /// The scores of a discriminator of one or several scales.
    public init(
        scores: [Tensor], classLogits: Tensor? = nil, features: [[Tensor]] = [], supervisedLoss: Tensor? = nil
    ) {
        (self.scores, self.classLogits, self.features) = (scores, classLogits, features)
        self.supervisedLoss = supervisedLoss
    }

    /// The scores of a discriminator of one scale.
    public init(score: Tensor, classLogits: Tensor? = nil, features: [Tensor] = []) {
        self.init(scores: [score], classLogits: classLogits, features: features.isEmpty ? [] : [features])
    }

    /// The scores of the first scale, which is the only one of most discriminators.
    public var score: Tensor { scores[0] }

    /// The mean over the scales of something that is computed of each.
    static func mean(_ values: [Tensor]) -> Tensor {
        values.count == 1 ? values[0] : values.dropFirst().reduce(values[0], +) * (1 / Scalar(values.count))
    }

    /// For each scale and layer the mean absolute difference of two outputs' features.
    ///
    /// - Source: feature matching, Wang et al. 2018, "High-resolution image synthesis and semantic manipulation with
    ///   conditional GANs", section 3.2.
    func featureDifferences(from other: DiscriminatorOutput) -> [[Tensor]] {
        zip(features, other.features).map { own, others in
            zip(own, others).map { ($0 - $1).absolute().mean() }
        }
    }
}

/// How a discriminator is built, whatever the model.
public struct DiscriminatorOptions: Codable, Hashable, Sendable {
    /// How activations are normalized.
    public enum Normalization: String, Codable, CaseIterable, Sendable {
        /// Over the batch: Ioffe and Szegedy 2015. Not with gradients of single images.
        case batch
        /// Over each image and channel: Ulyanov et al. 2016, "Instance normalization".
        case instance
        /// Over each image: Ba et al. 2016, as in Gulrajani et al. 2017, section 4.
        case layer
        case none
    }

    /// How activations are normalized.
    public var normalization: Normalization
    /// Whether every layer's weight is divided by its largest singular value.
    ///
    /// - Source: Miyato et al. 2018, "Spectral normalization for generative adversarial networks".
    public var spectral: Bool
    /// Whether it sees how much the images of a batch differ.
    ///
    /// - Source: Karras et al. 2018, "Progressive growing of GANs", section 3.
    public var minibatchDeviation: Bool
    /// How many images it sees at once, by their channels.
    ///
    /// - Source: Lin et al. 2018, "PacGAN: the power of two samples in generative adversarial networks".
    public var pack: Int

    /// BatchNorm and nothing else, as in Radford et al. 2015, unless said otherwise.
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

    /// Throws unless a network suits them that sees each image by itself.
    func validateSingleImages() throws(ConfigurationError) {
        try ConfigurationError.check("pack", pack, in: 1...1)
        if minibatchDeviation {
            throw ConfigurationError(
                "minibatchDeviation", true, "this model's discriminator sees each image by itself")
        }
    }
}

/// How generator and discriminator are conditioned on classes.
public struct Conditioning: Codable, Hashable, Sendable {
    /// The ways to condition two networks on classes.
    public enum Variant: String, Codable, CaseIterable, Sendable {
        /// One-hot labels beside the latent, and as constant maps beside the discriminator's image.
        /// Mirza and Osindero 2014.
        case concat
        /// Class-conditional BatchNorm in the generator; the discriminator adds the product of its features
        /// with an embedding of the class. Miyato and Koyama 2018. A DCGAN has the labels of `concat`, too, unless said
        /// otherwise: see `labelsBesideLatent` and `labelsBesideImage`.
        case projection
        /// One-hot labels beside the latent; the discriminator guesses the class, too. Odena et al. 2017.
        case acgan
    }

    /// How the classes come into the networks.
    public var variant: Variant
    /// The classes' names, in the order of their labels.
    public var classes: [String]
    /// Whether generators without a mapping network have one-hot labels beside their latents. Scales and shifts of
    /// BatchNorm alone, each of which moves by no more than the learning rate in a step, learn the classes too slowly.
    public var labelsBesideLatent = true
    /// Whether the discriminator of a DCGAN with `projection` has one-hot labels as constant maps beside the image, so
    /// that its first layers see the class, too; of up to 32 classes, since each takes a channel of the image's size.
    public var labelsBesideImage: Bool

    /// The most classes that networks are told.
    static let maximumClasses = 10_000

    /// Classes by their names, in the order of their labels.
    public init(variant: Variant, classes: [String]) {
        (self.variant, self.classes) = (variant, classes)
        labelsBesideImage = classes.count <= 32
    }

    /// Reads a conditioning; projection had no labels beside latents and images in earlier versions.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        variant = try values.decode(Variant.self, forKey: .variant)
        classes = try values.decode([String].self, forKey: .classes)
        labelsBesideLatent = try values.decode(.labelsBesideLatent, default: variant != .projection)
        labelsBesideImage = try values.decode(.labelsBesideImage, default: false)
    }

    /// Numbers added to a latent.
    var latentSize: Int { labelsBesideLatent ? classes.count : 0 }
    /// Channels added to the images of a DCGAN's discriminator; an auxiliary classifier would read its answer there.
    var imageChannels: Int {
        switch variant {
        case .concat: classes.count
        case .projection: labelsBesideImage ? classes.count : 0
        case .acgan: 0
        }
    }

    func validate() throws(ConfigurationError) {
        try ConfigurationError.check("classes", classes.count, in: 2...Conditioning.maximumClasses)
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
