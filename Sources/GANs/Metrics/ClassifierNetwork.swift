import Datasets
import Networks
import Tensors

/// A small convolutional classifier: strided convolutions 4x4 with BatchNorm halve the images down to
/// about 4x4, a linear layer gives the logits of the classes.
///
/// - Shapes: images `[n, height, width, channels]` to logits `[n, classes]`.
final class ClassifierNetwork: Layer {
    let features: Sequential
    let head: Sequential

    init(_ format: ImageFormat, classes: Int, from source: inout ParameterSource) {
        var layers: [any Layer] = []
        var inputChannels = format.channels
        for outputChannels in Self.stageChannels(format) {
            layers += [
                Conv2d(
                    inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: 4, stride: 2,
                    padding: 1, hasBias: false, from: &source),
                BatchNorm2d(channels: outputChannels, from: &source),
                ReLU(),
            ]
            inputChannels = outputChannels
        }
        features = Sequential(layers)
        head = Sequential([
            Flatten(), Dropout(probability: 0.4),
            Linear(inputFeatures: Self.featureCount(format), outputFeatures: classes, from: &source),
        ])
    }

    func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> Tensor {
        head(features(images, context), context)
    }

    /// Sides of images, in pixels, that it can be made for.
    static let sides = 8...1024

    /// Channels after each halving.
    private static func stageChannels(_ format: ImageFormat) -> [Int] {
        var channels: [Int] = []
        while min(format.width, format.height) >> channels.count >= 8 {
            channels.append(min(256, 32 << channels.count))
        }
        return channels
    }

    /// Numbers that the linear layer sees.
    static func featureCount(_ format: ImageFormat) -> Int {
        let channels = stageChannels(format)
        return (format.width >> channels.count) * (format.height >> channels.count) * (channels.last ?? 0)
    }
}
