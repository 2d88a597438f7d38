import GANs
import Testing

@Suite struct ImageSimilarityTests {
    @Test func `similarity is a mean over images`() {
        func plain(_ level: UInt8) -> Image {
            Image(width: 12, height: 11, channels: 1, pixels: [UInt8](repeating: level, count: 132))
        }
        var similarity = ImageSimilarity()
        similarity.add(plain(10), plain(10))
        #expect(similarity.difference == 0 && similarity.ssim == 1)
        similarity.add(plain(30), plain(10))
        #expect(similarity.count == 2 && similarity.difference == 10)
        // Of two plain images the variances are none: (2 a b + c1) / (a^2 + b^2 + c1).
        #expect(abs(similarity.ssim - (1 + 606.5025 / 1006.5025) / 2) < 1e-9)
    }
}
