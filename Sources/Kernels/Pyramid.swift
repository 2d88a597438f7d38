/// Down- and upsampling of images `[count, height, width, channels]` with the binomial filter (1 4 6 4 1) /
/// 16 in both directions and reflection padding.
///
/// - Source: Burt and Adelson 1983, "The Laplacian pyramid as a compact image code".
public struct Pyramid: Sendable {
    let count: Int
    let height: Int
    let width: Int
    let channels: Int

    /// - Parameters: the extents of the images; height and width are at least 3.
    public init(count: Int, height: Int, width: Int, channels: Int) {
        (self.count, self.height, self.width, self.channels) = (count, height, width, channels)
    }

    /// The height of the halved images, rounded up.
    public var halfHeight: Int { (height + 1) / 2 }
    /// The width of the halved images, rounded up.
    public var halfWidth: Int { (width + 1) / 2 }
    private var imageCount: Int { height * width * channels }
    private var halfCount: Int { halfHeight * halfWidth * channels }

    private static let blur: [Scalar] = [1.0 / 16, 4.0 / 16, 6.0 / 16, 4.0 / 16, 1.0 / 16]

    /// Filters the images and keeps every second pixel of every second row.
    public func halve(_ images: UnsafePointer<Scalar>, into halves: UnsafeMutablePointer<Scalar>) {
        let (rowCount, halfRowCount) = (width * channels, halfWidth * channels)
        Parallel.forEachUnchecked(count) { index in
            let (image, half) = (images + index * imageCount, halves + index * halfCount)
            BufferPool.withScratch(rowCount) { row in
                for y in 0..<halfHeight {
                    row.update(repeating: 0, count: rowCount)
                    for tap in 0..<5 {
                        let from = image + mirrored(2 * y + tap - 2, height) * rowCount
                        for place in 0..<rowCount { row[place] += Pyramid.blur[tap] * from[place] }
                    }
                    let to = half + y * halfRowCount
                    for x in 0..<halfWidth {
                        for channel in 0..<channels {
                            to[x * channels + channel] = (0..<5).reduce(0) { sum, tap in
                                sum + Pyramid.blur[tap]
                                    * row[mirrored(2 * x + tap - 2, width) * channels + channel]
                            }
                        }
                    }
                }
            }
        }
    }

    /// Subtracts the upsampled halves from the images: the halves with zeros between their pixels and rows,
    /// filtered, times 4.
    public func subtractDoubled(
        _ halves: UnsafePointer<Scalar>, from images: UnsafePointer<Scalar>,
        into details: UnsafeMutablePointer<Scalar>
    ) {
        let (rowCount, halfRowCount) = (width * channels, halfWidth * channels)
        Parallel.forEachUnchecked(count) { index in
            let (image, half) = (images + index * imageCount, halves + index * halfCount)
            let detail = details + index * imageCount
            BufferPool.withScratch(halfRowCount) { row in
                for y in 0..<height {
                    row.update(repeating: 0, count: halfRowCount)
                    for tap in stride(from: y % 2, to: 5, by: 2) {
                        let from = half + mirrored(y + tap - 2, height) / 2 * halfRowCount
                        for place in 0..<halfRowCount { row[place] += 2 * Pyramid.blur[tap] * from[place] }
                    }
                    let start = y * rowCount
                    for x in 0..<width {
                        for channel in 0..<channels {
                            var doubled: Scalar = 0
                            for tap in stride(from: x % 2, to: 5, by: 2) {
                                doubled +=
                                    2 * Pyramid.blur[tap]
                                    * row[mirrored(x + tap - 2, width) / 2 * channels + channel]
                            }
                            let place = start + x * channels + channel
                            detail[place] = image[place] - doubled
                        }
                    }
                }
            }
        }
    }

    /// Reflects an index up to two past the edges; an extent is at least 3.
    private func mirrored(_ place: Int, _ extent: Int) -> Int {
        let folded = abs(place)
        return folded < extent ? folded : 2 * (extent - 1) - folded
    }
}

/// Gathers square neighborhoods of images, one after the other.
///
/// - Parameters:
///   - images: `[count, height, width, channels]`
///   - corners: the upper left pixels of `perImage` neighborhoods of each image.
///   - result: `[count, perImage, side, side, channels]`
public func gatherNeighborhoods(
    of images: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, count: Int, height: Int,
    width: Int, channels: Int, corners: [(row: Int, column: Int)], side: Int
) {
    let (perImage, runCount) = (corners.count / count, side * channels)
    Parallel.forEachUnchecked(count) { index in
        let image = images + index * height * width * channels
        var to = result + index * perImage * side * runCount
        for corner in corners[index * perImage..<(index + 1) * perImage] {
            for row in 0..<side {
                to.update(
                    from: image + ((corner.row + row) * width + corner.column) * channels, count: runCount)
                to += runCount
            }
        }
    }
}
