import Datasets
import Images
import Networks
import Tensors

/// What a model is made from: the command line fills it, the run's folder records it, and every checkpoint holds
/// it, so that no command needs the training's options again.
public protocol ModelConfiguration: Codable, Hashable, Sendable {
    /// As in `--model`, and in a checkpoint.
    static var name: String { get }
    /// What the model does, with its paper, in one line.
    static var summary: String { get }
    /// What it learns from.
    static var data: DataRequirement { get }

    /// Whether it is the model that some data is best trained with, unless another one is asked for.
    static func isBest(for data: DataTraits) -> Bool
    /// What suits some data.
    init(suiting data: DataTraits)

    /// Takes over the settings of a trained model whose weights a training begins with, but for those that follow from
    /// the data. Changes nothing where the models have no networks in common.
    mutating func adopt(_ trained: any ModelConfiguration)
    /// The name that a network's tensor has in a trained model, whose layers may be numbered otherwise; nil where that
    /// model has no such tensor.
    func name(ofTensor name: String, in network: String, of trained: any ModelConfiguration) -> String?

    /// Width and height of the images that are trained on, in pixels.
    var size: ImageSize { get set }
    /// Channels of the images that are made: 1 gray, 3 color, 4 color and transparency.
    var outputChannels: Int { get }
    /// How the model was published to be trained.
    var recipe: Recipe { get }
    /// The same as it suits some data.
    func recipe(suiting data: DataTraits) -> Recipe
    /// The adversarial losses that it can be trained with.
    var adversarialLosses: [AdversarialLoss] { get }
    /// What an adversarial loss is multiplied by.
    func lossWeights(for loss: AdversarialLoss) -> LossWeights
    /// The strength of a regularizer in this model.
    func strength(of regularizer: Regularizer.Kind) -> Double
    /// Adapts a published recipe to these networks.
    func adapt(_ recipe: inout Recipe, discriminator: inout DiscriminatorOptions, from preset: Preset)
    /// Training images that the discriminator is shown by default.
    ///
    /// - Parameters:
    ///   - count: images in the set.
    ///   - recipe: what is trained with.
    func imagesToTrain(on count: Int, _ recipe: Recipe) -> Int
    /// The least and the greatest size that images may be brought to before a part of the size is cut out at random;
    /// nil where whole images are trained on.
    var cropSizes: (least: ImageSize, most: ImageSize)? { get }
    /// The size that images are brought to by default before a part is cut out.
    var defaultCrop: ImageSize { get }
    /// The model in words: what is made of what.
    var description: String { get }
    /// What is minimized besides the adversarial loss, in words, a line for each part.
    var lossDescription: [String] { get }

    /// Throws if no networks can be made from these settings, or only absurdly large ones.
    func validate() throws(ConfigurationError)
    /// All networks.
    func makeModel(from source: inout ParameterSource) -> any Model
}

/// What a model learns from.
public enum DataRequirement: Sendable {
    /// A folder of images, each brought to the model's size.
    case images
    /// A folder of images, of which parts of the model's size are cut out.
    case crops
    /// Pairs of images.
    case pairs
    /// Pairs of label maps and images.
    case labelMaps
    /// Two sets of images that need not belong together.
    case domains
    /// Points of a distribution.
    case points

    /// Whether what comes in has a target that it should become.
    public var hasTargets: Bool { [.pairs, .labelMaps, .crops].contains(self) }
}

extension ModelConfiguration {
    /// Never.
    public static func isBest(for data: DataTraits) -> Bool { false }
    /// All settings of the same model.
    public mutating func adopt(_ trained: any ModelConfiguration) {
        if let trained = trained as? Self { self = trained }
    }
    /// The same name.
    public func name(
        ofTensor name: String, in network: String, of trained: any ModelConfiguration
    ) -> String? { name }
    /// The published one, whatever the data.
    public func recipe(suiting data: DataTraits) -> Recipe { recipe }
    /// All of them.
    public var adversarialLosses: [AdversarialLoss] { AdversarialLoss.allCases }
    /// The published weights.
    public func lossWeights(for loss: AdversarialLoss) -> LossWeights { .published(for: loss) }
    /// The published strength.
    public func strength(of regularizer: Regularizer.Kind) -> Double { regularizer.publishedStrength }
    /// 25 times all images, as PyTorch's example of an image GAN, but from 2,000 to 30,000 steps.
    public func imagesToTrain(on count: Int, _ recipe: Recipe) -> Int {
        min(max(25 * count, 2_000 * recipe.imagesInStep), 30_000 * recipe.imagesInStep)
    }
    /// Changes nothing.
    public func adapt(
        _ recipe: inout Recipe, discriminator: inout DiscriminatorOptions, from preset: Preset
    ) {}
    /// Nil: the model learns from whole images.
    public var cropSizes: (least: ImageSize, most: ImageSize)? { nil }
    /// The least size, or the size of whole images.
    public var defaultCrop: ImageSize { cropSizes?.least ?? size }
    /// No parts besides the adversarial loss.
    public var lossDescription: [String] { [] }

    /// The model's name.
    public var name: String { Self.name }

    /// The name as sentences have it: a dcgan, an rrdb, whose first letter is spoken alone.
    public static var nameWithArticle: String {
        let begin = ["a", "e", "i", "o", "u", "rr", "sr"]
        return (begin.contains { name.hasPrefix($0) } ? "an " : "a ") + name
    }
    /// The name as sentences have it.
    public var nameWithArticle: String { Self.nameWithArticle }

    /// Trained scalars of all networks, counted without making them.
    public var parameterCount: Int {
        var source = ParameterSource.counting
        return makeModel(from: &source).parameterCount
    }
}

/// A configuration of a model with a discriminator, whose layers can be chosen.
public protocol DiscriminatorConfigurable: ModelConfiguration {
    /// How the discriminator is built.
    var discriminator: DiscriminatorOptions { get set }
}

/// A configuration of a model whose networks are as wide as a number of channels or units says.
public protocol WidthConfigurable: ModelConfiguration {
    /// Channels or units of a layer that the other layers follow.
    var width: Int { get set }
}

/// A configuration of a model whose networks have as many hidden layers as is said.
public protocol DepthConfigurable: ModelConfiguration {
    /// Hidden layers in each network.
    var depth: Int { get set }
}

/// What defaults of a model depend on.
public struct DataTraits: Sendable {
    /// Width and height that suit the images, in pixels.
    public var size: ImageSize
    /// Channels of the images that come in, of models that translate.
    public var inputChannels: Int
    /// Channels of the images that are learned.
    public var channels: Int
    /// Width or height of most images, the shorter one, in pixels.
    public var shortSide: Int
    /// Images, pairs or label maps with images.
    public var count: Int
    /// Names of the classes; empty without.
    public var classNames: [String]
    /// What the pixels of label maps mean; nil for images.
    public var labels: LabelSet?

    /// Traits of data whose inputs are like its images, unless said otherwise.
    public init(
        size: ImageSize, inputChannels: Int? = nil, channels: Int, shortSide: Int? = nil, count: Int,
        classNames: [String] = [], labels: LabelSet? = nil
    ) {
        (self.size, self.channels, self.count) = (size, channels, count)
        self.inputChannels = inputChannels ?? channels
        self.shortSide = shortSide ?? size.shortSide
        (self.classNames, self.labels) = (classNames, labels)
    }

    /// Fewer images than this are few: their models are trained in small steps.
    public static let many = 10_000

    /// For checking options before any data is read.
    public static let any = DataTraits(
        size: 64, channels: 3, shortSide: 96, count: many, classNames: ["a", "b"],
        labels: LabelSet(names: ["any"]))
}

extension KeyedDecodingContainer {
    /// A setting, or its default where an older file does not name it.
    func decode<Value: Decodable>(_ key: Key, default value: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? value
    }
}
