import Tensors
import Testing

@testable import GANs

/// When there is a warning of a collapse, by how much samples differ beside the images.
@Suite struct CollapseTests {
    private static func isFound(_ diversities: [Double]) -> Bool {
        var diagnostics = Diagnostics(DCGAN().recipe)
        return diversities.contains { diversity in
            diagnostics.warnings([], Observation(diversity: diversity, generatorGradient: 1))
                .contains { $0.kind == .collapse }
        }
    }

    @Test func `a lasting fall is, noise that is over is not`() {
        #expect(Self.isFound([0.9, 0.9, 0.3, 0.3, 0.3]))
        #expect(!Self.isFound([0.9, 0.9, 0.3, 0.3, 0.9]))
        #expect(!Self.isFound([0.01, 0.05, 0.1, 0.1, 0.1]))
        // Speckled at first, and still more varied than the images.
        #expect(!Self.isFound([4, 4, 1.4, 1.4, 1.4]))
        #expect(Self.isFound([4, 4, 0.8, 0.8, 0.8]))
    }

    /// Of a set of ten images each comes six times among the 64 that are looked at.
    @Test func `a small set that comes again and again hides no collapse`() {
        var stream = RandomStream(seed: 1, purpose: .drawing)
        let images = Tensor.normal([10, 4, 4, 1], from: &stream)
        let reals = images.rows(at: (0..<64).map { $0 * 10 / 64 })
        let same = images.rows(at: [Int](repeating: 3, count: 64))
        #expect(diversityOfImages(same, reals) < 1e-3)
        #expect((0.7...1.4).contains(diversityOfImages(.normal([64, 4, 4, 1], from: &stream), reals)))
        #expect(diversityOfImages(reals, same) == 1)
    }
}
