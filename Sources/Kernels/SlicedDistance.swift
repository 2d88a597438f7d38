import CLoops

/// The sliced Wasserstein-1 distance of two sets of points: the mean over directions of the mean distance
/// between their sorted projections.
///
/// - Parameters:
///   - a: `[count, dimensions]`, as `b`.
///   - directions: `[directionCount, dimensions]`
public func slicedDistance(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, count: Int, dimensions: Int,
    directions: UnsafePointer<Scalar>, directionCount: Int
) -> Double {
    // Enough for a fast product, few enough that the projections of each thread take tens of megabytes at
    // most.
    let chunk = 64
    var distances = [Double](repeating: 0, count: directionCount)
    distances.withUnsafeMutableBufferPointer { distances in
        Parallel.forEachChunk(of: 0..<directionCount, chunk: chunk) { range in
            BufferPool.withScratch((2 * chunk + 1) * count) { scratch in
                let (sorting, first) = (scratch + 2 * chunk * count, scratch)
                let second = first + chunk * count
                for (points, projections) in [(a, first), (b, second)] {
                    multiply(
                        MatrixOperand(directions + range.lowerBound * dimensions, rowStride: dimensions),
                        MatrixOperand(points, rowStride: dimensions, transposed: true), into: projections,
                        rowStride: count, rows: range.count, inner: dimensions, columns: count)
                    for row in 0..<range.count { loop_sort(projections + row * count, sorting, count) }
                }
                for row in 0..<range.count {
                    distances[range.lowerBound + row] =
                        loop_sum_distances(first + row * count, second + row * count, count) / Double(count)
                }
            }
        }
    }
    return distances.reduce(0, +) / Double(directionCount)
}
