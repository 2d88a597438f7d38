import Foundation

/// OpenBLAS, opened when it is needed, so that what does not need it can do without.
///
/// - Source: <https://www.openblas.net>; the interface is that of its `cblas.h`.
public struct OpenBLAS: Sendable {
    private typealias GeneralProduct =
        @convention(c) @Sendable (
            _ order: Int32, _ transposesA: Int32, _ transposesB: Int32, _ rows: Int32, _ columns: Int32,
            _ inner: Int32, _ alpha: Scalar, _ a: UnsafePointer<Scalar>, _ aStride: Int32,
            _ b: UnsafePointer<Scalar>, _ bStride: Int32, _ beta: Scalar, _ c: UnsafeMutablePointer<Scalar>,
            _ cStride: Int32
        ) -> Void

    static let fileName = "libopenblas.so.0"
    private static let (rowMajor, asStored, transposed): (Int32, Int32, Int32) = (101, 111, 112)

    private let product: GeneralProduct

    /// Nil where the library is not installed.
    init?() {
        // Threads are this project's own; without this the library starts others when it is opened.
        setenv("OPENBLAS_NUM_THREADS", "1", 1)
        let name = MemoryLayout<Scalar>.size == 4 ? "cblas_sgemm" : "cblas_dgemm"
        guard let library = dlopen(Self.fileName, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, name)
        else { return nil }
        product = unsafeBitCast(symbol, to: GeneralProduct.self)
    }

    func multiply(
        _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Scalar>, rowStride: Int,
        rows: Int, inner: Int, columns: Int, accumulating: Bool
    ) {
        func kind(_ operand: MatrixOperand) -> Int32 { operand.transposed ? Self.transposed : Self.asStored }
        product(
            Self.rowMajor, kind(a), kind(b), Int32(rows), Int32(columns), Int32(inner), 1, a.pointer,
            Int32(a.rowStride), b.pointer, Int32(b.rowStride), accumulating ? 1 : 0, c, Int32(rowStride))
    }
}
