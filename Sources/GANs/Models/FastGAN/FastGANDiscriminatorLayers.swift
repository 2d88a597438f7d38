import Networks
import Tensors

/// The layers that the discriminator is made of, as its options say. None has a bias.
struct FastGANDiscriminatorLayers {
    private let options: DiscriminatorOptions

    init(_ options: DiscriminatorOptions) { self.options = options }

    /// A convolution that keeps the size; that of one pixel, or of three with padding.
    func convolution(_ inputs: Int, _ outputs: Int, kernel: Int, _ source: inout ParameterSource) -> Conv2d {
        convolution(inputs, outputs, kernel: kernel, stride: 1, padding: kernel / 2, &source)
    }

    /// A convolution 4x4 that halves the size.
    func halving(_ inputs: Int, _ outputs: Int, _ source: inout ParameterSource) -> Conv2d {
        convolution(inputs, outputs, kernel: 4, stride: 2, padding: 1, &source)
    }

    /// A convolution 4x4 without padding to scores.
    func score(_ inputs: Int, _ source: inout ParameterSource) -> Conv2d {
        convolution(inputs, 1, kernel: 4, stride: 1, padding: 0, &source)
    }

    /// A layer with normalization and a leaky ReLU behind it.
    func normalized(_ layer: any Layer, _ channels: Int, _ source: inout ParameterSource) -> [any Layer] {
        let norm = options.normalization.layer(channels, from: &source)
        return [layer] + (norm.map { [$0] } ?? []) + [LeakyReLU(slope: 0.2)]
    }

    private func convolution(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, padding: Int, _ source: inout ParameterSource
    ) -> Conv2d {
        Conv2d(
            inputChannels: inputs, outputChannels: outputs, kernelSize: kernel, stride: stride,
            padding: padding, hasBias: false, initializer: fastGANInitializer,
            spectrallyNormalized: options.spectral, from: &source)
    }
}

/// The mean of two ways to half the size: a strided convolution with another behind it, and average pooling with a
/// convolution 1x1.
///
/// - Shapes: `[n, h, w, inputs]` to `[n, h / 2, w / 2, outputs]`.
/// - Source: Liu et al. 2021, figure 4.
final class TwoWayHalving: Layer {
    let main, direct: Sequential

    init(
        _ inputs: Int, _ outputs: Int, _ layers: FastGANDiscriminatorLayers,
        from source: inout ParameterSource
    ) {
        let first = layers.normalized(layers.halving(inputs, outputs, &source), outputs, &source)
        let second = layers.convolution(outputs, outputs, kernel: 3, &source)
        main = Sequential(first + layers.normalized(second, outputs, &source))
        let point = layers.convolution(inputs, outputs, kernel: 1, &source)
        direct = Sequential([AveragePool()] + layers.normalized(point, outputs, &source))
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        (main(input, context) + direct(input, context)) * 0.5
    }
}

/// A strided convolution with normalization and a leaky ReLU.
///
/// - Shapes: `[n, h, w, inputs]` to `[n, h / 2, w / 2, outputs]`.
final class PlainHalving: Layer {
    let main: Sequential

    init(
        _ inputs: Int, _ outputs: Int, _ layers: FastGANDiscriminatorLayers,
        from source: inout ParameterSource
    ) {
        main = Sequential(layers.normalized(layers.halving(inputs, outputs, &source), outputs, &source))
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { main(input, context) }
}
