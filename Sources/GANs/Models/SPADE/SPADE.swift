import Datasets
import Images
import Networks
import Tensors

/// Images from label maps, learned from pairs: a generator with spatially-adaptive normalization by the
/// labels (SPADE), against PatchGANs at two scales that see labels and image side by side.
///
/// The generator minimizes the adversarial loss, the feature matching loss, and with a style encoder how far the
/// styles of images are from the normal distribution that styles are drawn from later on. The paper's
/// perceptual loss is left out: no weights of other networks ship.
///
/// - Source: Park et al. 2019, "Semantic image synthesis with spatially-adaptive normalization", section 3 and
///   appendix A; published with a width of 64. Feature matching as in Wang et al. 2018, "High-resolution image
///   synthesis and semantic manipulation with conditional GANs", section 3.2.
public struct SPADE: PatchLayered, StyleEncodable {
    /// The model's name in commands and checkpoints.
    public static let name = "spade"
    /// The model with its paper, in one line.
    public static let summary = "Paints label maps, in a given style if you like (Park et al. 2019)."
    /// The data that the model learns from.
    public static let data = DataRequirement.labelMaps

    /// Width and height of the images, in pixels; multiples of 16.
    public var size: ImageSize
    /// The labels of the maps, with their names and colors.
    public var labelSet: LabelSet
    /// Channels of the images that are made: 1 gray, 3 color, 4 color and transparency.
    public var outputChannels: Int
    /// Channels of the generator at full size, and of each discriminator's and the encoder's first layer.
    public var width: Int
    /// Strided layers of the discriminators: see `PatchGANDiscriminator`.
    public var patchLayers: Int
    /// Weight of the feature matching loss, beside 1 of the adversarial loss.
    public var featureWeight: Double
    /// Nil to make of a label map the same image always.
    public var style: StyleEncoding?
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions

    /// The default settings, unless said otherwise.
    public init(
        size: ImageSize = 256, labels: LabelSet, outputChannels: Int = 3, width: Int = SPADE.defaultWidth,
        patchLayers: Int = 3, featureWeight: Double = 10, style: StyleEncoding? = nil,
        discriminator: DiscriminatorOptions = SPADE.discriminator
    ) {
        (self.size, labelSet, self.outputChannels) = (size, labels, outputChannels)
        (self.width, self.patchLayers, self.featureWeight) = (width, patchLayers, featureWeight)
        (self.style, self.discriminator) = (style, discriminator)
    }

    /// The settings that suit some data.
    public init(suiting data: DataTraits) {
        self.init(
            size: data.size, labels: data.labels ?? LabelSet(names: ["any"]), outputChannels: data.channels)
    }

    /// What older files do not name has the value that was in force then.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        size = try values.decode(ImageSize.self, forKey: .size)
        labelSet = try values.decode(LabelSet.self, forKey: .labelSet)
        outputChannels = try values.decode(Int.self, forKey: .outputChannels)
        width = try values.decode(Int.self, forKey: .width)
        patchLayers = try values.decode(Int.self, forKey: .patchLayers)
        featureWeight = try values.decode(Double.self, forKey: .featureWeight)
        style = try values.decodeIfPresent(StyleEncoding.self, forKey: .style)
        discriminator = try values.decode(.discriminator, default: SPADE.discriminator)
    }

    /// For a machine without a GPU.
    public static let defaultWidth = 32
    /// The sizes that images can have.
    public static let sizes = ImageSizes(16...512, multiplesOf: 16)
    /// As published.
    public static let discriminator = DiscriminatorOptions(normalization: .instance, spectral: true)
    /// As published.
    public static let publishedStyle = StyleEncoding(size: 256, divergenceWeight: 0.05)

    /// All settings of the same model but the labels.
    public mutating func adopt(_ trained: any ModelConfiguration) {
        guard let trained = trained as? SPADE else { return }
        let labels = labelSet
        self = trained
        labelSet = labels
    }

    /// The labels of the maps that are translated.
    public var labels: LabelSet? { labelSet }
    /// One channel, of labels.
    public var inputChannels: Int { 1 }
    /// The number that width and height of an image must be a multiple of.
    public var sideMultiple: Int { SPADEPlan(size: size, width: width).sideMultiple }
    /// The least size of an image that can be translated.
    public var leastSize: ImageSize { ImageSize(sideMultiple) }

    /// As the published program has it, for every loss.
    public func lossWeights(for loss: AdversarialLoss) -> LossWeights { LossWeights() }

    /// Its discriminators keep spectral and instance normalization whatever the loss.
    public func adapt(
        _ recipe: inout Recipe, discriminator: inout DiscriminatorOptions, from preset: Preset
    ) {
        (discriminator.normalization, discriminator.spectral) = (.instance, true)
    }

    /// Adam with two time scales as in the paper's section 4, 0.0001 and 0.0004 at the published width of 64:
    /// narrower networks need steps as much larger to change as fast (Yang et al. 2021, "Tensor programs V", table
    /// 3). The batch is the least whose statistics mean something.
    public var recipe: Recipe {
        func adam(_ rate: Double) -> OptimizerConfiguration {
            .adam(learningRate: rate * 64 / Double(width), beta1: 0, beta2: 0.9, epsilon: 1e-8)
        }
        return Recipe(
            .hinge, lossWeights: lossWeights(for: .hinge), generatorOptimizer: adam(1e-4),
            discriminatorOptimizer: adam(4e-4), batchSize: 4)
    }

    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] {
        let field = PatchGANDiscriminator.receptiveField(layers: patchLayers)
        return [
            "two PatchGAN discriminators with a score for each patch of \(field)x\(field) pixels, the second at half "
                + "the size",
            "feature matching loss times \(featureWeight)",
        ] + styleDescription
    }

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try SPADE.sizes.check(size, of: "the images that spade learns from")
        guard labelSet.isValid else {
            throw ConfigurationError(
                "labels", labelSet.names.count, "there are \(labelSet.colors.count) colors")
        }
        try checkChannels(width: width)
        try ConfigurationError.check("patchLayers", patchLayers, in: 1...5)
        try ConfigurationError.check("featureWeight", featureWeight, in: 0...1e6)
        try discriminator.validatePatches()
        try style?.validate()
    }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        let generator = SPADEGenerator(
            size: size, labelChannels: labelSet.count, outputChannels: outputChannels, width: width,
            styleSize: style?.size, from: &source)
        let discriminator = MultiscaleDiscriminator(
            inputChannels: labelSet.count + outputChannels, width: width, layers: patchLayers,
            normalization: discriminator.normalization, spectral: discriminator.spectral ? .inner : .none,
            from: &source)
        let encoder = makeStyleEncoder(initializer: spadeInitializer, from: &source)
        return SPADEModel(
            self, StyledGenerator(generator: generator, encoder: encoder, style: style), discriminator)
    }
}
