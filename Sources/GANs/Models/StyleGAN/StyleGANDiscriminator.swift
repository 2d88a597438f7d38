import Networks
import Tensors

/// Two convolutions for each resolution, of which the second halves it; at 4x4 how much the batch differs, a
/// convolution and two linear layers.
///
/// - Shapes: images `[n, height, width, channels]` to scores `[n / pack]`.
final class StyleGANDiscriminator: Discriminator, GrowingNetwork {
    /// Of the full size, or of each resolution of a network that grows, from the finest.
    let fromPixels: [Sequential]
    /// From the finest resolution to 8x8.
    let blocks: [Sequential]
    let last: Sequential
    let growth: Buffer?
    let resolutions: [Int]
    private let pack: Int

    init(_ configuration: StyleGAN, from source: inout ParameterSource) {
        pack = configuration.discriminator.pack
        func convolution(
            _ inputs: Int, _ outputs: Int, kernelSize: Int, _ source: inout ParameterSource
        ) -> [any Layer] {
            [
                Conv2d(
                    inputChannels: inputs, outputChannels: outputs, kernelSize: kernelSize,
                    padding: kernelSize / 2, equalized: EqualizedRate(), from: &source),
                LeakyReLU(slope: 0.2),
            ]
        }
        resolutions = configuration.resolutions
        growth = configuration.growth.map { _ in Buffer(.zeros([2])) }
        let falling = Array(resolutions.reversed())
        var fromPixels: [Sequential] = []
        for resolution in configuration.growth == nil ? Array(falling.prefix(1)) : falling {
            fromPixels.append(
                Sequential(
                    convolution(
                        pack * configuration.channels, configuration.channels(at: resolution), kernelSize: 1,
                        &source)))
        }
        self.fromPixels = fromPixels
        var blocks: [Sequential] = []
        for resolution in falling.dropLast() {
            let (inputs, outputs) = (
                configuration.channels(at: resolution), configuration.channels(at: resolution / 2)
            )
            blocks.append(
                Sequential(
                    convolution(inputs, inputs, kernelSize: 3, &source) + [
                        Blur(),
                        DownsamplingConv2d(inputChannels: inputs, outputChannels: outputs, from: &source),
                        LeakyReLU(slope: 0.2),
                    ]))
        }
        self.blocks = blocks
        let (channels, deviates) = (
            configuration.channels(at: 4), configuration.discriminator.minibatchDeviation
        )
        last = Sequential(
            (deviates ? [MinibatchDeviation()] : [])
                + convolution(channels + (deviates ? 1 : 0), channels, kernelSize: 3, &source)
                + [
                    Flatten(),
                    Linear(
                        inputFeatures: configuration.size.firstMap.pixelCount * channels,
                        outputFeatures: channels, equalized: EqualizedRate(), from: &source),
                    LeakyReLU(slope: 0.2),
                    Linear(
                        inputFeatures: channels,
                        outputFeatures: configuration.conditioning?.classes.count ?? 1,
                        equalized: EqualizedRate(gain: 1), from: &source),
                ])
    }

    func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        let (stage, input) = (stage, images.packed(pack))
        // The finest that the images have.
        let first = resolutions.count { $0 > stage.resolution }
        var activations = fromPixels[first](input, context)
        for (place, block) in blocks.enumerated().dropFirst(first) {
            activations = block(activations, context)
            if place == first && stage.fade < 1 {
                activations = stage.blended(
                    fromPixels[first + 1](input.averagePooled(), context), into: activations)
            }
        }
        return DiscriminatorOutput(classScores: last(activations, context), of: context)
    }
}

extension DiscriminatorOutput {
    /// Of a network that has a score for each class, or one of a network without classes.
    ///
    /// - Shapes: scores `[n, classes]`.
    init(classScores scores: Tensor, of context: ForwardContext) {
        let isAlone = scores.shape[1] == 1
        self.init(
            score: isAlone
                ? scores.reshaped([scores.shape[0]]) : (scores * context.requiredLabels).sum(axes: [1]))
    }
}
