import Networks
import Tensors

/// Small fully connected networks for points of one or two coordinates: toys that show what images hide.
///
/// A point is an image of one pixel with a channel for each coordinate, so that everything that trains
/// on images trains on points.
public struct PointNetworks: NetworkFamily {
    /// Coordinates of a point.
    public var dimensions: Int
    public var latentSize: Int
    /// Units of each of the hidden layers in either network.
    public var width: Int
    /// Hidden layers in either network.
    public var depth: Int
    public var discriminator: DiscriminatorOptions
    /// Points have no classes.
    public var conditioning: Conditioning? {
        get { nil }
        set { require(newValue == nil, "points have no classes to be told of") }
    }

    public init(
        dimensions: Int = 2, latentSize: Int = 2, width: Int = 128, depth: Int = 2,
        discriminator: DiscriminatorOptions = DiscriminatorOptions(normalization: .none)
    ) {
        (self.dimensions, self.latentSize) = (dimensions, latentSize)
        (self.width, self.depth) = (width, depth)
        self.discriminator = discriminator
    }

    public var size: Int { 1 }
    public var channels: Int { dimensions }

    public func validate() throws(ConfigurationError) {
        try ConfigurationError.check("dimensions", dimensions, in: 1...2)
        try ConfigurationError.check("latent", latentSize, in: 1...4096)
        try ConfigurationError.check("width", width, in: 1...4096)
        try ConfigurationError.check("depth", depth, in: 1...16)
        try discriminator.validate()
    }

    public var generatorParameterCount: Int {
        let sizes = [latentSize] + Array(repeating: width, count: depth) + [dimensions]
        return zip(sizes, sizes.dropFirst()).map { ($0 + 1) * $1 }.reduce(0, +)
    }

    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        PointGenerator(self, from: &source)
    }

    public func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator {
        PointDiscriminator(self, from: &source)
    }
}

/// - Shapes: latents `[n, latentSize]` to points `[n, 1, 1, dimensions]`.
final class PointGenerator: Layer {
    let main: Sequential

    init(_ family: PointNetworks, from source: inout ParameterSource) {
        var layers: [any Layer] = []
        var features = family.latentSize
        for _ in 0..<family.depth {
            layers += [Linear(inputFeatures: features, outputFeatures: family.width, from: &source), ReLU()]
            features = family.width
        }
        layers.append(Linear(inputFeatures: features, outputFeatures: family.dimensions, from: &source))
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

    init(_ family: PointNetworks, from source: inout ParameterSource) {
        let options = family.discriminator
        pack = options.pack
        func linear(_ inputs: Int, _ outputs: Int, _ source: inout ParameterSource) -> Linear {
            Linear(
                inputFeatures: inputs, outputFeatures: outputs, spectrallyNormalized: options.spectral,
                from: &source)
        }
        var layers: [any Layer] = []
        var features = options.pack * family.dimensions
        for stage in 0..<family.depth {
            layers.append(linear(features, family.width, &source))
            if stage > 0 {
                switch options.normalization {
                case .batch: layers.append(BatchNorm2d(channels: family.width, from: &source))
                case .layer: layers.append(LayerNorm(channels: family.width, from: &source))
                case .none: break
                }
            }
            layers.append(LeakyReLU(slope: 0.2))
            features = family.width
        }
        if options.minibatchDeviation {
            layers.append(MinibatchDeviation())
            features += 1
        }
        layers.append(linear(features, 1, &source))
        main = Sequential(layers)
    }

    func callAsFunction(_ points: Tensor, _ context: ForwardContext) -> Judgement {
        let count = points.shape[0] / pack
        let scores = main(points.reshaped([count, points.shape.count / count]), context)
        return Judgement(scores: scores.reshaped([count]))
    }
}
