import CLoops

/// A row-major matrix in memory, perhaps to be read transposed.
public struct MatrixOperand {
    let pointer: UnsafePointer<Scalar>
    let rowStride: Int
    let transposed: Bool

    /// - Parameter rowStride: scalars from one stored row to the next.
    public init(_ pointer: UnsafePointer<Scalar>, rowStride: Int, transposed: Bool = false) {
        self.pointer = pointer
        self.rowStride = rowStride
        self.transposed = transposed
    }

    /// Scalars from one row to the next, as read.
    var rowStep: Int { transposed ? 1 : rowStride }
    /// Scalars from one column to the next, as read.
    var columnStep: Int { transposed ? rowStride : 1 }
    var turned: MatrixOperand { MatrixOperand(pointer, rowStride: rowStride, transposed: !transposed) }
}

/// Computes `c = a b`, or `c += a b` when `accumulating`, on the calling thread.
///
/// `a` is `rows x inner` and `b` is `inner x columns`, after any transposition. Every element is the same
/// sum, however the product is split.
func multiply(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Scalar>, rowStride: Int,
    rows: Int, inner: Int, columns: Int, accumulating: Bool = false
) {
    if b.transposed, !accumulating, rows < min(columns, 256) {
        // For few rows, transposing all of `b` does not pay: the transposed product is computed instead. With
        // this and the next case a GAN's step of 16 images at 128x128 takes 397 ms instead of 435.
        BufferPool.withScratch(columns * rows) { turned in
            withStrips(of: a.turned, rows: inner, columns: rows) { strips in
                loop_product(
                    turned, rows, b.pointer, b.columnStep, b.rowStep, strips, columns, inner, rows, 0)
            }
            loop_transpose(c, rowStride, turned, rows, columns, rows)
        }
    } else if !b.transposed, rows <= 64, columns % Int(loop_strip) == 0 {
        // Nor does copying it.
        loop_product_unpacked(
            c, rowStride, a.pointer, a.rowStep, a.columnStep, b.pointer, b.rowStep, rows, inner, columns,
            accumulating ? 1 : 0)
    } else {
        withStrips(of: b, rows: inner, columns: columns) { strips in
            loop_product(
                c, rowStride, a.pointer, a.rowStep, a.columnStep, strips, rows, inner, columns,
                accumulating ? 1 : 0)
        }
    }
}

/// Calls `body` with a copy of the matrix in strips.
func withStrips(
    of matrix: MatrixOperand, rows: Int, columns: Int, _ body: (UnsafePointer<Scalar>) -> Void
) {
    let strip = Int(loop_strip)
    BufferPool.withScratch(rows * ((columns + strip - 1) / strip) * strip) { strips in
        loop_pack_strips(strips, matrix.pointer, matrix.rowStep, matrix.columnStep, rows, columns)
        body(strips)
    }
}

/// `c = a b` on all threads, split over blocks of rows.
public func multiplyInParallel(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Scalar>, rows: Int, inner: Int,
    columns: Int
) {
    // A block of 128 rows reaches nine tenths of the speed of a large product; where there are fewer than
    // two, smaller blocks still gain. Waking a thread does not pay for products of some ten microseconds.
    let operations = 2 * Double(rows) * Double(inner) * Double(columns)
    let block = operations < 2e6 ? max(1, rows) : rows < 256 ? 64 : 128
    KernelTimes.add(to: .matrixProduct, operations: operations) {
        Parallel.forEachChunk(of: 0..<rows, chunk: block) { range in
            let offset = range.lowerBound * (a.transposed ? 1 : a.rowStride)
            let block = MatrixOperand(a.pointer + offset, rowStride: a.rowStride, transposed: a.transposed)
            multiply(
                block, b, into: c + range.lowerBound * columns, rowStride: columns, rows: range.count,
                inner: inner, columns: columns)
        }
    }
}
