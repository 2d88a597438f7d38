import GANs
import TestSupport
import Testing

@Suite struct MixingAgreementTests {
    /// Images whose channels are the first numbers of the layers' styles, which are the latents.
    private final class PlainStyles: StyleGenerator {
        let layerCount = 4
        let truncatedLayers = 4
        let layerSizes: [ImageSize] = [4, 4, 8, 8]
        let meanStyle = Tensor.zeros([1, 3])

        func styles(of latents: Tensor, _ context: ForwardContext) -> Tensor { latents }
        func layerStyles(of latents: Tensor, _ context: ForwardContext) -> [Tensor] {
            Array(repeating: latents, count: layerCount)
        }
        func images(fromStyles styles: [Tensor], noise: StyleNoise, _ context: ForwardContext) -> Tensor {
            Tensor.concatenated(styles.map { $0.sliced(axis: 1, 0..<1) }, axis: 1)
                .reshaped([styles[0].shape[0], 1, 1, layerCount])
        }
        func callAsFunction(_ latents: Tensor, _ context: ForwardContext) -> Tensor {
            images(fromStyles: layerStyles(of: latents, context), noise: .none, context)
        }
    }

    private static func agreement(
        pairs: Int = 200, _ classOfLayers: @escaping ([Scalar]) -> Int
    ) throws -> MixingAgreement {
        try MixingAgreement(of: PlainStyles(), latentSize: 3, pairs: pairs) { images in
            (0..<images.shape[0]).map { classOfLayers(Array(images.scalars[4 * $0..<4 * $0 + 4])) }
        }
    }

    @Test func `an attribute follows the layers it comes from`() throws {
        let rows = try Self.agreement { $0[2] > 0 ? 1 : 0 }.rows
        #expect(rows.map(\.scale) == [.coarse, .middle])
        // About half of the pairs have different signs.
        #expect((60...140).contains(rows[0].count) && rows[1].count == rows[0].count)
        #expect(rows[0].kept == rows[0].count && rows[0].taken == 0)
        #expect(rows[1].taken == rows[1].count && rows[1].kept == 0)
    }

    @Test func `what comes from layers together is neither's`() throws {
        // The class tells both signs, so that a mixture of opposite ones has a class of its own.
        let rows = try Self.agreement { ($0[0] > 0 ? 1 : 0) + ($0[3] > 0 ? 2 : 0) }.rows
        for row in rows {
            #expect(row.kept == 0 && row.taken == 0 && row.count > 50)
        }
    }

    @Test func `images of one class tell nothing`() {
        #expect(throws: ConfigurationError.self) { try Self.agreement(pairs: 3) { _ in 0 } }
    }
}
