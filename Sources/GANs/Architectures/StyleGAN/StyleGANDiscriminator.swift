import Networks
import Tensors

/// Two convolutions for each resolution, of which the second halves it; at 4x4 how much the batch differs, a
/// convolution and two linear layers.
///
/// - Shapes: pictures `[n, size, size, channels]` to scores `[n / pack]`.
final class StyleGANDiscriminator: Discriminator {
    let fromPixels: Sequential
    /// From the finest resolution to 8x8.
    let blocks: [Sequential]
    let last: Sequential
    private let pack: Int

    init(_ family: StyleGAN, from source: inout ParameterSource) {
        pack = family.discriminator.pack
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
        let resolutions = Array(family.resolutions.reversed())
        fromPixels = Sequential(
            convolution(
                pack * family.channels, family.channels(at: family.size), kernelSize: 1, &source))
        var blocks: [Sequential] = []
        for resolution in resolutions.dropLast() {
            let (inputs, outputs) = (
                family.channels(at: resolution), family.channels(at: resolution / 2)
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
        let (channels, deviates) = (family.channels(at: 4), family.discriminator.minibatchDeviation)
        last = Sequential(
            (deviates ? [MinibatchDeviation()] : [])
                + convolution(channels + (deviates ? 1 : 0), channels, kernelSize: 3, &source)
                + [
                    Flatten(),
                    Linear(
                        inputFeatures: 16 * channels, outputFeatures: channels, equalized: EqualizedRate(),
                        from: &source),
                    LeakyReLU(slope: 0.2),
                    Linear(
                        inputFeatures: channels, outputFeatures: family.conditioning?.classes.count ?? 1,
                        equalized: EqualizedRate(gain: 1), from: &source),
                ])
    }

    func callAsFunction(_ pictures: Tensor, _ context: ForwardContext) -> Judgement {
        var activations = fromPixels(pictures.packed(pack), context)
        for block in blocks { activations = block(activations, context) }
        let scores = last(activations, context)
        guard scores.shape[1] > 1 else { return Judgement(scores: scores.reshaped([scores.shape[0]])) }
        return Judgement(scores: (scores * context.requiredLabels).sum(axes: [1]))
    }
}
