import Networks
import Tensors

/// Residual blocks that halve the size; at 4x4 how much the batch differs, a convolution and two linear layers.
///
/// A class-conditional one has a score for each class. One with a mapping network of classes projects its features on
/// what that network makes of the class: `score = features . mapping(class) / sqrt(count)`.
///
/// - Source: Karras et al. 2020, "Training generative adversarial networks with limited data", of the mapping network.
/// - Shapes: images `[n, height, width, channels]` to scores `[n / pack]`.
final class StyleGAN2Discriminator: Discriminator {
    let fromPixels: Sequential
    /// From the finest resolution to 8x8.
    let blocks: [HalvingBlock]
    let last: Sequential
    /// From classes to vectors of as many numbers as the features have.
    let classMapping: Sequential?
    private let pack: Int

    init(_ configuration: StyleGAN2, from source: inout ParameterSource) {
        pack = configuration.discriminator.pack
        fromPixels = Sequential([
            Conv2d(
                inputChannels: pack * configuration.channels,
                outputChannels: configuration.channels(at: configuration.size.doubledSide),
                kernelSize: 1, equalized: .rectified(), from: &source), LeakyReLU(slope: 0.2),
        ])
        var blocks: [HalvingBlock] = []
        for resolution in configuration.resolutions.dropFirst().reversed() {
            blocks.append(
                HalvingBlock(
                    inputChannels: configuration.channels(at: resolution),
                    outputChannels: configuration.channels(at: resolution / 2), from: &source))
        }
        self.blocks = blocks
        let (channels, deviates) = (
            configuration.channels(at: 4), configuration.discriminator.minibatchDeviation
        )
        last = Sequential(
            (deviates ? [MinibatchDeviation()] : []) + [
                Conv2d(
                    inputChannels: channels + (deviates ? 1 : 0), outputChannels: channels, kernelSize: 3,
                    padding: 1, equalized: .rectified(), from: &source), LeakyReLU(slope: 0.2), Flatten(),
                Linear(
                    inputFeatures: configuration.size.firstMap.pixelCount * channels,
                    outputFeatures: channels, equalized: .rectified(), from: &source), LeakyReLU(slope: 0.2),
                Linear(
                    inputFeatures: channels,
                    outputFeatures: configuration.classMappingDepth != nil
                        ? channels : configuration.conditioning?.classes.count ?? 1,
                    equalized: EqualizedRate(gain: 1), from: &source),
            ])
        classMapping = configuration.classMappingDepth.map { depth in
            var layers: [any Layer] = [
                Linear(
                    inputFeatures: configuration.conditioning?.classes.count ?? 1, outputFeatures: channels,
                    equalized: EqualizedRate(gain: 1), from: &source), PixelNorm(),
            ]
            for _ in 0..<depth {
                layers += [
                    Linear(
                        inputFeatures: channels, outputFeatures: channels,
                        equalized: .rectified(multiplier: 0.01), from: &source), LeakyReLU(slope: 0.2),
                ]
            }
            return Sequential(layers)
        }
    }

    func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        let activations = fromPixels(images.packed(pack), context)
        let made = last(blocks.reduce(activations) { $1($0, context) }, context)
        guard let classMapping else { return DiscriminatorOutput(classScores: made, of: context) }
        let classes = classMapping(context.requiredLabels, context)
        let scale = 1 / Scalar(made.shape[1]).squareRoot()
        return DiscriminatorOutput(score: (made * classes).sum(axes: [1]) * scale)
    }
}

/// Two convolutions, of which the second halves the size, and beside them one of single pixels.
///
/// `y = (main(x) + skip(x)) / sqrt(2)`; both halves smooth by 1, 3, 3, 1 either way before they leave pixels out.
///
/// - Shapes: `[n, 2 h, 2 w, inputChannels]` to `[n, h, w, outputChannels]`.
/// - Source: Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN", section 4.1.
final class HalvingBlock: Layer {
    let main: Sequential
    let skip: Sequential

    init(inputChannels: Int, outputChannels: Int, from source: inout ParameterSource) {
        // The sum's factor and the gain of a rectifier, root of two, make one; the skip's gain was one.
        main = Sequential([
            Conv2d(
                inputChannels: inputChannels, outputChannels: inputChannels, kernelSize: 3, padding: 1,
                equalized: .rectified(), from: &source), LeakyReLU(slope: 0.2),
            SmoothDownsamplingConv2d(
                inputChannels: inputChannels, outputChannels: outputChannels,
                equalized: EqualizedRate(gain: 1), from: &source), LeakyReLU(slope: 0.2),
        ])
        skip = Sequential([
            SmoothPool(),
            Conv2d(
                inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: 1, hasBias: false,
                equalized: EqualizedRate(gain: 0.5.squareRoot()), from: &source),
        ])
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        main(input, context) + skip(input, context)
    }
}
