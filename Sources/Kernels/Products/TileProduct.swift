import CLoops

/// A product by this project's own tiles. Every element is the same sum, however the product is split.
func multiplyTiles(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Scalar>, rowStride: Int,
    rows: Int, inner: Int, columns: Int, accumulating: Bool
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
    } else if !b.transposed, rows <= 64, columns % loop_strip() == 0 {
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
    let strip = loop_strip()
    BufferPool.withScratch(rows * ((columns + strip - 1) / strip) * strip) { strips in
        loop_pack_strips(strips, matrix.pointer, matrix.rowStep, matrix.columnStep, rows, columns)
        body(strips)
    }
}
