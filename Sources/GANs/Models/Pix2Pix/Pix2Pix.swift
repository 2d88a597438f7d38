import Datasets
import Images
import Networks
import Tensors

/// Image-to-image translation learned from pairs: a U-Net against a PatchGAN that sees input and output side by
/// side, and the mean absolute difference from the target (L1).
///
/// With a style encoder what an input leaves open, such as colors of a line drawing, comes from a style: that of
/// the target in training, which the encoder tells, and one that is drawn or another image's later on. Without, such
/// images have the mean of all colors, or mottled ones.
///
/// - Source: Isola et al. 2017, "Image-to-image translation with conditional adversarial networks"; weights as
///   in section 3.3. With a style encoder cVAE-GAN, Zhu et al. 2017, "Toward multimodal image-to-image
///   translation", sections 3.2 and 3.4, with the weights of the published program; the encoder is that of
///   `SPADE`.
public struct Pix2Pix: PatchDiscriminated, StyleEncodable {
    /// The model's name in commands and checkpoints.
    public static let name = "pix2pix"
    /// The model with its paper, in one line.
    public static let summary =
        "Translates images, learned from pairs: U-Net and PatchGAN (Isola et al. 2017)."
    /// The data that the model learns from.
    public static let data = DataRequirement.pairs

    /// Width and height of the images, in pixels; multiples of 32.
    public var size: ImageSize
    /// Channels of the images that come in: 1 gray, 3 color, 4 color and transparency.
    public var inputChannels: Int
    /// Channels of the images that are made: 1 gray, 3 color, 4 color and transparency.
    public var outputChannels: Int
    /// Channels of the outermost layers of both networks.
    public var width: Int
    /// Strided layers of the discriminators, 0 to 5: see `PatchGANDiscriminator`.
    public var patchLayers: Int
    /// Weight of the L1 loss, beside 1 of the adversarial loss.
    public var l1Weight: Double
    /// Nil to make of an input the same image always.
    public var style: StyleEncoding?
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions

    /// The default settings, unless said otherwise.
    public init(
        size: ImageSize = 256, inputChannels: Int = 3, outputChannels: Int = 3, width: Int = 64,
        patchLayers: Int = 3, l1Weight: Double = 100, style: StyleEncoding? = nil,
        discriminator: DiscriminatorOptions = DiscriminatorOptions()
    ) {
        (self.size, self.inputChannels, self.outputChannels) = (size, inputChannels, outputChannels)
        (self.width, self.patchLayers, self.l1Weight) = (width, patchLayers, l1Weight)
        (self.style, self.discriminator) = (style, discriminator)
    }

    /// The settings that suit some data.
    public init(suiting data: DataTraits) {
        self.init(size: data.size, inputChannels: data.inputChannels, outputChannels: data.channels)
    }

    private enum LegacyKeys: String, CodingKey { case differenceWeight }

    /// What older files do not name has the value that was in force then, or another name.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        size = try values.decode(ImageSize.self, forKey: .size)
        inputChannels = try values.decode(Int.self, forKey: .inputChannels)
        outputChannels = try values.decode(Int.self, forKey: .outputChannels)
        width = try values.decode(Int.self, forKey: .width)
        patchLayers = try values.decode(Int.self, forKey: .patchLayers)
        let legacy = try decoder.container(keyedBy: LegacyKeys.self)
        l1Weight =
            try values.decodeIfPresent(Double.self, forKey: .l1Weight)
            ?? legacy.decode(Double.self, forKey: .differenceWeight)
        style = try values.decodeIfPresent(StyleEncoding.self, forKey: .style)
        discriminator = try values.decode(.discriminator, default: DiscriminatorOptions())
    }

    /// The sizes that images can have.
    public static let sizes = ImageSizes(32...512, multiplesOf: 32)
    /// As in the published program.
    public static let publishedStyle = StyleEncoding(size: 8, divergenceWeight: 0.01)

    /// Styles, and the weight of the L1 loss that they were published with.
    public mutating func addStyleEncoder() { (style, l1Weight) = (Pix2Pix.publishedStyle, 10) }

    /// The number that width and height of an image must be a multiple of.
    public var sideMultiple: Int { 1 << levels }
    /// The least size of an image that can be translated.
    public var leastSize: ImageSize { size }
    /// The recipe that the model was published with.
    public var recipe: Recipe { patchRecipe(style == nil ? .nonSaturating : .leastSquares) }
    /// Down to one pixel, or to as few as two sides have that are halved alike.
    private var levels: Int { min(size.width.trailingZeroBitCount, size.height.trailingZeroBitCount) }

    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] {
        [patchDescription, "L1 loss times \(l1Weight)"] + styleDescription
    }

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try Pix2Pix.sizes.check(size, of: "the images that pix2pix learns from")
        try checkPatches(width: width)
        try ConfigurationError.check("l1Weight", l1Weight, in: 0...1e6)
        try style?.validate()
    }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model {
        let generator = UNetGenerator(
            inputChannels: inputChannels, outputChannels: outputChannels, levels: levels, width: width,
            styleSize: style?.size, from: &source)
        let discriminator = PatchGANDiscriminator(
            inputChannels: inputChannels + outputChannels, width: width, layers: patchLayers,
            normalization: discriminator.normalization, spectral: discriminator.spectral ? .all : .none,
            from: &source)
        let encoder = makeStyleEncoder(initializer: translationInitializer, from: &source)
        return Pix2PixModel(
            self, StyledGenerator(generator: generator, encoder: encoder, style: style), discriminator)
    }
}
