import Kernels

extension Tensor {
    /// The product of two matrices, either of which may be read transposed.
    ///
    /// - Shapes: `[m, k]` times `[k, n]` gives `[m, n]`, after transposition.
    /// - Differentiable: to any order.
    public func matrixProduct(
        _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
    ) -> Tensor {
        require(
            shape.rank == 2 && other.shape.rank == 2
                && shape[transposingSelf ? 0 : 1] == other.shape[transposingOther ? 1 : 0],
            "matrixProduct: shapes \(shape)\(transposingSelf ? " transposed" : "") and "
                + "\(other.shape)\(transposingOther ? " transposed" : "") do not fit")
        let result = Shape([shape[transposingSelf ? 1 : 0], other.shape[transposingOther ? 0 : 1]])
        let storage = Storage(result.count)
        multiplyInParallel(
            MatrixOperand(pointer, rowStride: shape[1], transposed: transposingSelf),
            MatrixOperand(other.pointer, rowStride: other.shape[1], transposed: transposingOther),
            into: storage.pointer, rows: result[0], inner: shape[transposingSelf ? 0 : 1], columns: result[1])
        return Tensor(
            storage, result, from: [self, other],
            Operation(
                name: "matrixProduct",
                as: .matrixProduct(transposingSelf: transposingSelf, transposingOther: transposingOther),
                uses: [[.input(1)], [.input(0)]]
            ) { backward in
                let g = backward.cotangent
                func leftGradient() -> Tensor {
                    let b = backward.input(1)
                    return transposingSelf
                        ? b.matrixProduct(g, transposingSelf: transposingOther, transposingOther: true)
                        : g.matrixProduct(b, transposingOther: !transposingOther)
                }
                func rightGradient() -> Tensor {
                    let a = backward.input(0)
                    return transposingOther
                        ? g.matrixProduct(a, transposingSelf: true, transposingOther: transposingSelf)
                        : a.matrixProduct(g, transposingSelf: !transposingSelf)
                }
                return [backward.needs[0] ? leftGradient() : nil, backward.needs[1] ? rightGradient() : nil]
            })
    }
}
