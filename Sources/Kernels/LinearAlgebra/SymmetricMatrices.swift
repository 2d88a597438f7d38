import CLoops

/// The products of every row of one matrix with every row of another, `c = a b^T`, in double precision on all
/// threads.
///
/// - Shapes: a `[rows, inner]`, b `[columns, inner]`, result `[rows, columns]`, all in row-major order.
public func rowProducts(_ a: [Double], _ b: [Double], rows: Int, columns: Int, inner: Int) -> [Double] {
    precondition(a.count == rows * inner && b.count == columns * inner, "rowProducts: the extents do not fit")
    // Rows that are multiplied with rows of b while these lie in the cache.
    let (rowBlock, columnBlock) = (32, 64)
    return [Double](unsafeUninitializedCapacity: rows * columns) { result, count in
        count = rows * columns
        guard let result = result.baseAddress else { return }
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return }
                Parallel.forEachChunk(of: 0..<rows, chunk: rowBlock) { range in
                    for first in stride(from: 0, to: columns, by: columnBlock) {
                        loop_double_products(
                            result + range.lowerBound * columns + first, columns,
                            a + range.lowerBound * inner,
                            b + first * inner, range.count, min(columnBlock, columns - first), inner)
                    }
                }
            }
        }
    }
}

/// A factor of a symmetric matrix without negative eigenvalues, `matrix = factor^T factor`, by Cholesky's
/// method with pivoting.
///
/// It ends where what is left is rounding, so that a matrix of low rank, such as the covariance of few
/// points, has a factor of few rows.
///
/// - Shapes: matrix `[size, size]`, factor `[rank, size]`, both in row-major order.
/// - Source: Higham 2002, "Accuracy and stability of numerical algorithms", section 10.3.
public func semidefiniteFactor(_ matrix: [Double], size: Int) -> (factor: [Double], rank: Int) {
    precondition(matrix.count == size * size, "semidefiniteFactor: the matrix is not square")
    // Row i holds what is known of the column i of the factor.
    var columns = [Double](repeating: 0, count: size * size)
    var left = (0..<size).map { matrix[$0 * size + $0] }
    // LAPACK's dpstrf ends at the same share of the largest diagonal element.
    let tolerance = Double(size) * Double.ulpOfOne / 2 * (left.max() ?? 0)
    var (rank, isTaken) = (0, [Bool](repeating: false, count: size))
    while rank < size {
        var pivot = -1
        for index in 0..<size where !isTaken[index] && (pivot < 0 || left[index] > left[pivot]) {
            pivot = index
        }
        guard left[pivot] > tolerance else { break }
        let root = left[pivot].squareRoot()
        isTaken[pivot] = true
        columns.withUnsafeMutableBufferPointer { buffer in
            guard let columns = buffer.baseAddress else { return }
            left.withUnsafeMutableBufferPointer { left in
                Parallel.forEachChunk(of: 0..<size, chunk: max(64, (1 << 14) / (rank + 1))) { range in
                    for row in range where !isTaken[row] {
                        let known = loop_double_dot(columns + row * size, columns + pivot * size, rank)
                        let entry = (matrix[pivot * size + row] - known) / root
                        columns[row * size + rank] = entry
                        left[row] -= entry * entry
                    }
                }
            }
            columns[pivot * size + rank] = root
        }
        rank += 1
    }
    let factor = [Double](unsafeUninitializedCapacity: rank * size) { factor, count in
        for row in 0..<rank {
            for column in 0..<size { factor[row * size + column] = columns[column * size + row] }
        }
        count = rank * size
    }
    return (factor, rank)
}
