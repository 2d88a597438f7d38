import Kernels
import Testing

@Suite struct SymmetricMatrixTests {
    private static func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var random = RandomStream(seed: seed, purpose: .noise)
        return (0..<count).map { _ in random.uniform(in: -1..<1) }
    }

    private static func plainProducts(
        _ a: [Double], _ b: [Double], _ rows: Int, _ columns: Int, _ inner: Int
    ) -> [Double] {
        (0..<rows * columns).map { place in
            (0..<inner).reduce(0) { $0 + a[place / columns * inner + $1] * b[place % columns * inner + $1] }
        }
    }

    private static func expectClose(_ a: [Double], _ b: [Double], within tolerance: Double) {
        #expect(a.count == b.count)
        #expect(zip(a, b).allSatisfy { abs($0 - $1) <= tolerance })
    }

    @Test(arguments: [(1, 1, 1), (4, 4, 8), (33, 70, 19), (130, 67, 41)])
    func `products of rows are those of a plain loop`(rows: Int, columns: Int, inner: Int) {
        let (a, b) = (Self.numbers(rows * inner, seed: 1), Self.numbers(columns * inner, seed: 2))
        Self.expectClose(
            rowProducts(a, b, rows: rows, columns: columns, inner: inner),
            Self.plainProducts(a, b, rows, columns, inner), within: 1e-13)
    }

    @Test(arguments: [(1, 1), (6, 6), (40, 40), (90, 25)])
    func `a factor gives the matrix back, in no more rows than its rank`(size: Int, rank: Int) {
        let columns = Self.numbers(size * rank, seed: 3)
        let matrix = rowProducts(columns, columns, rows: size, columns: size, inner: rank)
        let (factor, found) = semidefiniteFactor(matrix, size: size)
        #expect(found == rank && factor.count == rank * size)
        let turned = (0..<size * rank).map { factor[$0 % rank * size + $0 / rank] }
        Self.expectClose(
            rowProducts(turned, turned, rows: size, columns: size, inner: rank), matrix, within: 1e-12)
    }

    @Test func `no numbers have a factor of no rows`() {
        #expect(semidefiniteFactor([0, 0, 0, 0], size: 2).rank == 0)
    }

    @Test func `eigenvalues of small matrices are the known ones`() {
        #expect(symmetricEigenvalues([], size: 0) == [])
        #expect(symmetricEigenvalues([-3], size: 1) == [-3])
        Self.expectClose(symmetricEigenvalues([2, 1, 1, 2], size: 2), [1, 3], within: 1e-14)
        Self.expectClose(symmetricEigenvalues([0, 0, 0, 0, 5, 0, 0, 0, -1], size: 3), [-1, 0, 5], within: 0)
        // Of the second difference of n points: 2 - 2 cos(k pi / (n + 1)); here n = 3.
        Self.expectClose(
            symmetricEigenvalues([2, -1, 0, -1, 2, -1, 0, -1, 2], size: 3),
            [2 - 2.0.squareRoot(), 2, 2 + 2.0.squareRoot()], within: 1e-14)
    }

    /// Reflections `1 - 2 u u^T` on both sides change no eigenvalue.
    @Test(arguments: [5, 64, 151]) func `eigenvalues survive reflections`(size: Int) {
        let values = Self.numbers(size, seed: 4).enumerated().map { $0 % 7 == 0 ? 0 : 10 * $1 }
        var matrix = [Double](repeating: 0, count: size * size)
        for index in 0..<size { matrix[index * size + index] = values[index] }
        for round in 0..<3 {
            let direction = Self.numbers(size, seed: UInt64(10 + round))
            let square = direction.reduce(0) { $0 + $1 * $1 }
            let mirror = (0..<size * size).map { place in
                (place / size == place % size ? 1 : 0)
                    - 2 * direction[place / size] * direction[place % size] / square
            }
            let half = rowProducts(mirror, matrix, rows: size, columns: size, inner: size)
            matrix = rowProducts(half, mirror, rows: size, columns: size, inner: size)
        }
        Self.expectClose(symmetricEigenvalues(matrix, size: size), values.sorted(), within: 1e-11)
    }
}
