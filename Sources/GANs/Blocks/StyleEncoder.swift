import Images
import Networks
import Tensors

/// What a style encoder adds to a model that translates: of the same input it makes images of many styles.
public struct StyleEncoding: Codable, Hashable, Sendable {
    /// Length of a style.
    public var size: Int
    /// Weight of the Kullback-Leibler divergence of an image's styles from the normal distribution.
    public var divergenceWeight: Double

    /// Styles of a length, drawn toward the normal distribution with a weight.
    public init(size: Int, divergenceWeight: Double) {
        (self.size, self.divergenceWeight) = (size, divergenceWeight)
    }

    func validate() throws(ConfigurationError) {
        try ConfigurationError.check("latentSize", size, in: 1...4096)
        try ConfigurationError.check("divergenceWeight", divergenceWeight, in: 0...1e6)
    }
}

/// A configuration of a model that may have a style encoder.
public protocol StyleEncodable: TranslationModelConfiguration {
    /// Nil to make of an input the same image always.
    var style: StyleEncoding? { get set }
    /// The settings that styles were published with.
    static var publishedStyle: StyleEncoding { get }
    /// Gives the model the published style encoder, with what was published beside it.
    mutating func addStyleEncoder()
}

extension StyleEncodable {
    /// Styles, and nothing else.
    public mutating func addStyleEncoder() { style = Self.publishedStyle }

    var styleDescription: [String] {
        style.map { ["KL divergence of styles of \($0.size) numbers times \($0.divergenceWeight)"] } ?? []
    }
}

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
        mean + (logVariance * 0.5).exponential() * Tensor.normal(mean.shape, from: &random)
    }

    /// The Kullback-Leibler divergence from the standard normal distribution, the sum over images.
    ///
    ///     sum (mean^2 + exp(logVariance) - 1 - logVariance) / 2
    ///
    /// - Source: Kingma and Welling 2014, appendix B; the sum over the batch as in the program of Park et al. 2019.
    var divergence: Tensor {
        (mean.squared() + logVariance.exponential() - logVariance - 1).sum() * 0.5
    }
}
