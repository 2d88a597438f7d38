import Kernels
import Images
import Networks
import Tensors

/// The deep convolutional GAN: strided convolutions 4x4 and BatchNorm in both networks.
///
/// From 4x4 on (3x4, 4x6 and the like of images in other shapes), every doubling of the size is one layer, with
/// half the channels in the generator and twice in the discriminator. At 64x64 names, shapes and layouts of all
/// parameters equal those of PyTorch's DCGAN example.
///
/// - Source: Radford, Metz, Chintala 2015, "Unsupervised representation learning with deep convolutional
///   generative adversarial networks", section 3; initialization as there.
public struct DCGAN: LatentModelConfiguration, WidthConfigurable, TileableConfiguration {
    /// The model's name in commands and checkpoints.
    public static let name = "dcgan"
    /// The model with its paper, in one line.
    public static let summary =
        "Deep convolutional GAN: small, quick, class-conditional if you like (Radford et al. 2015)."

    /// Width and height of the images, in pixels.
    public var size: ImageSize
    /// Channels of the images: 1 gray, 3 color, 4 color and transparency.
    public var channels: Int
    /// Numbers in a latent.
    public var latentSize: Int
    /// Channels at half the images' size; they double with every halving.
    public var width: Int
    /// How the networks are conditioned on classes; nil if they are not.
    public var conditioning: Conditioning?
    /// How the discriminator is built.
    public var discriminator: DiscriminatorOptions
    /// How the generator's layers continue images past their edges; nil for zeros, as published.
    public var paddingMode: PaddingMode?

    /// The default settings, unless said otherwise.
    public init(
        size: ImageSize = 64, channels: Int = 3, latentSize: Int = 100, width: Int = 64,
        conditioning: Conditioning? = nil, discriminator: DiscriminatorOptions = DiscriminatorOptions()
    ) {
        (self.size, self.channels) = (size, channels)
        (self.latentSize, self.width) = (latentSize, width)
        (self.conditioning, self.discriminator) = (conditioning, discriminator)
    }

    /// Reads settings; those that earlier versions lacked have their defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        size = try container.decode(ImageSize.self, forKey: .size)
        channels = try container.decode(Int.self, forKey: .channels)
        latentSize = try container.decode(Int.self, forKey: .latentSize)
        width = try container.decode(Int.self, forKey: .width)
        conditioning = try container.decodeIfPresent(Conditioning.self, forKey: .conditioning)
        discriminator = try container.decode(.discriminator, default: DiscriminatorOptions())
        paddingMode = try container.decodeIfPresent(PaddingMode.self, forKey: .paddingMode)
    }

    /// The settings that suit some data: half the width for few and small images, whose trainings take minutes.
    ///
    /// With it and a learning rate of 0.0005 as many minutes are over three times as many steps, and samples were far better
    /// after three of them, on 4,000 drawn faces and 1,445 sprites (docs/training.md).
    public init(suiting data: DataTraits) {
        self.init(
            size: data.size, channels: data.channels, width: DCGAN.areFewAndSmall(data) ? 32 : 64)
    }

    /// Fewer than 10,000 images of at most 32x32.
    private static func areFewAndSmall(_ data: DataTraits) -> Bool {
        data.count < DataTraits.many && data.size.longSide <= 32
    }

    /// Adam's rate and first beta as in PyTorch's example and Radford et al. 2015, section 4; the moving average is
    /// this project's.
    public var recipe: Recipe {
        Recipe(
            generatorOptimizer: .adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8),
            batchSize: 64, movingAverage: MovingAverage())
    }

    /// Batches of 16 for fewer than 10,000 images: in the same time they make three times the steps, which count for
    /// more than the batch does in trainings of minutes. KID x 1000 on the features of random networks was 22 with 16
    /// and 30 with 64 after five minutes on one core on 1,000 photographs of hands at 64x64, and 13 and 24 on as many
    /// drawn faces.
    ///
    /// The learning rate is 0.0005 for few and small images: see `init(suiting:)`.
    public func recipe(suiting data: DataTraits) -> Recipe {
        var recipe = recipe
        if data.count < DataTraits.many { recipe.batchSize = 16 }
        if DCGAN.areFewAndSmall(data) {
            recipe.generatorOptimizer.learningRate = 5e-4
            recipe.discriminatorOptimizer.learningRate = 5e-4
        }
        return recipe
    }

    /// 25 times all images, but from 128,000 to 1,920,000 for each step of the discriminator.
    public func imagesToTrain(on count: Int, _ recipe: Recipe) -> Int {
        min(max(25 * count, 128_000), 1_920_000) * recipe.discriminatorSteps
    }

    /// The sizes that images can have.
    public static let sizes = ImageSizes(16...256, multiplesOf: 16)

    /// Throws if no networks can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try DCGAN.sizes.check(size, of: "a DCGAN's images")
        try ConfigurationError.check(channels: channels)
        try ConfigurationError.check("latentSize", latentSize, in: 1...4096)
        try ConfigurationError.check("width", width, in: 1...512)
        try discriminator.validate()
        try conditioning?.validate()
    }

    /// Channels from half the images' size down to 4x4.
    var stageChannels: [Int] { (0..<size.doublings).map { width << $0 } }

    /// The generator.
    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        DCGANGenerator(self, from: &source)
    }

    /// The discriminator.
    public func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator {
        DCGANDiscriminator(self, from: &source)
    }
}

/// The published initialization (section 4), and its counterpart for BatchNorm's scale in PyTorch's
/// example.
private let weightInitializer = Initializer.normal(deviation: 0.02)
private let scaleInitializer = Initializer.normal(mean: 1, deviation: 0.02)

/// - Shapes: latents `[n, latentSize]` to images `[n, height, width, channels]` in [-1, 1].
final class DCGANGenerator: Layer {
    let main: Sequential
    private let readsLabels: Bool
    private let isTileable: Bool

    init(_ configuration: DCGAN, from source: inout ParameterSource) {
        isTileable = configuration.isTileable
        let first = configuration.size.firstMap
        let conditioning = configuration.conditioning
        readsLabels = conditioning.map { $0.latentSize > 0 } ?? false
        var layers: [any Layer] = []
        var inputChannels = configuration.latentSize + (conditioning?.latentSize ?? 0)
        for (stage, outputChannels) in configuration.stageChannels.reversed().enumerated() {
            layers.append(
                ConvTranspose2d(
                    inputChannels: inputChannels, outputChannels: outputChannels,
                    kernelSize: stage == 0 ? first.height : 4, kernelWidth: stage == 0 ? first.width : 4,
                    stride: stage == 0 ? 1 : 2, padding: stage == 0 ? 0 : 1, hasBias: false,
                    initializer: weightInitializer, from: &source))
            if let conditioning, conditioning.variant == .projection {
                layers.append(
                    ConditionalBatchNorm2d(
                        classes: conditioning.classes.count, channels: outputChannels, from: &source))
            } else {
                layers.append(
                    BatchNorm2d(channels: outputChannels, initializer: scaleInitializer, from: &source))
            }
            layers.append(ReLU())
            inputChannels = outputChannels
        }
        layers += [
            ConvTranspose2d(
                inputChannels: inputChannels, outputChannels: configuration.channels, kernelSize: 4,
                stride: 2,
                padding: 1, hasBias: false, initializer: weightInitializer, from: &source),
            Tanh(),
        ]
        main = Sequential(layers)
    }

    func callAsFunction(_ latents: Tensor, _ context: ForwardContext) -> Tensor {
        let input = readsLabels ? Tensor.concatenated([latents, context.requiredLabels], axis: 1) : latents
        return context.paddingCircularly(isTileable) {
            main(input.reshaped([input.shape[0], 1, 1, input.shape[1]]), context)
        }
    }
}

/// - Shapes: images `[n, height, width, channels]` to scores `[n / pack]`.
final class DCGANDiscriminator: Discriminator {
    let main: Sequential
    /// What the class is guessed by, of an auxiliary classifier.
    let classifier: Conv2d?
    /// Of the classes, of a projection discriminator.
    let embedding: Linear?
    /// All but the last layer of `main`.
    private let features: Sequential
    private let last: any Layer
    private let pack: Int
    private let readsMaps: Bool

    init(_ configuration: DCGAN, from source: inout ParameterSource) {
        let options = configuration.discriminator
        pack = options.pack
        let conditioning = configuration.conditioning
        let (classes, maps) = (conditioning?.classes.count ?? 0, conditioning?.imageChannels ?? 0)
        readsMaps = maps > 0
        // Normalization brings a shift of its own.
        let hasBias = options.normalization == .none
        var layers: [any Layer] = []
        var inputChannels = options.pack * configuration.channels + maps
        for (stage, outputChannels) in configuration.stageChannels.enumerated() {
            layers.append(
                Conv2d(
                    inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: 4, stride: 2,
                    padding: 1, hasBias: hasBias, initializer: weightInitializer,
                    spectrallyNormalized: options.spectral, from: &source))
            if stage > 0 {
                switch options.normalization {
                case .batch:
                    layers.append(
                        BatchNorm2d(channels: outputChannels, initializer: scaleInitializer, from: &source))
                case .instance: layers.append(InstanceNorm2d(channels: outputChannels, from: &source))
                case .layer: layers.append(LayerNorm(channels: outputChannels, from: &source))
                case .none: break
                }
            }
            layers.append(LeakyReLU(slope: 0.2))
            inputChannels = outputChannels
        }
        let featureChannels = inputChannels
        if options.minibatchDeviation {
            layers.append(MinibatchDeviation())
            inputChannels += 1
        }
        func head(_ outputChannels: Int, _ source: inout ParameterSource) -> Conv2d {
            Conv2d(
                inputChannels: inputChannels, outputChannels: outputChannels,
                kernelSize: configuration.size.firstMap.height,
                kernelWidth: configuration.size.firstMap.width, hasBias: hasBias,
                initializer: weightInitializer, spectrallyNormalized: options.spectral,
                from: &source)
        }
        features = Sequential(layers)
        last = head(1, &source)
        main = Sequential(layers + [last])
        classifier = conditioning?.variant == .acgan ? head(classes, &source) : nil
        embedding =
            conditioning?.variant == .projection
            ? Linear(
                inputFeatures: classes, outputFeatures: featureChannels, hasBias: false,
                initializer: weightInitializer, spectrallyNormalized: options.spectral, from: &source)
            : nil
    }

    func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        let input = readsMaps ? images.withMaps(of: context.requiredLabels) : images.packed(pack)
        let features = features(input, context)
        let count = input.shape[0]
        var scores = last(features, context).reshaped([count])
        if let embedding {
            let embedded = embedding(context.requiredLabels, context)
            let pooled = features.sum(axes: [1, 2])
            scores = scores + (pooled.sliced(axis: 1, 0..<embedded.shape[1]) * embedded).sum(axes: [1])
        }
        return DiscriminatorOutput(
            score: scores,
            classLogits: classifier.map { layer in
                let logits = layer(features, context)
                return logits.reshaped([count, logits.shape[3]])
            })
    }

    func features(of images: Tensor, _ context: ForwardContext) -> Tensor? {
        // One that sees several images at once is given the same one several times.
        let input =
            readsMaps
            ? images.withMaps(of: context.requiredLabels)
            : Tensor.concatenated([Tensor](repeating: images, count: pack), axis: 3)
        return Sequential(features.layers.filter { !($0 is MinibatchDeviation) })(input, context)
    }
}

extension DCGAN: ConvolutionBenchmarked {
    /// The discriminator's convolutions, for a batch of so many images.
    public func convolutions(batch: Int) -> [ConvolutionGeometry] {
        let channels = [channels] + stageChannels
        let halvings = zip(channels, channels.dropFirst()).enumerated().map { stage, channels in
            ConvolutionGeometry(
                batch: batch, input: size.map { $0 >> stage }, inputChannels: channels.0,
                output: size.map { $0 >> (stage + 1) }, outputChannels: channels.1, kernel: 4, stride: 2,
                padding: 1)
        }
        let last = ConvolutionGeometry(
            batch: batch, input: size.firstMap, inputChannels: channels[channels.count - 1], output: 1,
            outputChannels: 1, kernel: size.firstMap, stride: 1, padding: 0)
        return halvings + [last]
    }
}
