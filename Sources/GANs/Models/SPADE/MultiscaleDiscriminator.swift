import Networks
import Tensors

/// PatchGANs at several scales: one of the image itself and one of each next half of its size.
///
/// - Shapes: `[n, h, w, inputChannels]` to scores `[n, h', w', 1]` of each scale, the finest first.
/// - Differentiable: to any order.
/// - Source: Wang et al. 2018, "High-resolution image synthesis and semantic manipulation with conditional GANs",
///   section 3.2; with spectral norm, and of two scales, as in Park et al. 2019, "Semantic image synthesis with
///   spatially-adaptive normalization", appendix A.
final class MultiscaleDiscriminator: Discriminator {
    private let discriminators: [PatchGANDiscriminator]

    static let scales = 2

    /// - Parameters:
    ///   - width: channels of each one's first layer.
    ///   - layers: strided layers of each, 1 to 5.
    ///   - source: where the first values come from.
    init(
        inputChannels: Int, width: Int, layers: Int,
        normalization: DiscriminatorOptions.Normalization = .instance,
        spectral: PatchGANDiscriminator.SpectralNormalization = .inner, from source: inout ParameterSource
    ) {
        discriminators = (0..<MultiscaleDiscriminator.scales).map { _ in
            PatchGANDiscriminator(
                inputChannels: inputChannels, width: width, layers: layers, normalization: normalization,
                spectral: spectral, padding: 2, initializer: spadeInitializer, from: &source)
        }
    }

    var members: [(name: String, part: Any)] {
        discriminators.enumerated().map { ("discriminator_\($0.offset)", $0.element) }
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        DiscriminatorOutput(scores: outputs(input) { $0($1, context) }.flatMap(\.scores))
    }

    func withFeatures(_ input: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        let outputs = outputs(input) { $0.withFeatures($1, context) }
        return DiscriminatorOutput(
            scores: outputs.flatMap(\.scores), features: outputs.flatMap(\.features))
    }

    private func outputs(
        _ input: Tensor, _ pass: (PatchGANDiscriminator, Tensor) -> DiscriminatorOutput
    ) -> [DiscriminatorOutput] {
        var input = input
        return discriminators.enumerated().map { index, discriminator in
            if index > 0 { input = input.averagePooledOverlapping() }
            return pass(discriminator, input)
        }
    }
}
