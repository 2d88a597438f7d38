import Networks
import Tensors

/// Judges of patches of an image, one of the image itself and one of each next half of its size.
///
/// - Shapes: `[n, h, w, inputChannels]` to scores `[n, h', w', 1]` of each judge, the finest first.
/// - Differentiable: to any order.
/// - Source: Wang et al. 2018, "High-resolution image synthesis and semantic manipulation with conditional GANs",
///   section 3.2; with spectral norm, and of two scales, as in Park et al. 2019, "Semantic image synthesis with
///   spatially-adaptive normalization", appendix A.
final class MultiscaleDiscriminator: Module {
    private let judges: [PatchGANDiscriminator]

    static let scales = 2

    /// - Parameters:
    ///   - width: channels of each judge's first layer.
    ///   - layers: strided layers of each, 1 to 5.
    ///   - source: where the first values come from.
    init(inputChannels: Int, width: Int, layers: Int, from source: inout ParameterSource) {
        judges = (0..<MultiscaleDiscriminator.scales).map { _ in
            PatchGANDiscriminator(
                inputChannels: inputChannels, width: width, layers: layers, normalization: .spectralInstance,
                padding: 2, initializer: spadeInitializer, from: &source)
        }
    }

    var members: [(name: String, part: Any)] {
        judges.enumerated().map { ("discriminator_\($0.offset)", $0.element) }
    }

    /// Each judge's scores, and what it saw on the way.
    func judgements(
        _ input: Tensor, _ context: ForwardContext
    ) -> [(scores: Tensor, features: [Tensor])] {
        var input = input
        return judges.enumerated().map { index, judge in
            if index > 0 { input = input.averagePooledOverlapping() }
            return judge.judgement(input, context)
        }
    }

    /// Trained scalars, known without making one.
    static func parameterCount(inputChannels: Int, width: Int, layers: Int) -> Int {
        scales
            * PatchGANDiscriminator.parameterCount(
                inputChannels: inputChannels, width: width, layers: layers, normalization: .spectralInstance)
    }
}
