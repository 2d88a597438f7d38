import CLoops
import Kernels

/// A batch's normalized activations with the statistics they were normalized by.
public struct BatchNormalization {
    /// `[..., c]`, the input's shape.
    public let output: Tensor
    /// `[c]`, of the batch; no gradient flows through it.
    public let mean: Tensor
    /// `[c]`, of the batch, biased (divided by the count); no gradient flows through it.
    public let variance: Tensor
}

extension Tensor {
    /// Normalizes each channel over all other axes, by the statistics of this very batch.
    ///
    /// `y = (x - mean) / sqrt(variance + epsilon) * scale + shift`, the variance biased.
    ///
    /// - Shapes: self `[..., c]`, scale and shift `[c]`.
    /// - Differentiable: to any order; fused to the first.
    /// - Source: Ioffe and Szegedy 2015, "Batch Normalization", algorithm 1.
    public func batchNormalized(scale: Tensor, shift: Tensor, epsilon: Scalar = 1e-5) -> BatchNormalization {
        let channels = shape[-1]
        require(
            shape.rank >= 2 && scale.shape == [channels] && shift.shape == [channels],
            "batchNormalized: activations \(shape), scale \(scale.shape) and shift \(shift.shape) do not fit")
        let rows = shape.count / max(1, channels)
        let mean = Storage(channels)
        let variance = Storage(channels)
        moments(of: pointer, mean: mean.pointer, variance: variance.pointer, rows: rows, columns: channels)
        // y = x a + b in one sweep.
        let deviations = Storage(channels)
        let a = Storage(channels)
        let b = Storage(channels)
        for channel in 0..<channels {
            let inverse = 1 / (variance.pointer[channel] + epsilon).squareRoot()
            deviations.pointer[channel] = inverse
            a.pointer[channel] = scale.pointer[channel] * inverse
            b.pointer[channel] = shift.pointer[channel] - mean.pointer[channel] * a.pointer[channel]
        }
        let output = Storage(shape.count)
        Parallel.forEachRows(of: rows, columns: channels, in: .normalization) { part in
            let first = part.lowerBound * channels
            loop_affine_rows(
                output.pointer + first, pointer + first, a.pointer, b.pointer, part.count, channels)
        }
        let statistics = [Tensor(mean, [channels]), Tensor(deviations, [channels])]
        return BatchNormalization(
            output: Tensor(
                output, shape, from: [self, scale, shift] + statistics,
                batchNormalizationOperation(epsilon: epsilon)),
            mean: statistics[0], variance: Tensor(variance, [channels]))
    }
}

/// Inputs: activations, scale, shift, mean, inverse deviation.
private func batchNormalizationOperation(epsilon: Scalar) -> Operation {
    let all: [Operand] = [.input(0), .input(1), .input(3), .input(4)]
    return Operation(name: "batchNormalized", uses: [all, all, all]) { backward in
        backward.createGraph
            ? composedGradient(backward, epsilon: epsilon) : fusedGradient(backward)
    }
}

private func fusedGradient(_ backward: Backward) -> [Tensor?] {
    let (g, x, scale) = (backward.cotangent, backward.input(0), backward.input(1))
    let (mean, inverse) = (backward.input(3), backward.input(4))
    let channels = x.shape[-1]
    let rows = x.shape.count / channels
    let sum = Storage(channels)
    let product = Storage(channels)
    normalizationSums(
        g.pointer, x.pointer, mean: mean.pointer, sum: sum.pointer, product: product.pointer, rows: rows,
        columns: channels)
    // dx = scale r (g - sum/n - (x - mean) r^2 product/n) = g a + x b + d for each channel
    let a = Storage(channels)
    let b = Storage(channels)
    let d = Storage(channels)
    let scaleGradient = Storage(channels)
    for channel in 0..<channels {
        let r = inverse.pointer[channel]
        let factor = scale.pointer[channel] * r
        a.pointer[channel] = factor
        b.pointer[channel] = -factor * r * r * product.pointer[channel] / Scalar(rows)
        d.pointer[channel] =
            -factor * sum.pointer[channel] / Scalar(rows) - mean.pointer[channel] * b.pointer[channel]
        scaleGradient.pointer[channel] = product.pointer[channel] * r
    }
    func inputGradient() -> Tensor {
        let result = Storage(x.shape.count)
        Parallel.forEachRows(of: rows, columns: channels, in: .normalization) { part in
            let first = part.lowerBound * channels
            loop_normalization_gradient(
                result.pointer + first, g.pointer + first, x.pointer + first, a.pointer, b.pointer, d.pointer,
                part.count, channels)
        }
        return Tensor(result, x.shape)
    }
    return [
        backward.needs[0] ? inputGradient() : nil, Tensor(scaleGradient, [channels]),
        Tensor(sum, [channels]), nil, nil,
    ]
}

/// The same gradient in operations that can be differentiated again; the statistics are recomputed, since
/// they depend on the activations.
private func composedGradient(_ backward: Backward, epsilon: Scalar) -> [Tensor?] {
    let (g, x, scale) = (backward.cotangent, backward.input(0), backward.input(1))
    let axes = Array(0..<x.shape.rank - 1)
    let centered = x - x.mean(axes: axes)
    let deviation = (centered.squared().mean(axes: axes) + epsilon).squareRoot()
    let normalized = centered / deviation
    let correlation = (g * normalized).mean(axes: axes)
    let count = Scalar(x.shape.count / x.shape[-1])
    let inputGradient = (g - g.mean(axes: axes) - normalized * correlation) * (scale / deviation)
    return [inputGradient, correlation * count, g.sum(axes: axes), nil, nil]
}
