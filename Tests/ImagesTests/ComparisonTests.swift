import Foundation
import Images
import Testing

@Suite struct ComparisonTests {
    @Test func `PSNR and SSIM are what the formulas say`() {
        let one = Image(width: 12, height: 11, channels: 1, pixels: (0..<132).map { UInt8($0 * 37 % 251) })
        let other = Image(
            width: 12, height: 11, channels: 1, pixels: (0..<132).map { UInt8($0 * 53 % 241) })
        let squares = zip(one.pixels, other.pixels).map { pow(Double($0) - Double($1), 2) }
        let error = squares.reduce(0, +) / 132
        #expect(abs(one.peakSignalToNoise(to: other) - 10 * log10(65025 / error)) < 1e-9)
        #expect(one.peakSignalToNoise(to: one) == .infinity && one.structuralSimilarity(to: one) == 1)

        // By definition, window by window.
        func similarity(_ left: Int) -> Double {
            var (sum, a, b, aa, bb, ab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
            for y in 0..<11 {
                for x in 0..<11 {
                    let weight = exp(-(pow(Double(x - 5), 2) + pow(Double(y - 5), 2)) / 4.5)
                    let (p, q) = (
                        Double(one.pixels[12 * y + left + x]), Double(other.pixels[12 * y + left + x])
                    )
                    (sum, a, b) = (sum + weight, a + weight * p, b + weight * q)
                    (aa, bb, ab) = (aa + weight * p * p, bb + weight * q * q, ab + weight * p * q)
                }
            }
            (a, b, aa, bb, ab) = (a / sum, b / sum, aa / sum, bb / sum, ab / sum)
            let numerator = (2 * a * b + 6.5025) * (2 * (ab - a * b) + 58.5225)
            return numerator / ((a * a + b * b + 6.5025) * (aa - a * a + bb - b * b + 58.5225))
        }
        let expected = (similarity(0) + similarity(1)) / 2
        #expect(abs(one.structuralSimilarity(to: other) - expected) < 1e-9)
    }
}
