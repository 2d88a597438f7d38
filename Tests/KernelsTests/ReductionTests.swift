import TestSupport
import Testing

@testable import Kernels

@Suite struct ReductionTests {
    static let rows = [1, 2, 255, 256, 257, 1000, 5003]
    static let columns = [1, 3, 16, 17]

    @Test(arguments: rows, columns)
    func sumsMatchPlainLoops(rows: Int, columns: Int) {
        let x = normal(rows * columns, seed: 1)
        var columnSums = [Double](repeating: 0, count: columns)
        var rowSums = [Double](repeating: 0, count: rows)
        for (index, value) in x.enumerated() {
            columnSums[index % columns] += Double(value)
            rowSums[index / columns] += Double(value)
        }
        let overRows = output(columns) { sumRows(of: x, into: $0, rows: rows, columns: columns) }
        let overColumns = output(rows) { sumColumns(of: x, into: $0, rows: rows, columns: columns) }
        expectClose(overRows, columnSums, absolute: rounding, relative: rounding)
        expectClose(overColumns, rowSums, absolute: rounding, relative: rounding)
    }

    @Test func sumsOverNothingAreZero() {
        #expect(output(3) { sumRows(of: [1], into: $0, rows: 0, columns: 3) } == [0, 0, 0])
        #expect(output(1) { sumRows(of: [1], into: $0, rows: 0, columns: 1) } == [0])
        #expect(output(3) { sumColumns(of: [1], into: $0, rows: 3, columns: 0) } == [0, 0, 0])
    }

    /// One float that grows by equal steps would be off by more than a thousandth here.
    @Test func longSumsStayAccurate() {
        let x = [Scalar](repeating: 0.1, count: 4_000_000)
        let expected = Double(x[0]) * 4_000_000
        let sum = output(1) { sumColumns(of: x, into: $0, rows: 1, columns: x.count) }
        expectClose(sum, [expected], absolute: 0, relative: 1e-5)
        let columns = output(2) { sumRows(of: x, into: $0, rows: x.count / 2, columns: 2) }
        expectClose(columns, [expected / 2, expected / 2], absolute: 0, relative: 1e-4)
    }

    /// Mean and biased variance in double precision, in two passes, relative to the first row.
    private func exactMoments(_ x: [Scalar], rows: Int, columns: Int) -> (mean: [Double], variance: [Double])
    {
        let shifted = x.indices.map { Double(x[$0]) - Double(x[$0 % columns]) }
        var mean = [Double](repeating: 0, count: columns)
        var variance = mean
        for (index, value) in shifted.enumerated() { mean[index % columns] += value / Double(rows) }
        for (index, value) in shifted.enumerated() {
            let centered = value - mean[index % columns]
            variance[index % columns] += centered * centered / Double(rows)
        }
        return (zip(mean, x).map { $0 + Double($1) }, variance)
    }

    @Test(arguments: rows, columns)
    func momentsMatchPlainLoops(rows: Int, columns: Int) {
        let x = normal(rows * columns, seed: 2)
        let expected = exactMoments(x, rows: rows, columns: columns)
        let result = output(2 * columns) {
            moments(of: x, mean: $0, variance: $0 + columns, rows: rows, columns: columns)
        }
        expectClose(Array(result[..<columns]), expected.mean, absolute: rounding, relative: 0)
        expectClose(Array(result[columns...]), expected.variance, absolute: rounding, relative: rounding)
    }

    @Test(arguments: [1, 0.1], [1000, 16384])
    func aLargeMeanDoesNotSwallowASmallVariance(deviation: Double, rows: Int) {
        let columns = 7
        let x = normal(rows * columns, seed: 3).map { Scalar(1e4 + deviation * Double($0)) }
        let expected = exactMoments(x, rows: rows, columns: columns)
        let result = output(2 * columns) {
            moments(of: x, mean: $0, variance: $0 + columns, rows: rows, columns: columns)
        }
        expectClose(Array(result[..<columns]), expected.mean, absolute: 0, relative: Double(Scalar.ulpOfOne))
        expectClose(Array(result[columns...]), expected.variance, absolute: 0, relative: rounding / 10)
    }

    @Test func aConstantHasNoVariance() {
        let x = [Scalar](repeating: 0.3, count: 700 * 3)
        let result = output(6) { moments(of: x, mean: $0, variance: $0 + 3, rows: 700, columns: 3) }
        expectClose(Array(result[..<3]), [0.3, 0.3, 0.3], absolute: rounding, relative: 0)
        #expect(result[3...].allSatisfy { $0 >= 0 && Double($0) < rounding * rounding })
    }

    @Test(arguments: rows, columns)
    func normalizationSumsMatchPlainLoops(rows: Int, columns: Int) {
        let slope: Scalar = 0.25
        let y = normal(rows * columns, seed: 7)
        let g = normal(rows * columns, seed: 4)
        let x = normal(rows * columns, seed: 5)
        let mean = normal(columns, seed: 6)
        var expected = [Double](repeating: 0, count: 2 * columns)
        for index in g.indices {
            let column = index % columns
            let h = Double(y[index] > 0 ? g[index] : slope * g[index])
            expected[column] += h
            expected[columns + column] += h * (Double(x[index]) - Double(mean[column]))
        }
        let result = output(2 * columns) {
            normalizationSums(
                g, x, y: y, slope: slope, mean: mean, sum: $0, product: $0 + columns, rows: rows,
                columns: columns)
        }
        expectClose(result, expected, absolute: 3 * rounding, relative: rounding)
    }

    /// Each group is computed as if it were alone.
    @Test(arguments: [1, 3], [1, 5, 256, 300])
    func groupsAreTreatedAlone(groups: Int, groupRows: Int) {
        let columns = 7
        let (count, vectors) = (groupRows * columns, groups * columns)
        let (x, g, y) = (
            normal(groups * count, seed: 8), normal(groups * count, seed: 9), normal(groups * count, seed: 10)
        )
        let mean = normal(vectors, seed: 11)
        func parts(of array: [Scalar], _ group: Int) -> [Scalar] {
            Array(array[group * count..<(group + 1) * count])
        }
        let together = output(4 * vectors) {
            moments(
                of: x, mean: $0, variance: $0 + vectors, rows: groups * groupRows, columns: columns,
                groups: groups)
            normalizationSums(
                g, x, y: y, slope: 0.2, mean: mean, sum: $0 + 2 * vectors, product: $0 + 3 * vectors,
                rows: groups * groupRows, columns: columns, groups: groups)
        }
        for group in 0..<groups {
            let vector = group * columns..<(group + 1) * columns
            let alone = output(4 * columns) {
                moments(
                    of: parts(of: x, group), mean: $0, variance: $0 + columns, rows: groupRows,
                    columns: columns)
                normalizationSums(
                    parts(of: g, group), parts(of: x, group), y: parts(of: y, group), slope: 0.2,
                    mean: Array(mean[vector]), sum: $0 + 2 * columns, product: $0 + 3 * columns,
                    rows: groupRows, columns: columns)
            }
            for kind in 0..<4 {
                let first = kind * vectors + vector.lowerBound
                #expect(
                    together[first..<first + columns] == alone[kind * columns..<(kind + 1) * columns])
            }
        }
    }
}
