/// A part of an image, in pixels, which may be fractional.
struct ImageRegion {
    var x, y, width, height: Double
}

/// How an image is resampled to another size.
public enum Resampling: Hashable, Sendable {
    /// Weighted means of neighboring pixels, antialiased.
    case smooth
    /// Copies of the nearest pixel, as labels need.
    case nearest
}

extension Image {
    /// Resizes the image.
    ///
    /// Shrinking averages with a triangle filter two result pixels wide; enlarging interpolates with a cubic.
    /// Colors are weighted by alpha, so that transparent pixels do not bleed into visible ones.
    /// - Source: Keys 1981, "Cubic convolution interpolation for digital image processing", a = -1/2.
    /// - Parameter resampling: smooth by default; nearest copies the pixel at the center of each result
    ///   pixel.
    public func resized(
        width newWidth: Int, height newHeight: Int, _ resampling: Resampling = .smooth
    ) -> Image {
        let whole = ImageRegion(x: 0, y: 0, width: Double(width), height: Double(height))
        return newWidth == width && newHeight == height
            ? self : resized(whole, toWidth: newWidth, height: newHeight, resampling)
    }

    /// Resizes a part of the image.
    func resized(
        _ region: ImageRegion, toWidth newWidth: Int, height newHeight: Int, _ resampling: Resampling
    ) -> Image {
        precondition(newWidth > 0 && newHeight > 0)
        switch resampling {
        case .smooth: return averaged(region, toWidth: newWidth, height: newHeight)
        case .nearest: return picked(region, toWidth: newWidth, height: newHeight)
        }
    }

    private func picked(_ region: ImageRegion, toWidth newWidth: Int, height newHeight: Int) -> Image {
        func places(from start: Double, _ length: Double, _ count: Int, of extent: Int) -> [Int] {
            (0..<count).map { min(Int(start + (Double($0) + 0.5) * length / Double(count)), extent - 1) }
        }
        let columns = places(from: region.x, region.width, newWidth, of: width)
        var picked: [UInt8] = []
        picked.reserveCapacity(newWidth * newHeight * channels)
        for row in places(from: region.y, region.height, newHeight, of: height) {
            for column in columns {
                let pixel = (row * width + column) * channels
                picked += pixels[pixel..<pixel + channels]
            }
        }
        return Image(width: newWidth, height: newHeight, channels: channels, pixels: picked)
    }

    private func averaged(_ region: ImageRegion, toWidth newWidth: Int, height newHeight: Int) -> Image {
        let columns = ResamplingWeights(
            from: region.x, length: region.width, inputSize: width, outputSize: newWidth)
        let rows = ResamplingWeights(
            from: region.y, length: region.height, inputSize: height, outputSize: newHeight)
        let size = newWidth * newHeight * channels
        let resized = [UInt8](unsafeUninitializedCapacity: size) { target, count in
            // Rows first: their sums run over contiguous samples, and only result rows are filtered along
            // columns.
            withUnsafeTemporaryAllocation(of: Float.self, capacity: width * channels) { sums in
                for y in 0..<newHeight {
                    sumRows(rows, at: y, into: sums)
                    let row = UnsafeMutableBufferPointer(
                        rebasing: target[y * newWidth * channels..<(y + 1) * newWidth * channels])
                    gatherColumns(columns, from: sums, into: row)
                }
            }
            count = size
        }
        return Image(width: newWidth, height: newHeight, channels: channels, pixels: resized)
    }

    /// Sums the input rows of one result row by their weights, with colors multiplied by alpha.
    private func sumRows(
        _ rows: ResamplingWeights, at y: Int, into sums: UnsafeMutableBufferPointer<Float>
    ) {
        sums.update(repeating: 0)
        let stride = width * channels
        let colors = hasAlpha ? channels - 1 : channels
        pixels.withUnsafeBufferPointer { pixels in
            rows.forEachTap(of: y) { tap, weight in
                let row = UnsafeBufferPointer(rebasing: pixels[tap * stride..<(tap + 1) * stride])
                if colors == channels {
                    for i in 0..<stride { sums[i] += weight * Float(row[i]) }
                } else {
                    for pixel in Swift.stride(from: 0, to: stride, by: channels) {
                        let alpha = weight * Float(row[pixel + colors])
                        for i in pixel..<pixel + colors { sums[i] += alpha * Float(row[i]) }
                        sums[pixel + colors] += alpha
                    }
                }
            }
        }
    }

    /// Computes one result row from the summed input rows.
    private func gatherColumns(
        _ columns: ResamplingWeights, from sums: UnsafeMutableBufferPointer<Float>,
        into row: UnsafeMutableBufferPointer<UInt8>
    ) {
        for x in 0..<row.count / channels {
            var pixel = SIMD4<Float>()
            columns.forEachTap(of: x) { tap, weight in
                for channel in 0..<channels { pixel[channel] += weight * sums[tap * channels + channel] }
            }
            if hasAlpha {
                let alpha = pixel[channels - 1]
                for color in 0..<channels - 1 { pixel[color] = alpha > 0 ? pixel[color] / alpha : 0 }
            }
            for channel in 0..<channels {
                row[x * channels + channel] = UInt8(min(max(pixel[channel], 0), 255) + 0.5)
            }
        }
    }
}

/// The input samples and weights of each output sample along one axis.
private struct ResamplingWeights {
    private var firstTaps: [Int] = []
    /// The start of each output sample's weights in `weights`, and the end of the last.
    private var offsets: [Int] = [0]
    private var weights: [Float] = []

    /// - Parameters:
    ///   - start: the position in the input where the output begins.
    ///   - length: the length of the input that the output covers.
    init(from start: Double, length: Double, inputSize: Int, outputSize: Int) {
        let scale = length / Double(outputSize)
        let shrinks = scale >= 1
        let reach = shrinks ? scale : 2
        for output in 0..<outputSize {
            let center = start + (Double(output) + 0.5) * scale
            let first = max(0, Int((center - reach + 0.5).rounded(.down)))
            let last = min(inputSize, Int((center + reach + 0.5).rounded(.down))) - 1
            let taps = (first...last).map { input in
                let distance = abs(Double(input) + 0.5 - center)
                return shrinks ? max(0, 1 - distance / scale) : cubic(distance)
            }
            let sum = taps.reduce(0, +)
            firstTaps.append(first)
            weights += taps.map { Float($0 / sum) }
            offsets.append(weights.count)
        }
    }

    @inline(__always)
    func forEachTap(of output: Int, _ body: (_ tap: Int, _ weight: Float) -> Void) {
        let offset = offsets[output]
        for index in offset..<offsets[output + 1] { body(firstTaps[output] + index - offset, weights[index]) }
    }
}

/// Keys' interpolating cubic with a = -1/2, of a distance in pixels.
private func cubic(_ distance: Double) -> Double {
    switch distance {
    case ..<1: (1.5 * distance - 2.5) * distance * distance + 1
    case ..<2: ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    default: 0
    }
}
