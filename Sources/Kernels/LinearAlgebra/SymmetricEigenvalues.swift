import CLoops
import Foundation

/// The eigenvalues of a symmetric matrix, in rising order: Householder's reduction to three diagonals, then
/// the QL method with implicit shifts.
///
/// - Parameter matrix: `[size, size]`, both halves filled.
/// - Source: Golub and Van Loan 2013, "Matrix computations", sections 8.3.1 and 8.3.3.
public func symmetricEigenvalues(_ matrix: [Double], size: Int) -> [Double] {
    precondition(matrix.count == size * size, "symmetricEigenvalues: the matrix is not square")
    guard size > 0 else { return [] }
    var matrix = matrix
    var diagonals = matrix.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.map { tridiagonal($0, size) } ?? ThreeDiagonals(size: size)
    }
    diagonals.diagonalize()
    return diagonals.main.sorted()
}

/// A symmetric matrix of three diagonals.
private struct ThreeDiagonals {
    var main: [Double]
    /// The diagonal below the main one; its last number is 0.
    var beside: [Double]

    init(size: Int) {
        main = [Double](repeating: 0, count: size)
        beside = main
    }

    /// Turns the main diagonal into the eigenvalues.
    mutating func diagonalize() {
        for first in main.indices {
            while true {
                let end = endOfBlock(from: first)
                if end == first { break }
                rotate(first, end)
            }
        }
    }

    /// The first index from which the next number beside the diagonal is only rounding.
    private func endOfBlock(from first: Int) -> Int {
        var index = first
        while index < main.count - 1 {
            let around = abs(main[index]) + abs(main[index + 1])
            if abs(beside[index]) <= Double.ulpOfOne * around { break }
            index += 1
        }
        return index
    }

    /// A step of the QL method with Wilkinson's shift on a block.
    private mutating func rotate(_ first: Int, _ end: Int) {
        let slope = (main[first + 1] - main[first]) / (2 * beside[first])
        let root = hypot(slope, 1)
        let shift = main[first] - beside[first] / (slope + (slope < 0 ? -root : root))
        var (bulge, sine, cosine, moved) = (main[end] - shift, 1.0, 1.0, 0.0)
        for index in (first..<end).reversed() {
            let (across, kept) = (sine * beside[index], cosine * beside[index])
            let length = hypot(across, bulge)
            beside[index + 1] = length
            guard length > 0 else {
                // The block has fallen apart here.
                main[index + 1] -= moved
                beside[end] = 0
                return
            }
            (sine, cosine) = (across / length, bulge / length)
            let reduced = main[index + 1] - moved
            let sum = (main[index] - reduced) * sine + 2 * cosine * kept
            moved = sine * sum
            main[index + 1] = reduced + moved
            bulge = cosine * sum - kept
        }
        main[first] -= moved
        beside[first] = bulge
        beside[end] = 0
    }
}

/// Reduces a symmetric matrix, which is overwritten, to a similar one of three diagonals.
///
/// Each step reflects what lies below a column. The update by one step and the product that the next needs
/// are one pass over the matrix, whose transport from memory is what takes the time.
private func tridiagonal(_ matrix: UnsafeMutablePointer<Double>, _ size: Int) -> ThreeDiagonals {
    var result = ThreeDiagonals(size: size)
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: 4 * size)
    scratch.initialize(repeating: 0, count: 4 * size)
    defer { scratch.deallocate() }
    // The matrix is what is stored, less v w^T + w v^T.
    var (v, w, next, product) = (scratch, scratch + size, scratch + 2 * size, scratch + 3 * size)
    for k in 0..<size {
        let row = matrix + k * size
        for column in k..<size { row[column] -= v[k] * w[column] + w[k] * v[column] }
        result.main[k] = row[k]
        let (first, count) = (k + 1, size - k - 1)
        guard count > 0 else { break }
        let scale = reflect(row + first, into: next + first, count, moving: &result.beside[k])
        Parallel.forEachChunk(of: first..<size, chunk: max(8, (1 << 15) / count)) { rows in
            for row in rows {
                let sum = loop_double_update_dot(
                    matrix + row * size + first, v[row], w + first, w[row], v + first, next + first, count)
                product[row] = scale * sum
            }
        }
        let half = scale / 2 * loop_double_dot(product + first, next + first, count)
        for row in first..<size { product[row] -= half * next[row] }
        (v, w, next, product) = (next, product, v, w)
    }
    return result
}

/// The vector `u` of the reflection `1 - scale u u^T` that leaves only the first of some numbers.
///
/// - Parameter moving: becomes that number.
/// - Returns: the scale; 0 where nothing is to be reflected.
private func reflect(
    _ numbers: UnsafePointer<Double>, into u: UnsafeMutablePointer<Double>, _ count: Int,
    moving alone: inout Double
) -> Double {
    u.update(from: numbers, count: count)
    // Scaled, so that squares neither overflow nor vanish.
    let largest = (0..<count).reduce(0) { max($0, abs(numbers[$1])) }
    let rest = (1..<max(1, count)).reduce(0) { max($0, abs(numbers[$1])) }
    guard rest > 0 else {
        alone = numbers[0]
        return 0
    }
    for index in 0..<count { u[index] /= largest }
    let length = loop_double_dot(u, u, count).squareRoot() * (u[0] > 0 ? -1 : 1)
    alone = length * largest
    u[0] -= length
    return 2 / loop_double_dot(u, u, count)
}
