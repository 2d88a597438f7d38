import Networks
import Tensors

/// Quarters an image's sides, changes it by residual blocks, and brings it back to its size.
///
/// Names, shapes and layouts of the parameters are those of the published implementation in PyTorch.
///
/// - Shapes: `[n, h, w, inputChannels]` to `[n, h, w, outputChannels]` in [-1, 1]; h and w multiples of 4, at
///   least 8.
/// - Source: Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial
///   networks", appendix 7.2, after Johnson et al. 2016, "Perceptual losses for real-time style transfer".
final class ResNetGenerator: Layer {
    let model: Sequential

    /// - Parameters:
    ///   - blocks: residual blocks, 9 or, for images of up to 128 pixels, 6 as published.
    ///   - width: channels at full size; they double with every halving.
    ///   - source: where the first values come from.
    init(
        inputChannels: Int, outputChannels: Int, blocks: Int = 9, width: Int = 64,
        from source: inout ParameterSource
    ) {
        var layers: [any Layer] = [ReflectionPad2d(3)]
        func add(_ convolution: any Layer, _ channels: Int, _ source: inout ParameterSource) {
            layers += [convolution, InstanceNorm2d(channels: channels, from: &source), ReLU()]
        }
        let edge = Conv2d(
            inputChannels: inputChannels, outputChannels: width, kernelSize: 7,
            initializer: translationInitializer, from: &source)
        add(edge, width, &source)
        for channels in [width, 2 * width] {
            let down = Conv2d(
                inputChannels: channels, outputChannels: 2 * channels, kernelSize: 3, stride: 2, padding: 1,
                initializer: translationInitializer, from: &source)
            add(down, 2 * channels, &source)
        }
        for _ in 0..<blocks { layers.append(ResidualBlock(channels: 4 * width, from: &source)) }
        for channels in [4 * width, 2 * width] {
            let up = ConvTranspose2d(
                inputChannels: channels, outputChannels: channels / 2, kernelSize: 3, stride: 2, padding: 1,
                outputPadding: 1, initializer: translationInitializer, from: &source)
            add(up, channels / 2, &source)
        }
        layers += [
            ReflectionPad2d(3),
            Conv2d(
                inputChannels: width, outputChannels: outputChannels, kernelSize: 7,
                initializer: translationInitializer, from: &source),
            Tanh(),
        ]
        model = Sequential(layers)
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { model(input, context) }
}

/// Adds to its input what two convolutions make of it.
///
/// - Shapes: `[n, h, w, channels]` to the same.
private final class ResidualBlock: Layer {
    let convBlock: Sequential

    init(channels: Int, from source: inout ParameterSource) {
        func convolution(_ source: inout ParameterSource) -> Conv2d {
            Conv2d(
                inputChannels: channels, outputChannels: channels, kernelSize: 3,
                initializer: translationInitializer, from: &source)
        }
        convBlock = Sequential([
            ReflectionPad2d(1), convolution(&source), InstanceNorm2d(channels: channels, from: &source),
            ReLU(), ReflectionPad2d(1), convolution(&source),
            InstanceNorm2d(channels: channels, from: &source),
        ])
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input + convBlock(input, context)
    }
}
