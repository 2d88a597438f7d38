import Images
import Networks

/// A small GAN for few images: coarse feature maps gate fine ones (skip-layer excitation), and the discriminator
/// learns to reconstruct real images from its features (self-supervision), so that it does not memorize them.
///
/// Published for 256 to 1024 pixels. The networks for 128 and 64 pixels are those for 256 without the layers of
/// larger feature maps, which is how lightweight-gan 1.2.1 scales the same design; layers and gates of a resolution
/// are the same in networks of every size.
///
/// It differs from the published program in three things:
/// - The discriminator's second branch sees the image itself, shrunk to half of its size and at most 128 pixels, as
///   in lightweight-gan, and not a second output of the generator.
/// - Reconstructions are compared by the mean squared error, as in lightweight-gan, and not by LPIPS, whose weights
///   do not ship.
/// - The generator's step augments the generated images anew, as every model's does here.
///
/// - Source: Liu et al. 2021, "Towards faster and stabilized GAN training for high-fidelity few-shot image
///   synthesis", sections 3.1 and 3.2; layers and numbers as in the authors' program.
public struct FastGAN: LatentModelConfiguration, WidthConfigurable, TileableConfiguration {
    /// The model's name in commands and checkpoints.
    public static let name = "fastgan"
    /// The model with its paper, in one line.
    public static let summary =
        "For few images, 64 to 512 pixels: self-supervised discriminator (Liu et al. 2021)."

    /// Width and height of the images, in pixels.
    public var size: ImageSize
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    public var channels: Int
    /// Numbers in a latent.
    public var latentSize: Int
    /// Channels of the generator's feature map of 128x128, and of the discriminator's of 64x64, which the other
    /// layers follow.
    public var width: Int
    /// Nil: the model has no class-conditional networks.
    public var conditioning: Conditioning?
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions
    /// How the generator's layers continue images past their edges; nil for zeros, as published.
    public var paddingMode: PaddingMode?

    /// At 64 pixels and more, by the table in docs/training.md; of images that are not square, by their longer side.
    public static func isBest(for data: DataTraits) -> Bool {
        data.size.longSide >= 64 && data.size.shortSide >= sizes.sides.lowerBound
    }

    /// The default settings, unless said otherwise: as published, but for a width that trains on two processor
    /// cores; published is 64.
    public init(
        size: ImageSize = 64, channels: Int = 3, latentSize: Int = 256, width: Int = 16,
        discriminator: DiscriminatorOptions = DiscriminatorOptions(spectral: true)
    ) {
        (self.size, self.channels) = (size, channels)
        (self.latentSize, self.width) = (latentSize, width)
        self.discriminator = discriminator
    }

    /// The settings that suit some data: the size that suits it, or else 64x64.
    public init(suiting data: DataTraits) {
        let isSuitable = FastGAN.sizes.contains(data.size)
        self.init(
            size: isSuitable ? data.size : 64, channels: data.channels)
    }

    /// The authors' program: hinge loss with margins of 0.8 to 1, Adam (0.5, 0.999), batch 8, a moving average that
    /// keeps 0.999 of itself in each step, whose half-life is `8 log(1/2) / log 0.999` images, and differentiable
    /// augmentation of color and translation.
    public var recipe: Recipe {
        var recipe = Recipe(
            .hinge,
            generatorOptimizer: .adam(
                learningRate: learningRate, beta1: 0.5, beta2: 0.999, epsilon: 1e-8),
            batchSize: 8, movingAverage: MovingAverage(halfLifeInImages: 5_542))
        recipe.marginJitter = 0.2
        recipe.augmentation = .differentiable(policy: [.color, .translation])
        return recipe
    }

    /// 0.0002 at the published width of 64. Narrower networks need steps as much larger to change as fast (Yang et al.
    /// 2021, "Tensor programs V", table 3), but for no more than 0.0005, which was far better than 0.0002 at a width of
    /// 16, as 0.001 was, too, with odder shapes (docs/training.md).
    private var learningRate: Double { min(5e-4, 2e-4 * 64 / Double(width)) }

    /// 25 times all images, but from 160,000 to the published 400,000 (50,000 steps), for each step of the
    /// discriminator.
    public func imagesToTrain(on count: Int, _ recipe: Recipe) -> Int {
        min(max(25 * count, 160_000), 400_000) * recipe.discriminatorSteps
    }

    /// The parts of the loss besides the adversarial one, in words.
    public var lossDescription: [String] {
        ["the discriminator's reconstructions of real images: mean squared error of three decoders"]
    }

    /// The sizes that images can have.
    public static let sizes = ImageSizes(48...512, multiplesOf: 16)

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try FastGAN.sizes.check(size, of: "a FastGAN's images")
        try ConfigurationError.check(channels: channels)
        try ConfigurationError.check("latentSize", latentSize, in: 1...4096)
        try ConfigurationError.check("width", width, in: 1...256)
        try discriminator.validateSingleImages()
        if let conditioning {
            throw ConfigurationError(
                "conditioning", conditioning.variant.rawValue, "a FastGAN is not class-conditional")
        }
    }

    /// The generator.
    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        FastGANGenerator(self, from: &source)
    }

    /// The discriminator.
    public func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator {
        FastGANDiscriminator(self, from: &source)
    }

    /// The side, in squares, of the image that the discriminator's second branch sees and that its decoders make, in
    /// pixels.
    var smallSide: Int { min(128, size.doubledSide / 2) }
}
