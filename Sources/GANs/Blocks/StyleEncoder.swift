import Images
import Networks
import Tensors

/// Tells the style of an image as a normal distribution of styles, from which one is drawn in training.
///
/// Strided convolutions 3x3 with spectral norm and instance normalization, down to 4x4 pixels (3x4, 4x6 and the like
/// of images in other shapes), then a linear layer for the mean and one for the logarithm of the variance.
///
/// - Shapes: `[n, height, width, inputChannels]` to `[n, styleSize]` twice.
/// - Differentiable: to any order.
/// - Source: Park et al. 2019, "Semantic image synthesis with spatially-adaptive normalization", appendix A,
///   "Image encoder".
public final class StyleEncoder: Module {
    private let main: Sequential
    private let fcMu, fcVar: Linear

    /// - Parameters:
    ///   - size: of the images; sides from 16 on, multiples of 16.
    ///   - width: channels of the first layer; they double with every one, up to eight times.
    ///   - initializer: of all weights.
    ///   - source: where the first values come from.
    public init(
        size: ImageSize, inputChannels: Int, width: Int, styleSize: Int, initializer: Initializer,
        from source: inout ParameterSource
    ) {
        let channels = StyleEncoder.channels(size: size, inputChannels: inputChannels, width: width)
        var layers: [any Layer] = []
        for (inputs, outputs) in zip(channels, channels.dropFirst()) {
            layers += [
                Conv2d(
                    inputChannels: inputs, outputChannels: outputs, kernelSize: 3, stride: 2, padding: 1,
                    hasBias: false, initializer: initializer, spectrallyNormalized: true, from: &source),
                InstanceNorm2d(channels: outputs, from: &source), LeakyReLU(slope: 0.2),
            ]
        }
        main = Sequential(layers + [Flatten()])
        let features = channels[channels.count - 1] * size.firstMap.pixelCount
        func linear(_ source: inout ParameterSource) -> Linear {
            Linear(
                inputFeatures: features, outputFeatures: styleSize, initializer: initializer,
                from: &source)
        }
        fcMu = linear(&source)
        fcVar = linear(&source)
    }

    /// The distribution of styles of each image.
    public func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> StyleDistribution {
        let features = main(images, context)
        return StyleDistribution(mean: fcMu(features, context), logVariance: fcVar(features, context))
    }

    private static func channels(size: ImageSize, inputChannels: Int, width: Int) -> [Int] {
        [inputChannels] + (0..<size.doublings).map { width << min($0, 3) }
    }
}

/// A normal distribution of styles, of each image its own.
public struct StyleDistribution {
    /// `[n, styleSize]`
    public let mean: Tensor
    /// `[n, styleSize]`
    public let logVariance: Tensor

    /// Styles drawn from it, in a way that gradients flow through.
    ///
    /// - Source: Kingma and Welling 2014, "Auto-encoding variational Bayes", section 2.4.
    func sample(from random: inout RandomStream) -> Tensor {
        mean + (logVariance * 0.5).exponential() * Tensor.normal(eachImage: mean.shape, from: &random)
    }

    /// The Kullback-Leibler divergence from the standard normal distribution, the sum over images.
    ///
    ///     sum (mean^2 + exp(logVariance) - 1 - logVariance) / 2
    ///
    /// - Source: Kingma and Welling 2014, appendix B; the sum over the batch as in the program of Park et al. 2019.
    var divergence: Tensor {
        let ofPart = (mean.squared() + logVariance.exponential() - logVariance - 1).sum() * 0.5
        // The loss of a batch in parts is their mean.
        return Shards.count == 1 ? ofPart : ofPart * Scalar(Shards.count)
    }
}
