import TestSupport
import Testing

@testable import Kernels

@Suite struct MatrixProductTests {
    /// Stored matrices with a gap behind each row, and their product by plain loops.
    private struct Problem {
        let (rows, inner, columns): (Int, Int, Int)
        let (aTransposed, bTransposed): (Bool, Bool)
        let gap = 3
        let a, b: [Scalar]

        init(_ extents: (Int, Int, Int), _ aTransposed: Bool, _ bTransposed: Bool) {
            (rows, inner, columns) = extents
            (self.aTransposed, self.bTransposed) = (aTransposed, bTransposed)
            a = normal((rows + gap) * (inner + gap), seed: 1)
            b = normal((inner + gap) * (columns + gap), seed: 2)
        }

        var aStride: Int { (aTransposed ? rows : inner) + gap }
        var bStride: Int { (bTransposed ? inner : columns) + gap }

        func withOperands(_ body: (_ left: MatrixOperand, _ right: MatrixOperand) -> Void) {
            withPointers(a, b) { a, b in
                body(
                    MatrixOperand(a, rowStride: aStride, transposed: aTransposed),
                    MatrixOperand(b, rowStride: bStride, transposed: bTransposed))
            }
        }

        var product: [Double] {
            (0..<rows * columns).map { element in
                let (row, column) = (element / columns, element % columns)
                return (0..<inner).reduce(0.0) { sum, k in
                    sum + Double(a[aTransposed ? k * aStride + row : row * aStride + k])
                        * Double(b[bTransposed ? column * bStride + k : k * bStride + column])
                }
            }
        }
    }

    static let extents = [
        (1, 1, 1), (3, 5, 7), (17, 1, 31), (1, 64, 1), (129, 67, 130), (300, 40, 5), (20, 600, 64),
        (15, 9, 260),
    ]
    static let transpositions = [(false, false), (false, true), (true, false), (true, true)]

    /// What is multiplied with here: OpenBLAS only where it is installed.
    static let engines: [ProductEngine] = [.tiles] + (OpenBLAS().map { [.openBLAS($0)] } ?? [])

    @Test(arguments: extents, engines)
    func `engines match plain loops`(extents: (Int, Int, Int), engine: ProductEngine) {
        let (rows, inner, columns) = extents
        for (aTransposed, bTransposed) in Self.transpositions {
            let problem = Problem(extents, aTransposed, bTransposed)
            let single = output(rows * columns) { result in
                problem.withOperands { left, right in
                    multiply(
                        left, right, into: result, rowStride: columns, rows: rows, inner: inner,
                        columns: columns, engine: engine)
                }
            }
            let shared = output(rows * columns) { result in
                problem.withOperands { left, right in
                    withProduct(by: right, inner: inner, columns: columns, engine: engine) { product in
                        product(left, result, rows)
                    }
                }
            }
            expectClose(single, problem.product, absolute: rounding, relative: rounding)
            expectClose(shared, problem.product, absolute: rounding, relative: rounding)
        }
    }

    @Test(arguments: extents, transpositions)
    func productsOnAllThreadsMatchPlainLoops(extents: (Int, Int, Int), transposed: (Bool, Bool)) {
        let problem = Problem(extents, transposed.0, transposed.1)
        let (rows, inner, columns) = extents
        let parallel = output(rows * columns) { result in
            problem.withOperands { left, right in
                multiplyInParallel(left, right, into: result, rows: rows, inner: inner, columns: columns)
            }
        }
        expectClose(parallel, problem.product, absolute: rounding, relative: rounding)
    }

    @Test(arguments: [(5, 7, 3), (5, 300, 64), (70, 7, 33), (100, 300, 70)], engines)
    func accumulatingAddsToWhatIsThere(extents: (Int, Int, Int), engine: ProductEngine) {
        for bTransposed in [false, true] { expectAccumulation(extents, bTransposed, engine) }
    }

    private func expectAccumulation(
        _ extents: (Int, Int, Int), _ bTransposed: Bool, _ engine: ProductEngine
    ) {
        let problem = Problem(extents, false, bTransposed)
        let (rows, inner, columns) = extents
        let (stride, before) = (columns + 1, 0.5)
        var result = [Scalar](repeating: Scalar(before), count: rows * stride)
        result.withUnsafeMutableBufferPointer { result in
            problem.withOperands { left, right in
                multiply(
                    left, right, into: result.baseAddress!, rowStride: stride, rows: rows, inner: inner,
                    columns: columns, accumulating: true, engine: engine)
            }
        }
        let product = problem.product
        let expected = (0..<rows * stride).map { element in
            let (row, column) = (element / stride, element % stride)
            return column < columns ? product[row * columns + column] + before : before
        }
        expectClose(result, expected, absolute: rounding, relative: rounding)
    }

    @Test(arguments: engines)
    func anEmptyInnerExtentGivesZeros(engine: ProductEngine) {
        let result = output(6) { result in
            withPointers([.nan], [.nan]) { a, b in
                multiply(
                    MatrixOperand(a, rowStride: 0), MatrixOperand(b, rowStride: 3), into: result,
                    rowStride: 3,
                    rows: 2, inner: 0, columns: 3, engine: engine)
            }
        }
        #expect(result == [0, 0, 0, 0, 0, 0])
    }

    @Test func `an element is the same sum in a tile, at an edge and in a larger product`() {
        let problem = Problem((200, 600, 130), false, false)
        func products(rows: Int, columns: Int) -> [Scalar] {
            output(rows * columns) { result in
                problem.withOperands { left, right in
                    multiply(
                        left, right, into: result, rowStride: columns, rows: rows, inner: 600,
                        columns: columns, engine: .tiles)
                }
            }
        }
        let whole = products(rows: 200, columns: 130)
        for (rows, columns) in [(1, 1), (7, 130), (100, 40), (193, 64)] {
            let part = products(rows: rows, columns: columns)
            let same = (0..<rows * columns).allSatisfy {
                part[$0] == whole[$0 / columns * 130 + $0 % columns]
            }
            #expect(same, "\(rows)x\(columns)")
        }
    }
}
