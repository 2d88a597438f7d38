import CLoops
import COpenBLAS
import Foundation

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
}

/// `c = a b`, or `c += a b` when `accumulating`, with `a` of `rows x inner` and `b` of `inner x columns`
/// after any transposition, on the calling thread.
func multiply(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Scalar>, rowStride: Int,
    rows: Int, inner: Int, columns: Int, accumulating: Bool = false
) {
    BLAS.start()
    let product = scalarProduct
    product(
        CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
        Int32(rows), Int32(columns), Int32(inner), 1, a.pointer, Int32(a.rowStride), b.pointer,
        Int32(b.rowStride), accumulating ? 1 : 0, c, Int32(rowStride))
}

#if DoublePrecision
    private let scalarProduct = cblas_dgemm
#else
    private let scalarProduct = cblas_sgemm
#endif

/// `c = a b` on all threads, split over blocks of rows.
public func multiplyInParallel(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Scalar>, rows: Int, inner: Int,
    columns: Int
) {
    // A block of 128 rows reaches nine tenths of the speed of a large product; where there are not two of them,
    // smaller ones still gain. What takes some ten microseconds in all is not worth calling a thread for.
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

/// OpenBLAS as this project uses it: its best kernels for the processor, one thread a call (the work is
/// split over threads above it).
public enum BLAS {
    /// The name of the kernels in use, such as `SkylakeX`.
    public static var coreName: String {
        start()
        return String(cString: openblas_get_corename())
    }

    /// Sets the library up; only the first call does anything.
    public static func start() { _ = started }

    private static let started: Void = {
        chooseCore()
        openblas_set_num_threads(1)
    }()

    /// Older releases do not know newer processors and fall back to AVX2 kernels at half the speed; a build
    /// held to AVX2 goes the other way. The choice is made from an environment variable when the library
    /// loads, so it is set and the choice made again, unless the user has set it.
    private static func chooseCore() {
        let core = String(cString: openblas_get_corename())
        let older = ["Haswell", "Zen", "Excavator", "Steamroller", "Piledriver", "Prescott", "Sandybridge"]
        let newer = ["SkylakeX", "Cooperlake", "SapphireRapids"]
        let usesAVX512 = loop_uses_avx512() != 0
        guard getenv("OPENBLAS_CORETYPE") == nil, (usesAVX512 ? older : newer).contains(core),
            let library = dlopen(nil, RTLD_NOW), let quit = dlsym(library, "gotoblas_dynamic_quit"),
            let initialize = dlsym(library, "gotoblas_dynamic_init")
        else { return }
        typealias Procedure = @convention(c) () -> Void
        setenv("OPENBLAS_CORETYPE", usesAVX512 ? "SkylakeX" : "Haswell", 1)
        unsafeBitCast(quit, to: Procedure.self)()
        unsafeBitCast(initialize, to: Procedure.self)()
        unsetenv("OPENBLAS_CORETYPE")
    }
}
