import Foundation

extension Image {
    /// The peak signal-to-noise ratio to another image of the same shape, in dB.
    ///
    ///     10 log10(255^2 / mean((a - b)^2))
    ///
    /// - Parameter border: pixels at each edge that do not count.
    /// - Returns: infinity for the same image.
    public func peakSignalToNoise(to other: Image, border: Int = 0) -> Double {
        let (a, b) = (inner(border), other.inner(border))
        precondition((a.width, a.height, a.channels) == (b.width, b.height, b.channels))
        return 10 * log10(255 * 255 * Double(a.pixels.count) / Double(a.squaredDifference(from: b)))
    }

    /// The root mean square difference of the samples, 0 to 255, from an image of the same shape.
    public func rootMeanSquareDifference(from other: Image) -> Double {
        (Double(squaredDifference(from: other)) / Double(pixels.count)).squareRoot()
    }

    private func squaredDifference(from other: Image) -> Int {
        zip(pixels, other.pixels).reduce(0) { sum, pair in
            let difference = Int(pair.0) - Int(pair.1)
            return sum + difference * difference
        }
    }

    /// The structural similarity to another image of the same shape, 1 for the same: the mean over channels
    /// and over all windows that lie inside.
    ///
    ///     (2 ma mb + c1) (2 cov + c2) / ((ma^2 + mb^2 + c1) (va + vb + c2))
    ///
    /// - Source: Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity",
    ///   section III: Gaussian windows of 11 pixels with deviation 1.5, c1 = (0.01 * 255)^2, c2 = (0.03 * 255)^2.
    /// - Parameter border: pixels at each edge that do not count; 11 pixels must be left.
    public func structuralSimilarity(to other: Image, border: Int = 0) -> Double {
        let (a, b) = (inner(border), other.inner(border))
        precondition((a.width, a.height, a.channels) == (b.width, b.height, b.channels))
        precondition(min(a.width, a.height) >= StructureWindow.side, "SSIM needs 11 pixels a side")
        let similarities = (0..<a.channels).map { channel in
            StructureWindow.similarity(
                a.plane(channel), b.plane(channel), width: a.width, height: a.height)
        }
        return similarities.reduce(0, +) / Double(channels)
    }

    private func inner(_ border: Int) -> Image {
        cropped(x: border, y: border, width: width - 2 * border, height: height - 2 * border)
    }

    private func plane(_ channel: Int) -> [Double] {
        stride(from: channel, to: pixels.count, by: channels).map { Double(pixels[$0]) }
    }
}

private enum StructureWindow {
    static let side = 11

    private static let weights: [Double] = {
        let raw = (0..<side).map { exp(-pow(Double($0 - side / 2), 2) / (2 * 1.5 * 1.5)) }
        return raw.map { $0 / raw.reduce(0, +) }
    }()

    static func similarity(_ a: [Double], _ b: [Double], width: Int, height: Int) -> Double {
        func smoothed(_ values: [Double]) -> [Double] { means(values, width: width, height: height) }
        let (meanA, meanB) = (smoothed(a), smoothed(b))
        let (squareA, squareB) = (smoothed(zip(a, a).map { $0 * $1 }), smoothed(zip(b, b).map { $0 * $1 }))
        let product = smoothed(zip(a, b).map { $0 * $1 })
        let (c1, c2) = (6.5025, 58.5225)
        var sum = 0.0
        for i in meanA.indices {
            let (ma, mb) = (meanA[i], meanB[i])
            let (va, vb, covariance) = (squareA[i] - ma * ma, squareB[i] - mb * mb, product[i] - ma * mb)
            sum += (2 * ma * mb + c1) * (2 * covariance + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
        }
        return sum / Double(meanA.count)
    }

    /// Weighted means over all windows inside, rows from the top.
    private static func means(_ values: [Double], width: Int, height: Int) -> [Double] {
        let (columns, rows) = (width - side + 1, height - side + 1)
        var across = [Double](repeating: 0, count: columns * height)
        for y in 0..<height {
            for (tap, weight) in weights.enumerated() {
                for x in 0..<columns { across[y * columns + x] += weight * values[y * width + x + tap] }
            }
        }
        var result = [Double](repeating: 0, count: columns * rows)
        for y in 0..<rows {
            for (tap, weight) in weights.enumerated() {
                for x in 0..<columns { result[y * columns + x] += weight * across[(y + tap) * columns + x] }
            }
        }
        return result
    }
}
