import CLoops

/// A linear mixing of the channels of one image: `y = matrix x + meanMatrix mean(x) + shift`, with the mean
/// over its pixels; matrices are row-major.
public struct ChannelMixing: Sendable {
    let matrix: [Scalar]
    let meanMatrix: [Scalar]
    let shift: [Scalar]

    /// - Parameters:
    ///   - matrix: row-major, as `meanMatrix`.
    ///   - shift: one number a channel.
    public init(matrix: [Scalar], meanMatrix: [Scalar], shift: [Scalar]) {
        (self.matrix, self.meanMatrix, self.shift) = (matrix, meanMatrix, shift)
    }
}

/// Mixes the channels of each image of `[mixings.count, pixels, channels]` by its own matrices.
public func mixChannels(
    of images: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, _ mixings: [ChannelMixing],
    pixels: Int, channels: Int
) {
    KernelTimes.add(to: .elementwise) {
        Parallel.forEachUnchecked(mixings.count) { index in
            let (mixing, first) = (mixings[index], index * pixels * channels)
            var shift = mixing.shift
            if mixing.meanMatrix.contains(where: { $0 != 0 }) {
                let mean = channelMeans(of: images + first, pixels: pixels, channels: channels)
                for row in 0..<channels {
                    for column in 0..<channels {
                        shift[row] += mixing.meanMatrix[row * channels + column] * mean[column]
                    }
                }
            }
            loop_mix_channels(result + first, images + first, mixing.matrix, shift, pixels, channels)
        }
    }
}

/// Sums 64 neighboring pixels at a time: that fills vector registers, and the partial sums are short enough
/// to stay accurate in single precision.
private func channelMeans(of image: UnsafePointer<Scalar>, pixels: Int, channels: Int) -> [Scalar] {
    let side = 64
    var sums = [Scalar](repeating: 0, count: channels)
    var partial = [Scalar](repeating: 0, count: side * channels)
    let rows = pixels / side
    loop_sum_rows(&partial, image, rows, side * channels)
    for place in partial.indices { sums[place % channels] += partial[place] }
    loop_sum_rows(&partial, image + rows * side * channels, pixels - rows * side, channels)
    for channel in 0..<channels { sums[channel] += partial[channel] }
    return sums.map { $0 / Scalar(pixels) }
}
