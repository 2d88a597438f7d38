import TestSupport
import Testing

@testable import GANs

@Suite struct PatchGANTests {
    @Test(arguments: [(0, 1), (1, 16), (2, 34), (3, 70), (4, 142), (5, 286)])
    func `a score sees the square its name says`(layers: Int, field: Int) {
        #expect(PatchGANDiscriminator.receptiveField(layers: layers) == field)
        guard layers < 4 else { return }
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        let discriminator = PatchGANDiscriminator(
            inputChannels: 1, width: 1, layers: layers, normalization: .instance, from: &source)
        let size = 160
        let image = Tensor.zeros([1, size, size, 1]).variable()
        let scores = discriminator(image, .inference).score
        let extent = PatchGANDiscriminator.scores(along: size, layers: layers)
        #expect(scores.shape == [1, extent, extent, 1])
    }

    /// Without normalization a score's gradient is nonzero in its square alone, and that lies about its center.
    @Test(arguments: [1, 2, 3])
    func `patches lie about their centers`(layers: Int) {
        let (size, score) = (128, PatchGANDiscriminator.scores(along: 128, layers: layers) / 2)
        var field = score..<score + 1
        // Back through the two layers of stride 1, then those of stride 2: kernel 4, padding 1.
        for stride in [1, 1] + [Int](repeating: 2, count: layers) {
            field = field.lowerBound * stride - 1..<(field.upperBound - 1) * stride + 3
        }
        #expect(field.count == PatchGANDiscriminator.receptiveField(layers: layers))
        #expect(field.lowerBound >= 0 && field.upperBound <= size)
        let middle = Double(field.lowerBound + field.upperBound - 1) / 2
        #expect(PatchGANDiscriminator.center(of: score, layers: layers) == middle)
    }
}
