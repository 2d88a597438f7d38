import Networks

/// What style-based families have in common: a mapping network makes a style of each latent, and a synthesis
/// network with a style for each layer makes images, from 4x4 on, doubling their size again and again.
public protocol StyleFamily: NetworkFamily {
    var size: Int { get set }
    var channels: Int { get set }
    /// Also numbers in a style.
    var latentSize: Int { get set }
    /// Layers of the mapping network.
    var mappingDepth: Int { get set }
    /// Channels of a layer times its resolution, where the maximum allows.
    var channelBase: Int { get set }
    /// The most channels of a layer.
    var channelMaximum: Int { get set }
    /// How likely a training batch takes its styles from two latents, with a crossover at a random layer.
    var styleMixing: Double { get set }
}

extension StyleFamily {
    public static var sizes: [Int] { [8, 16, 32, 64, 128, 256] }

    /// As published.
    public static var discriminator: DiscriminatorOptions {
        DiscriminatorOptions(normalization: .none, minibatchDeviation: true)
    }

    /// Resolutions from 4x4 to the images' size.
    var resolutions: [Int] { Array(sequence(first: 4) { $0 < size ? 2 * $0 : nil }) }

    /// Channels at a resolution.
    func channels(at resolution: Int) -> Int { max(1, min(channelMaximum, channelBase / resolution)) }

    /// Layers that take a style: two for each resolution.
    public var layerCount: Int { 2 * resolutions.count }

    /// Trained scalars of the mapping network.
    var mappingParameterCount: Int {
        let embedding = conditioning.map { $0.classes.count * latentSize } ?? 0
        let first = (conditioning == nil ? 1 : 2) * latentSize
        return embedding + (first + (mappingDepth - 1) * latentSize + mappingDepth) * latentSize
    }

    /// Throws if no style-based networks can be made from these settings.
    func checkStyles() throws(ConfigurationError) {
        guard Self.sizes.contains(size) else {
            throw ConfigurationError(
                "size is \(size); style-based networks make images of "
                    + Self.sizes.map(String.init).joined(separator: ", ") + " pixels")
        }
        try ConfigurationError.check(channels: channels)
        try ConfigurationError.check("latent", latentSize, in: 1...1024)
        try ConfigurationError.check("mapping-depth", mappingDepth, in: 1...16)
        try ConfigurationError.check("channel-base", channelBase, in: 16...1 << 16)
        try ConfigurationError.check("channel-max", channelMaximum, in: 1...1024)
        try ConfigurationError.check("style-mixing", styleMixing, in: 0...1)
        try discriminator.validate()
        guard discriminator.normalization == .none && !discriminator.spectral else {
            throw ConfigurationError(
                """
                normalization is \
                \(discriminator.spectral ? "spectral" : discriminator.normalization.rawValue); the \
                discriminator of style-based networks has none, but weights of equalized rates: choose none, \
                and r1 or gradient-penalty
                """)
        }
        try conditioning?.validate()
        if let conditioning, conditioning.variant != .projection {
            throw ConfigurationError(
                """
                conditioning is \(conditioning.variant.rawValue); style-based networks are told of classes by \
                projection: an embedding beside the latent, and a score for each class
                """)
        }
    }
}
