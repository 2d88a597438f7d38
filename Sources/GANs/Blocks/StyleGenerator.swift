import Images
import Networks
import Tensors

/// A generator that makes images of styles, one for each of its layers, and styles of latents.
public protocol StyleGenerator: Layer {
    /// Layers that take a style, from the coarsest to the finest.
    var layerCount: Int { get }
    /// Width and height of each layer's activations, in pixels.
    var layerSizes: [ImageSize] { get }
    /// Layers that truncation changes, from the coarsest, as published.
    var truncatedLayers: Int { get }
    /// The mean of styles, which truncation moves toward: `[1, styleSize]`.
    var meanStyle: Tensor { get }

    /// The mapping network; a training pass that moves statistics moves the mean style.
    ///
    /// - Shapes: `[n, latentSize]` to `[n, styleSize]`.
    func styles(of latents: Tensor, _ context: ForwardContext) -> Tensor

    /// For each layer a style, of one latent or mixed with a second one as training mixes them.
    ///
    /// - Shapes: `[n, latentSize]` to `[n, styleSize]` for each layer.
    func layerStyles(of latents: Tensor, _ context: ForwardContext) -> [Tensor]

    /// The synthesis network.
    ///
    /// - Shapes: for each layer `[n, styleSize]`, to `[n, height, width, channels]`.
    func images(fromStyles styles: [Tensor], noise: StyleNoise, _ context: ForwardContext) -> Tensor
}

/// The noise that a style-based generator's layers add to their activations.
public enum StyleNoise {
    /// Noise drawn once with the network, the same for all images.
    case constant
    /// New noise from the context's random stream.
    case drawn
    case none
    /// For each layer `[n, h, w, 1]`.
    case given([Tensor])
}

/// Which layer of a style-based generator takes which of some styles.
public struct StyleMixing: Hashable, Sendable {
    /// For each layer the number of its style.
    public let choice: [Int]

    /// Layers before `crossover` take style 0, the others style 1.
    public init(layers: Int, crossover: Int) {
        choice = (0..<layers).map { $0 < crossover ? 0 : 1 }
    }

    /// The given layers take style 1, the others style 0.
    public init(layers: Int, replacing replaced: Range<Int>) {
        choice = (0..<layers).map { replaced.contains($0) ? 1 : 0 }
    }

    /// With some probability a crossover between two layers, all places alike likely; otherwise all layers take
    /// style 0.
    ///
    /// - Source: "mixing regularization", Karras et al. 2019, section 3.1, with probability 0.9.
    public static func random(
        layers: Int, probability: Double, from stream: inout RandomStream
    ) -> StyleMixing {
        let (isMixed, place) = (stream.uniform() < probability, stream.integer(in: 1..<max(2, layers)))
        return StyleMixing(layers: layers, crossover: isMixed ? place : layers)
    }

    /// Whether all layers take the same style.
    public var isPlain: Bool { Set(choice).count == 1 }

    /// A style for each layer.
    public func callAsFunction(_ styles: [Tensor]) -> [Tensor] { choice.map { styles[$0] } }
}

/// The layers that decide on coarse, middle or fine features, as in the paper.
///
/// - Source: Karras et al. 2019, section 3.1: 4x4 and 8x8; 16x16 and 32x32; what is finer. For images below
///   64x64 the resolutions are shared out.
public enum StyleScale: String, CaseIterable, Codable, Sendable {
    case coarse, middle, fine

    /// Layers of a generator with two for each resolution. They are the same numbers for the second version, whose
    /// first resolution has one layer and whose last layer draws pixels alone, as published.
    public func layers(of layerCount: Int) -> Range<Int> {
        let coarse = layerCount < 8 ? 2 : 4
        let middle = min(layerCount, coarse + (layerCount < 10 ? 2 : 4))
        return switch self {
        case .coarse: 0..<coarse
        case .middle: coarse..<middle
        case .fine: middle..<layerCount
        }
    }
}

extension StyleGenerator {
    /// Moves the styles of the first layers toward the mean style, which makes images more alike and better.
    ///
    /// `mean + psi (style - mean)`
    ///
    /// - Source: Karras et al. 2019, appendix B: psi 0.7.
    /// - Parameters:
    ///   - styles: for each layer `[n, styleSize]`.
    ///   - psi: 1 changes nothing, 0 leaves the mean alone.
    ///   - layers: how many; the finest keep their styles, and with them their colors.
    public func truncated(_ styles: [Tensor], psi: Scalar, layers: Int) -> [Tensor] {
        styles.enumerated().map { layer, style in
            layer < layers && psi != 1 ? meanStyle + (style - meanStyle) * psi : style
        }
    }

    /// Noise for each layer, of some seeds: the same seed gives the same noise, whatever stands beside it.
    ///
    /// - Shapes: for each layer `[seeds, h, w, 1]`.
    public func noise(seeds: [UInt64]) -> [Tensor] {
        layerSizes.enumerated().map { layer, size in
            let images = seeds.map { seed in
                var stream = RandomStream(seed: seed, purpose: .noise, index: UInt64(layer))
                return Tensor.normal([1, size.height, size.width, 1], from: &stream)
            }
            return Tensor.concatenated(images, axis: 0)
        }
    }
}
