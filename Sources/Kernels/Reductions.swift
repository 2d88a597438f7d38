import CLoops

/// Rows that one partial sum covers: fixed, so that sums are the same bits on any number of threads, and
/// short, so that a float sum stays accurate.
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

/// Mean and biased variance of each column.
///
/// Each run of rows is averaged while it lies in the cache, and the runs are merged. All of it happens
/// relative to the first row, so that a large mean does not swallow a small variance.
///
/// - Source: Chan, Golub, LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample
///   variances", equation 2.1.
public func moments(
    of x: UnsafePointer<Scalar>, mean: UnsafeMutablePointer<Scalar>,
    variance: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
    let runs = (rows + rowsPerPartial - 1) / rowsPerPartial
    BufferPool.withScratch(2 * runs * columns) { partials in
        KernelTimes.add(to: .normalization) {
            Parallel.forEachUnchecked(runs) { run in
                let first = run * rowsPerPartial
                let runMean = partials + 2 * run * columns
                loop_moments(
                    runMean, runMean + columns, x + first * columns, x, min(rowsPerPartial, rows - first),
                    columns
                )
            }
        }
        mean.update(repeating: 0, count: columns)
        variance.update(repeating: 0, count: columns)
        for run in 0..<runs {
            let first = run * rowsPerPartial
            let count = Scalar(min(rowsPerPartial, rows - first))
            let runMean = partials + 2 * run * columns
            let weight = count / (Scalar(first) + count)
            for column in 0..<columns {
                let difference = runMean[column] - mean[column]
                mean[column] += difference * weight
                variance[column] +=
                    runMean[columns + column] + difference * difference * Scalar(first) * weight
            }
        }
        for column in 0..<columns {
            mean[column] += x[column]
            variance[column] /= Scalar(rows)
        }
    }
}

/// The sums a normalization's gradient needs, for each column: `sum` of the gradient `h`, and `product`, the
/// sum of `h (x - mean)`, where `h` is `g` where `y` is positive and `slope g` elsewhere.
public func normalizationSums(
    _ g: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, y: UnsafePointer<Scalar>, slope: Scalar,
    mean: UnsafePointer<Scalar>, sum: UnsafeMutablePointer<Scalar>, product: UnsafeMutablePointer<Scalar>,
    rows: Int, columns: Int
) {
    let runs = (rows + rowsPerPartial - 1) / rowsPerPartial
    BufferPool.withScratch(2 * runs * columns) { partials in
        KernelTimes.add(to: .normalization) {
            Parallel.forEachUnchecked(runs) { run in
                let first = run * rowsPerPartial * columns
                let partial = partials + 2 * run * columns
                loop_normalization_sums(
                    partial, partial + columns, g + first, x + first, y + first, slope, mean,
                    min(rowsPerPartial, rows - run * rowsPerPartial), columns)
            }
        }
        sum.update(repeating: 0, count: columns)
        product.update(repeating: 0, count: columns)
        for run in 0..<runs {
            loop_accumulate(sum, partials + 2 * run * columns, columns)
            loop_accumulate(product, partials + (2 * run + 1) * columns, columns)
        }
    }
}
