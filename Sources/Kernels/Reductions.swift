import CLoops

/// Rows that one partial sum covers: fixed, so that sums are the same bits on any number of threads, and few,
/// so that they stay accurate in single precision.
let rowsPerPartial = 256

/// `sum[c]` = the sum over rows of `x[r][c]`.
public func sumRows(
    of x: UnsafePointer<Scalar>, into sum: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
    if columns == 1 {
        sum.pointee = sumAll(x, count: rows)
        return
    }
    sum.update(repeating: 0, count: columns)
    KernelTimes.add(to: .reduction) {
        BufferPool.withScratch(columns) { partial in
            for first in stride(from: 0, to: rows, by: rowsPerPartial) {
                loop_sum_rows(partial, x + first * columns, min(rowsPerPartial, rows - first), columns)
                loop_accumulate(sum, partial, columns)
            }
        }
    }
}

private func sumAll(_ x: UnsafePointer<Scalar>, count: Int) -> Scalar {
    var total = 0.0
    for first in stride(from: 0, to: count, by: 4096) {
        total += Double(loop_sum(x + first, min(4096, count - first)))
    }
    return Scalar(total)
}

/// `sum[r]` = the sum over columns of `x[r][c]`.
public func sumColumns(
    of x: UnsafePointer<Scalar>, into sum: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
    KernelTimes.add(to: .reduction) {
        for row in 0..<rows { sum[row] = sumAll(x + row * columns, count: columns) }
    }
}

/// Mean and biased variance of each column, in each of `groups` equal parts of the rows.
///
/// Each run of rows is averaged while it is in the cache, and the runs of a group are merged. Everything is
/// computed relative to the group's first row, so that a small variance is not lost beside a large mean.
///
/// - Source: Chan, Golub, LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample
///   variances", equation 2.1.
/// - Parameters:
///   - mean: `[groups][columns]`, as `variance`.
///   - rows: of all groups together.
public func moments(
    of x: UnsafePointer<Scalar>, mean: UnsafeMutablePointer<Scalar>,
    variance: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, groups: Int = 1
) {
    let groupRows = rows / groups
    let runs = (groupRows + rowsPerPartial - 1) / rowsPerPartial
    BufferPool.withScratch(2 * groups * runs * columns) { partials in
        KernelTimes.add(to: .normalization) {
            Parallel.forEachUnchecked(groups * runs) { piece in
                let pivot = x + piece / runs * groupRows * columns
                let first = piece % runs * rowsPerPartial
                let runMean = partials + 2 * piece * columns
                loop_moments(
                    runMean, runMean + columns, pivot + first * columns, pivot,
                    min(rowsPerPartial, groupRows - first), columns)
            }
        }
        for group in 0..<groups {
            mergeMoments(
                partials + 2 * group * runs * columns, pivot: x + group * groupRows * columns,
                mean: mean + group * columns, variance: variance + group * columns, rows: groupRows,
                columns: columns)
        }
    }
}

/// Merges the moments of runs of rows, each its means and its sums of squares.
private func mergeMoments(
    _ partials: UnsafePointer<Scalar>, pivot: UnsafePointer<Scalar>, mean: UnsafeMutablePointer<Scalar>,
    variance: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
    mean.update(repeating: 0, count: columns)
    variance.update(repeating: 0, count: columns)
    var runMean = partials
    for first in stride(from: 0, to: rows, by: rowsPerPartial) {
        let count = Scalar(min(rowsPerPartial, rows - first))
        let weight = count / (Scalar(first) + count)
        for column in 0..<columns {
            let difference = runMean[column] - mean[column]
            mean[column] += difference * weight
            variance[column] += runMean[columns + column] + difference * difference * Scalar(first) * weight
        }
        runMean += 2 * columns
    }
    for column in 0..<columns {
        mean[column] += pivot[column]
        variance[column] /= Scalar(rows)
    }
}

/// The sums that the gradient of a normalization needs, for each column in each of `groups` equal parts of
/// the rows: `sum` of the gradient `h`, and `product`, the sum of `h (x - mean)`, where `h` is `g` where `y`
/// is positive and `slope g` elsewhere.
///
/// - Parameters:
///   - mean: `[groups][columns]`, as `sum` and `product`.
///   - rows: of all groups together.
public func normalizationSums(
    _ g: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, y: UnsafePointer<Scalar>, slope: Scalar,
    mean: UnsafePointer<Scalar>, sum: UnsafeMutablePointer<Scalar>, product: UnsafeMutablePointer<Scalar>,
    rows: Int, columns: Int, groups: Int = 1
) {
    let groupRows = rows / groups
    let runs = (groupRows + rowsPerPartial - 1) / rowsPerPartial
    BufferPool.withScratch(2 * groups * runs * columns) { partials in
        KernelTimes.add(to: .normalization) {
            Parallel.forEachUnchecked(groups * runs) { piece in
                let (group, firstRow) = (piece / runs, piece % runs * rowsPerPartial)
                let first = (group * groupRows + firstRow) * columns
                let partial = partials + 2 * piece * columns
                loop_normalization_sums(
                    partial, partial + columns, g + first, x + first, y + first, slope,
                    mean + group * columns, min(rowsPerPartial, groupRows - firstRow), columns)
            }
        }
        sum.update(repeating: 0, count: groups * columns)
        product.update(repeating: 0, count: groups * columns)
        for piece in 0..<groups * runs {
            let place = piece / runs * columns
            loop_accumulate(sum + place, partials + 2 * piece * columns, columns)
            loop_accumulate(product + place, partials + (2 * piece + 1) * columns, columns)
        }
    }
}
