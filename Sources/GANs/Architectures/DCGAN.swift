import Networks
import Tensors

/// The deep convolutional GAN: strided convolutions 4x4 and BatchNorm in both networks.
///
/// From 4x4 on, every doubling of the size is one layer, with half the channels in the generator and
/// twice in the discriminator. At 64x64 names, shapes and layouts of all parameters equal those of
/// PyTorch's DCGAN example.
///
/// - Source: Radford, Metz, Chintala 2015, "Unsupervised representation learning with deep convolutional
///   generative adversarial networks", section 3; initialization as there.
public struct DCGAN: NetworkFamily {
    public var size: Int
    public var channels: Int
    public var latentSize: Int
    /// Channels at half the pictures' size; they double with every halving.
    public var width: Int

    public init(size: Int = 64, channels: Int = 3, latentSize: Int = 100, width: Int = 64) {
        (self.size, self.channels) = (size, channels)
        (self.latentSize, self.width) = (latentSize, width)
    }

    public static let sizes = [16, 32, 64, 128, 256]

    public func validate() throws(ConfigurationError) {
        guard DCGAN.sizes.contains(size) else {
            throw ConfigurationError(
                "size is \(size); a DCGAN makes pictures of "
                    + DCGAN.sizes.map(String.init).joined(separator: ", ") + " pixels")
        }
        guard [1, 3, 4].contains(channels) else {
            throw ConfigurationError(
                "channels is \(channels); it must be 1 (gray), 3 (color) or 4 (color and transparency)")
        }
        try ConfigurationError.check("latent", latentSize, in: 1...4096)
        try ConfigurationError.check("width", width, in: 1...512)
    }

    /// Channels from half the pictures' size down to 4x4.
    var stageChannels: [Int] {
        var channels = [width]
        while size >> (channels.count + 1) >= 4 { channels.append(channels[channels.count - 1] * 2) }
        return channels
    }

    public var generatorParameterCount: Int {
        let stages = Array(stageChannels.reversed())
        let inputs = [latentSize] + stages
        let outputs = stages + [channels]
        // Kernels of 4x4, and a scale and a shift for each normalized channel.
        return zip(inputs, outputs).map { 16 * $0 * $1 }.reduce(0, +) + 2 * stages.reduce(0, +)
    }

    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        DCGANGenerator(self, from: &source)
    }

    public func makeDiscriminator(from source: inout ParameterSource) -> any Layer {
        DCGANDiscriminator(self, from: &source)
    }
}

/// The published initialization (section 4), and its counterpart for BatchNorm's scale in PyTorch's
/// example.
private let weightInitializer = Initializer.normal(deviation: 0.02)
private let scaleInitializer = Initializer.normal(mean: 1, deviation: 0.02)

/// - Shapes: latents `[n, latentSize]` to pictures `[n, size, size, channels]` in [-1, 1].
final class DCGANGenerator: Layer {
    let main: Sequential

    init(_ family: DCGAN, from source: inout ParameterSource) {
        var layers: [any Layer] = []
        var inputChannels = family.latentSize
        for (stage, outputChannels) in family.stageChannels.reversed().enumerated() {
            layers += [
                ConvTranspose2d(
                    inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: 4,
                    stride: stage == 0 ? 1 : 2, padding: stage == 0 ? 0 : 1, hasBias: false,
                    initializer: weightInitializer, from: &source),
                BatchNorm2d(channels: outputChannels, initializer: scaleInitializer, from: &source),
                ReLU(),
            ]
            inputChannels = outputChannels
        }
        layers += [
            ConvTranspose2d(
                inputChannels: inputChannels, outputChannels: family.channels, kernelSize: 4, stride: 2,
                padding: 1, hasBias: false, initializer: weightInitializer, from: &source),
            Tanh(),
        ]
        main = Sequential(layers)
    }

    func callAsFunction(_ latents: Tensor, _ context: ForwardContext) -> Tensor {
        main(latents.reshaped([latents.shape[0], 1, 1, latents.shape[1]]), context)
    }
}

/// - Shapes: pictures `[n, size, size, channels]` to scores `[n]`.
final class DCGANDiscriminator: Layer {
    let main: Sequential

    init(_ family: DCGAN, from source: inout ParameterSource) {
        var layers: [any Layer] = []
        var inputChannels = family.channels
        for (stage, outputChannels) in family.stageChannels.enumerated() {
            layers.append(
                Conv2d(
                    inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: 4, stride: 2,
                    padding: 1, hasBias: false, initializer: weightInitializer, from: &source))
            if stage > 0 {
                layers.append(
                    BatchNorm2d(channels: outputChannels, initializer: scaleInitializer, from: &source))
            }
            layers.append(LeakyReLU(slope: 0.2))
            inputChannels = outputChannels
        }
        layers.append(
            Conv2d(
                inputChannels: inputChannels, outputChannels: 1, kernelSize: 4, hasBias: false,
                initializer: weightInitializer, from: &source))
        main = Sequential(layers)
    }

    func callAsFunction(_ pictures: Tensor, _ context: ForwardContext) -> Tensor {
        main(pictures, context).reshaped([pictures.shape[0]])
    }
}
