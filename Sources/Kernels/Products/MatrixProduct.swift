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
/// `a` is `rows x inner` and `b` is `inner x columns`, after any transposition.
func multiply(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Scalar>, rowStride: Int,
    rows: Int, inner: Int, columns: Int, accumulating: Bool = false, engine: ProductEngine = .current
) {
    switch engine {
    case .tiles:
        multiplyTiles(
            a, b, into: c, rowStride: rowStride, rows: rows, inner: inner, columns: columns,
            accumulating: accumulating)
    case .openBLAS(let library):
        library.multiply(
            a, b, into: c, rowStride: rowStride, rows: rows, inner: inner, columns: columns,
            accumulating: accumulating)
    }
}

/// Calls `body` with a product that many rows of left operands share the right operand of, which is prepared once.
///
/// The product computes `c = a b` on the calling thread.
func withProduct(
    by b: MatrixOperand, inner: Int, columns: Int, engine: ProductEngine = .current,
    _ body: (
        _ product: (_ a: MatrixOperand, _ c: UnsafeMutablePointer<Scalar>, _ rows: Int) -> Void
    ) -> Void
) {
    switch engine {
    case .tiles:
        withStrips(of: b, rows: inner, columns: columns) { strips in
            body { a, c, rows in
                loop_product(c, columns, a.pointer, a.rowStep, a.columnStep, strips, rows, inner, columns, 0)
            }
        }
    case .openBLAS(let library):
        body { a, c, rows in
            library.multiply(
                a, b, into: c, rowStride: columns, rows: rows, inner: inner, columns: columns,
                accumulating: false)
        }
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
