import Networks

/// A configuration of a style-based model: a mapping network makes a style of each latent, and a synthesis
/// network with a style for each layer makes images, from 4x4 on (3x4, 4x6 and the like of images in other shapes),
/// doubling their size again and again.
public protocol StyleModelConfiguration: TileableConfiguration {
    /// Layers of the mapping network.
    var mappingDepth: Int { get set }
    /// Channels of a layer times its resolution, where the maximum allows.
    var channelBase: Int { get set }
    /// The most channels of a layer.
    var channelMaximum: Int { get set }
    /// How likely a training batch takes its styles from two latents, with a crossover at a random layer.
    var styleMixing: Double { get set }
}

extension StyleModelConfiguration {
    /// The sizes that images can have.
    public static var sizes: ImageSizes { ImageSizes(16...512, multiplesOf: 16, orSquares: [8]) }

    /// As published.
    public static var discriminator: DiscriminatorOptions {
        DiscriminatorOptions(normalization: .none, minibatchDeviation: true)
    }

    /// Resolutions from the first map to the images' size, each by the side that it has in squares from 4x4 on.
    var resolutions: [Int] { (0...size.doublings).map { 4 << $0 } }

    /// Channels at a resolution.
    func channels(at resolution: Int) -> Int { max(1, min(channelMaximum, channelBase / resolution)) }

    /// Layers that take a style: two for each resolution.
    public var layerCount: Int { 2 * resolutions.count }

    /// A discriminator's blocks are numbered from the finest resolution, so that those of a smaller or larger one have
    /// other numbers; what it sees images by belongs to their size.
    public func name(
        ofTensor name: String, in network: String, of trained: any ModelConfiguration
    ) -> String? {
        blockName(ofTensor: name, in: network, of: trained)
    }

    func blockName(
        ofTensor name: String, in network: String, of trained: any ModelConfiguration
    ) -> String? {
        guard network == "discriminator", let trained = trained as? any StyleModelConfiguration,
            trained.resolutions.count != resolutions.count
        else { return name }
        var parts = name.split(separator: ".").map(String.init)
        if parts[0] == "from_pixels" { return nil }
        guard parts[0] == "blocks", let block = Int(parts[1]) else { return name }
        let place = block + trained.resolutions.count - resolutions.count
        parts[1] = "\(place)"
        return place < 0 ? nil : parts.joined(separator: ".")
    }

    /// As `r1` with gamma 10 was published, but for images below 100x100 their pixels / 1000: at 32x32, a gamma of 0.1 or
    /// of 0.0002 size^2 / batch (Karras et al. 2020, "Training generative adversarial networks with limited data")
    /// left the discriminator far ahead on avatars, 10 left it near chance, and 1 served.
    public func strength(of regularizer: Regularizer.Kind) -> Double {
        switch regularizer {
        case .r1, .r2: min(10, 1e-3 * Double(size.pixelCount))
        default: regularizer.publishedStrength
        }
    }

    /// 25 times all images, but from 160,000, after which drawn faces of 64x64 had hair, hats and eyes, to 2 million.
    public func imagesToTrain(on count: Int, _ recipe: Recipe) -> Int {
        min(max(25 * count, 160_000), 2_000_000)
    }

    /// Weights of equalized rates need no normalization; minibatch deviation stays.
    public func adapt(
        _ recipe: inout Recipe, discriminator: inout DiscriminatorOptions, from preset: Preset
    ) {
        (discriminator.normalization, discriminator.minibatchDeviation) = (.none, true)
    }

    /// Non-saturating loss and R1 every 16 steps.
    ///
    /// - Source: Karras et al. 2019, appendix C; lazy R1 Karras et al. 2020, "Analyzing and improving the image
    ///   quality of StyleGAN", section 3.1.
    func styleRecipe(learningRate: Double) -> Recipe {
        var recipe = Recipe(
            generatorOptimizer: .adam(learningRate: learningRate, beta1: 0, beta2: 0.99, epsilon: 1e-8),
            batchSize: 16, movingAverage: MovingAverage())
        recipe.regularizers = [.r1(gamma: strength(of: .r1))]
        recipe.regularizationInterval = 16
        return recipe
    }

    /// Throws if no style-based networks can be made from these settings.
    func checkStyles() throws(ConfigurationError) {
        try Self.sizes.check(size, of: "the images of style-based networks")
        try ConfigurationError.check(channels: channels)
        try ConfigurationError.check("latentSize", latentSize, in: 1...1024)
        try ConfigurationError.check("mappingDepth", mappingDepth, in: 1...16)
        try ConfigurationError.check("channelBase", channelBase, in: 16...1 << 16)
        try ConfigurationError.check("channelMaximum", channelMaximum, in: 1...1024)
        try ConfigurationError.check("styleMixing", styleMixing, in: 0...1)
        try discriminator.validate()
        guard discriminator.normalization == .none && !discriminator.spectral else {
            throw ConfigurationError(
                "normalization", discriminator.spectral ? "spectral" : discriminator.normalization.rawValue,
                """
                the discriminator of style-based networks has none, but weights of equalized rates: choose none, \
                and r1 or gradient-penalty
                """)
        }
        try conditioning?.validate()
        if let conditioning, conditioning.variant != .projection {
            throw ConfigurationError(
                "conditioning", conditioning.variant.rawValue,
                """
                style-based networks are conditioned on classes by projection: an embedding beside the latent, and \
                a score for each class
                """)
        }
    }
}
