import Networks
import Tensors

/// Small fully connected networks for points of one or two coordinates: toys that show what images hide.
///
/// A point is an image of one pixel with a channel for each coordinate, so that everything that trains
/// on images trains on points.
public struct PointGAN: LatentModelConfiguration, WidthConfigurable, DepthConfigurable {
    /// The model's name in commands and checkpoints.
    public static let name = "points"
    /// The model with its paper, in one line.
    public static let summary =
        "Small fully connected networks for points of the line or the plane: `gan toy`."
    /// The data that the model learns from.
    public static let data = DataRequirement.points

    /// Coordinates of a point.
    public var dimensions: Int
    /// Numbers in a latent.
    public var latentSize: Int
    /// Units of each of the hidden layers in either network.
    public var width: Int
    /// Hidden layers in either network.
    public var depth: Int
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions
    /// Points have no classes.
    public var conditioning: Conditioning? {
        get { nil }
        set { require(newValue == nil, "points have no classes to be told of") }
    }

    /// The default settings, unless said otherwise.
    public init(
        dimensions: Int = 2, latentSize: Int = 2, width: Int = 128, depth: Int = 2,
        discriminator: DiscriminatorOptions = DiscriminatorOptions(normalization: .none)
    ) {
        (self.dimensions, self.latentSize) = (dimensions, latentSize)
        (self.width, self.depth) = (width, depth)
        self.discriminator = discriminator
    }

    /// The settings that suit some data.
    public init(suiting data: DataTraits) { self.init(dimensions: data.channels) }

    /// One pixel: a point is an image of one.
    public var size: ImageSize {
        get { 1 }
        set { require(newValue == 1, "a point is an image of one pixel") }
    }
    /// The coordinates of a point.
    public var channels: Int {
        get { dimensions }
        set { dimensions = newValue }
    }

    /// As DCGAN's, with a learning rate that suits such small networks.
    public var recipe: Recipe {
        Recipe(
            generatorOptimizer: .adam(learningRate: 2e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8),
            batchSize: 256, movingAverage: MovingAverage(halfLifeInImages: 100_000))
    }

    /// A hundredth of what penalties on images have.
    public func strength(of regularizer: Regularizer.Kind) -> Double { 0.1 }

    /// What was published for points or else was found to serve: Adam 0.002, or RMSProp 0.0005 with clipping; R1 in
    /// every step, and no normalization.
    public func adapt(
        _ recipe: inout Recipe, discriminator: inout DiscriminatorOptions, from preset: Preset
    ) {
        if preset == .r1 {
            recipe.generatorOptimizer = .adam(learningRate: 0, beta1: 0, beta2: 0.9, epsilon: 1e-8)
        }
        if case .adam = recipe.generatorOptimizer {
            recipe.generatorOptimizer.learningRate = 2e-3
        } else {
            recipe.generatorOptimizer.learningRate = 5e-4
        }
        recipe.discriminatorOptimizer = recipe.generatorOptimizer
        recipe.regularizationInterval = 1
        discriminator.normalization = .none
    }

    /// The networks with their losses.
    public func makeModel(from source: inout ParameterSource) -> any Model { PointModel(self, from: &source) }

    /// The model in words.
    public var description: String { "\(name), \(dimensions) coordinates, latent \(latentSize)" }

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try ConfigurationError.check("dimensions", dimensions, in: 1...2)
        try ConfigurationError.check("latentSize", latentSize, in: 1...4096)
        try ConfigurationError.check("width", width, in: 1...4096)
        try ConfigurationError.check("depth", depth, in: 1...16)
        try discriminator.validate()
        try ConfigurationError.check(
            "normalization", discriminator.normalization.rawValue, oneOf: ["none", "batch", "layer"],
            for: "the discriminator of points has")
    }

    /// The generator.
    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        PointGenerator(self, from: &source)
    }

    /// The discriminator.
    public func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator {
        PointDiscriminator(self, from: &source)
    }
}

/// - Shapes: latents `[n, latentSize]` to points `[n, 1, 1, dimensions]`.
final class PointGenerator: Layer {
    let main: Sequential

    init(_ configuration: PointGAN, from source: inout ParameterSource) {
        var layers: [any Layer] = []
        var features = configuration.latentSize
        for _ in 0..<configuration.depth {
            layers += [
                Linear(inputFeatures: features, outputFeatures: configuration.width, from: &source), ReLU(),
            ]
            features = configuration.width
        }
        layers.append(
            Linear(inputFeatures: features, outputFeatures: configuration.dimensions, from: &source))
        main = Sequential(layers)
    }

    func callAsFunction(_ latents: Tensor, _ context: ForwardContext) -> Tensor {
        let points = main(latents, context)
        return points.reshaped([points.shape[0], 1, 1, points.shape[1]])
    }
}

/// - Shapes: points `[n, 1, 1, dimensions]` to scores `[n / pack]`.
final class PointDiscriminator: Discriminator {
    let main: Sequential
    private let pack: Int

    init(_ configuration: PointGAN, from source: inout ParameterSource) {
        let options = configuration.discriminator
        pack = options.pack
        func linear(_ inputs: Int, _ outputs: Int, _ source: inout ParameterSource) -> Linear {
            Linear(
                inputFeatures: inputs, outputFeatures: outputs, spectrallyNormalized: options.spectral,
                from: &source)
        }
        var layers: [any Layer] = []
        var features = options.pack * configuration.dimensions
        for stage in 0..<configuration.depth {
            layers.append(linear(features, configuration.width, &source))
            if stage > 0 {
                switch options.normalization {
                case .batch: layers.append(BatchNorm2d(channels: configuration.width, from: &source))
                case .layer: layers.append(LayerNorm(channels: configuration.width, from: &source))
                case .instance, .none: break
                }
            }
            layers.append(LeakyReLU(slope: 0.2))
            features = configuration.width
        }
        if options.minibatchDeviation {
            layers.append(MinibatchDeviation())
            features += 1
        }
        layers.append(linear(features, 1, &source))
        main = Sequential(layers)
    }

    func callAsFunction(_ points: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        let count = points.shape[0] / pack
        let scores = main(points.reshaped([count, points.shape.count / count]), context)
        return DiscriminatorOutput(score: scores.reshaped([count]))
    }
}
