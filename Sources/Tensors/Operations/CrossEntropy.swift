/// Class probabilities and their cross-entropy. All are composed operations, and so differentiable to any
/// order.
extension Tensor {
    /// The logarithm of the softmax of logits, without overflow.
    ///
    /// `x - m - log sum e^(x - m)` over a row, `m` its greatest logit.
    ///
    /// - Shapes: `[n, classes]` to the same.
    /// - Differentiable: to any order.
    public func logSoftmax() -> Tensor {
        require(shape.rank == 2 && shape[1] > 0, "logSoftmax: logits \(shape) are not [n, classes]")
        // Subtracting the same number from a whole row leaves the result unchanged, so no gradient flows
        // through it.
        let shifted = self - maximumOfRows
        return shifted - shifted.exponential().sum(axes: [1], keepingAxes: true).logarithm()
    }

    /// The cross-entropy of labels and the softmax of logits, in nats: the mean over the batch of
    /// `-sum labels * logSoftmax(logits)`.
    ///
    /// - Shapes: self (logits) and labels `[n, classes]` to a scalar.
    /// - Differentiable: to any order.
    /// - Parameter labels: a row each of probabilities that sum to 1, such as `oneHot` gives.
    public func crossEntropy(labels: Tensor) -> Tensor {
        require(
            labels.shape == shape && shape.rank == 2 && shape[0] > 0,
            "crossEntropy: logits \(shape) and labels \(labels.shape) are not both [n, classes]")
        return -(labels * logSoftmax()).sum() / Scalar(shape[0])
    }

    /// Class indices as one-hot rows.
    ///
    /// - Shapes: `[n, classes]`.
    /// - Parameter labels: each in `0..<classes`.
    public static func oneHot(_ labels: [Int], classes: Int) -> Tensor {
        Tensor(filling: [labels.count, classes]) { rows in
            rows.update(repeating: 0)
            for (row, label) in labels.enumerated() {
                require((0..<classes).contains(label), "oneHot: label \(label) is none of \(classes) classes")
                rows[row * classes + label] = 1
            }
        }
    }

    /// The index of the largest number in each row, the first of equal ones.
    ///
    /// - Shapes: `[n, classes]`.
    public func argmaxOfRows() -> [Int] {
        require(shape.rank == 2 && shape[1] > 0, "argmaxOfRows: shape \(shape) is not [n, classes]")
        return withScalars { scalars in
            (0..<shape[0]).map { row in
                let first = row * shape[1]
                return (1..<shape[1]).reduce(0) { scalars[first + $1] > scalars[first + $0] ? $1 : $0 }
            }
        }
    }

    /// `[n, 1]`, without a gradient.
    private var maximumOfRows: Tensor {
        let indices = argmaxOfRows()
        return withScalars { scalars in
            Tensor(indices.enumerated().map { scalars[$0 * shape[1] + $1] }, shape: [shape[0], 1])
        }
    }
}
