import Networks
import Tensors

/// The second style-based generator: styles scale the weights of convolutions, whose outputs are brought back to
/// their deviation by the weights alone; images are the sum of what every resolution draws, and the
/// discriminator's blocks are residual. Neither network grows.
///
/// From 4x4 on, every doubling of the size is two convolutions with noise; what a resolution draws takes the style
/// of the layer after it. A layer at a resolution has `min(channelMaximum, channelBase / resolution)` channels in
/// either network. Published are a base of 32768 (16384 below 512x512), a maximum of 512 and latents of 512; the
/// defaults train on two processor cores. With twice the channels and twice the images in a step, hands at 64x64
/// were after eleven minutes on two cores no clearer than with the defaults after five on one.
///
/// - Source: Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN", sections 2 and 4.1 and
///   appendix B; a mapping network of 2 layers Karras et al. 2020, "Training generative adversarial networks with
///   limited data", appendix C.
public struct StyleGAN2: StyleFamily {
    public var size: Int
    public var channels: Int
    public var latentSize: Int
    public var mappingDepth: Int
    public var channelBase: Int
    public var channelMaximum: Int
    public var styleMixing: Double
    public var conditioning: Conditioning?
    public var discriminator: DiscriminatorOptions

    public init(
        size: Int = 64, channels: Int = 3, latentSize: Int = 128, mappingDepth: Int = 2,
        channelBase: Int = 1024, channelMaximum: Int = 64, styleMixing: Double = 0.9,
        conditioning: Conditioning? = nil, discriminator: DiscriminatorOptions = StyleGAN2.discriminator
    ) {
        (self.size, self.channels, self.latentSize) = (size, channels, latentSize)
        (self.mappingDepth, self.styleMixing) = (mappingDepth, styleMixing)
        (self.channelBase, self.channelMaximum) = (channelBase, channelMaximum)
        (self.conditioning, self.discriminator) = (conditioning, discriminator)
    }

    public func validate() throws(ConfigurationError) { try checkStyles() }

    public var generatorParameterCount: Int {
        func convolution(_ inputs: Int, _ outputs: Int, taps: Int) -> Int {
            outputs * (inputs * taps + 1) + (latentSize + 1) * inputs
        }
        var (synthesis, inputs) = (16 * channels(at: 4), channels(at: 4))
        for resolution in resolutions {
            let outputs = channels(at: resolution)
            // The constant takes the first convolution's place; each has one strength of noise.
            if resolution > 4 { synthesis += convolution(inputs, outputs, taps: 9) + 1 }
            synthesis += convolution(outputs, outputs, taps: 9) + 1
            synthesis += convolution(outputs, channels, taps: 1)
            inputs = outputs
        }
        return mappingParameterCount + synthesis
    }

    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        StyleGAN2Generator(self, from: &source)
    }

    public func makeDiscriminator(from source: inout ParameterSource) -> any Discriminator {
        StyleGAN2Discriminator(self, from: &source)
    }
}

extension EqualizedRate {
    /// Of a layer before a rectifier, whose result the second style-based networks multiply by the root of two.
    static func rectified(multiplier: Double = 1) -> EqualizedRate {
        EqualizedRate(multiplier: multiplier, gainsBias: true)
    }
}
