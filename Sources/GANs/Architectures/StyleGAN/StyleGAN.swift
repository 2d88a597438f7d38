import Networks
import Tensors

/// The style-based generator: a mapping network makes a style of each latent, and the style scales and shifts
/// every layer of a synthesis network that begins from a learned constant.
///
/// From 4x4 on, every doubling of the size is two layers of convolution, noise and a style. A layer at a
/// resolution has `min(channelMaximum, channelBase / resolution)` channels in either network. Published are a
/// base of 16384, a maximum of 512 and latents of 512; the defaults train on two processor cores.
///
/// - Source: Karras, Laine, Aila 2019, "A style-based generator architecture for generative adversarial
///   networks", section 2 and appendix C; the discriminator Karras et al. 2018, "Progressive growing of GANs",
///   appendix A.
public struct StyleGAN: NetworkFamily {
    public var size: Int
    public var channels: Int
    /// Also numbers in a style.
    public var latentSize: Int
    /// Layers of the mapping network.
    public var mappingDepth: Int
    /// Channels of a layer times its resolution, where the maximum allows.
    public var channelBase: Int
    /// The most channels of a layer.
    public var channelMaximum: Int
    /// How likely a training batch takes its styles from two latents, with a crossover at a random layer.
    public var styleMixing: Double
    /// How the networks grow; nil for all layers from the start.
    public var growth: Growth?
    public var conditioning: Conditioning?
    public var discriminator: DiscriminatorOptions

    public init(
        size: Int = 64, channels: Int = 3, latentSize: Int = 128, mappingDepth: Int = 8,
        channelBase: Int = 2048, channelMaximum: Int = 128, styleMixing: Double = 0.9,
        growth: Growth? = nil, conditioning: Conditioning? = nil,
        discriminator: DiscriminatorOptions = StyleGAN.discriminator
    ) {
        (self.size, self.channels, self.latentSize) = (size, channels, latentSize)
        (self.mappingDepth, self.styleMixing, self.growth) = (mappingDepth, styleMixing, growth)
        (self.channelBase, self.channelMaximum) = (channelBase, channelMaximum)
        (self.conditioning, self.discriminator) = (conditioning, discriminator)
    }

    public static let sizes = [8, 16, 32, 64, 128, 256]

    /// As published.
    public static let discriminator = DiscriminatorOptions(normalization: .none, minibatchDeviation: true)

    public func validate() throws(ConfigurationError) {
        guard StyleGAN.sizes.contains(size) else {
            throw ConfigurationError(
                "size is \(size); a StyleGAN makes pictures of "
                    + StyleGAN.sizes.map(String.init).joined(separator: ", ") + " pixels")
        }
        try ConfigurationError.check(channels: channels)
        try ConfigurationError.check("latent", latentSize, in: 1...1024)
        try ConfigurationError.check("mapping-depth", mappingDepth, in: 1...16)
        try ConfigurationError.check("channel-base", channelBase, in: 16...1 << 16)
        try ConfigurationError.check("channel-max", channelMaximum, in: 1...1024)
        try ConfigurationError.check("style-mixing", styleMixing, in: 0...1)
        if let growth {
            try ConfigurationError.check("grow-images", growth.phaseImages, in: 1...1_000_000_000)
        }
        try discriminator.validate()
        guard discriminator.normalization == .none && !discriminator.spectral else {
            throw ConfigurationError(
                """
                normalization is \
                \(discriminator.spectral ? "spectral" : discriminator.normalization.rawValue); a StyleGAN's \
                discriminator has none, but weights of equalized rates: choose none, and r1 or gradient-penalty
                """)
        }
        try conditioning?.validate()
        if let conditioning, conditioning.variant != .projection {
            throw ConfigurationError(
                """
                conditioning is \(conditioning.variant.rawValue); a StyleGAN is told of classes by projection: \
                an embedding beside the latent, and a score for each class
                """)
        }
    }

    /// Resolutions from 4x4 to the pictures' size.
    var resolutions: [Int] { Array(sequence(first: 4) { $0 < size ? 2 * $0 : nil }) }

    /// Channels at a resolution.
    func channels(at resolution: Int) -> Int { max(1, min(channelMaximum, channelBase / resolution)) }

    /// Layers that take a style: two for each resolution.
    public var layerCount: Int { 2 * resolutions.count }

    public var generatorParameterCount: Int {
        let embedding = conditioning.map { $0.classes.count * latentSize } ?? 0
        let first = (conditioning == nil ? 1 : 2) * latentSize
        let mapping = (first + (mappingDepth - 1) * latentSize + mappingDepth) * latentSize
        var (synthesis, inputs) = (16 * channels(at: 4), 0)
        for resolution in resolutions {
            let outputs = channels(at: resolution)
            // Convolutions, of which the constant takes the first one's place; noise, biases and styles.
            synthesis += 9 * outputs * (inputs + outputs) + 4 * outputs * (latentSize + 2)
            inputs = outputs
        }
        let colored = growth == nil ? [size] : resolutions
        return embedding + mapping + synthesis
            + colored.map { (self.channels(at: $0) + 1) * channels }.reduce(0, +)
    }

    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        StyleGANGenerator(self, from: &source)
    }

    public func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator {
        StyleGANDiscriminator(self, from: &source)
    }
}
