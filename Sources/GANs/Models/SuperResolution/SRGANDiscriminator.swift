import Networks
import Tensors

/// A discriminator of convolutions alone, with a score for each square of 16 pixels.
///
/// Four pairs of convolutions 3x3, the second of each strided, with 1, 2, 4 and 8 times `width` channels, and one
/// to a score for each square of 16 pixels, so that images may have any size; batch normalization after all
/// but the first and the last.
///
/// - Shapes: `[n, h, w, channels]` to scores `[n, h / 16, w / 16, 1]`, rounded up.
/// - Differentiable: to any order.
/// - Source: Ledig et al. 2017, figure 4; scores of patches in place of the dense layers as in Isola et al. 2017.
public final class SRGANDiscriminator: Discriminator {
    private let model: Sequential
    private static let multiples = [1, 2, 4, 8]

    /// - Parameter source: where the first values come from.
    public init(
        channels: Int, width: Int, options: DiscriminatorOptions = DiscriminatorOptions(),
        from source: inout ParameterSource
    ) {
        var (layers, inputs): ([any Layer], Int) = ([], channels)
        for multiple in SRGANDiscriminator.multiples {
            for stride in [1, 2] {
                layers.append(
                    Conv2d(
                        inputChannels: inputs, outputChannels: multiple * width, kernelSize: 3,
                        stride: stride, padding: 1, spectrallyNormalized: options.spectral, from: &source))
                inputs = multiple * width
                if layers.count > 1, let norm = options.normalization.plainLayer(inputs, from: &source) {
                    layers.append(norm)
                }
                layers.append(LeakyReLU(slope: 0.2))
            }
        }
        layers.append(
            Conv2d(
                inputChannels: inputs, outputChannels: 1, kernelSize: 3, padding: 1,
                spectrallyNormalized: options.spectral, from: &source))
        model = Sequential(layers)
    }

    /// The score of each image.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        DiscriminatorOutput(score: model(input, context))
    }

    /// The scores, and the activations after each strided convolution.
    public func withFeatures(_ input: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        // Every second rectifier stands behind a strided convolution.
        let rectifiers = model.layers.indices.filter { model.layers[$0] is LeakyReLU }
        let ends = stride(from: 1, to: rectifiers.count, by: 2).map { rectifiers[$0] + 1 }
        let activations = model.activations(behind: ends + [model.layers.count], of: input, context)
        return DiscriminatorOutput(
            score: activations[ends.count], features: Array(activations.dropLast()))
    }
}
