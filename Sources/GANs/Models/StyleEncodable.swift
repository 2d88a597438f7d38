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
public protocol StyleEncodable: TranslationModelConfiguration, WidthConfigurable {
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

    /// What there is of styles in the loss, in words.
    var styleDescription: [String] {
        style.map { ["KL divergence of styles of \($0.size) numbers times \($0.divergenceWeight)"] } ?? []
    }

    /// The encoder, where there is one, as wide as the other networks.
    func makeStyleEncoder(initializer: Initializer, from source: inout ParameterSource) -> StyleEncoder? {
        style.map {
            StyleEncoder(
                size: size, inputChannels: outputChannels, width: width, styleSize: $0.size,
                initializer: initializer, from: &source)
        }
    }
}
