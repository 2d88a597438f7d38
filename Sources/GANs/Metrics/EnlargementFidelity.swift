import Images

/// How near enlarged images come to those in full, beside a cubic interpolation: means over images, without
/// as many pixels at each edge as the enlargement is times.
public struct EnlargementFidelity: Codable, Hashable, Sendable {
    /// In dB; at most 100, which only an image of one color exceeds.
    public var psnr: Double
    /// The structural similarity of the enlarged images, 1 for the same.
    public var ssim: Double
    /// The PSNR of bicubic enlargement, in dB.
    public var bicubicPSNR: Double
    /// The structural similarity of bicubic enlargement.
    public var bicubicSSIM: Double

    init(of outputs: [Image], to wholes: [Image], scale: Int) {
        func mean(_ images: [Image], _ measure: (Image, Image) -> Double) -> Double {
            zip(images, wholes).map(measure).reduce(0, +) / Double(wholes.count)
        }
        func psnr(_ one: Image, _ other: Image) -> Double {
            min(100, one.peakSignalToNoise(to: other, border: scale))
        }
        func ssim(_ one: Image, _ other: Image) -> Double {
            one.structuralSimilarity(to: other, border: scale)
        }
        let bicubic = wholes.map { $0.shrunk(by: scale).enlarged(by: scale) }
        (self.psnr, self.ssim) = (mean(outputs, psnr), mean(outputs, ssim))
        (bicubicPSNR, bicubicSSIM) = (mean(bicubic, psnr), mean(bicubic, ssim))
    }
}
