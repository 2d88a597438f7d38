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
    /// Normalizes each channel over all other axes, by the statistics of this very batch; then a leaky
    /// rectifier, in the same sweep.
    ///
    /// `v = (x - mean) / sqrt(variance + epsilon) * scale + shift`, the variance biased;
    /// `y = v` where positive, `slope v` elsewhere.
    ///
    /// - Shapes: self `[..., c]`, scale and shift `[c]`.
    /// - Differentiable: to any order; fused to the first.
    /// - Source: Ioffe and Szegedy 2015, "Batch Normalization", algorithm 1.
    /// - Parameter slope: at least 0; 1 leaves the rectifier out.
    public func batchNormalized(
        scale: Tensor, shift: Tensor, epsilon: Scalar = 1e-5, slope: Scalar = 1
    ) -> BatchNormalization {
        checkChannels("batchNormalized", [scale, shift], slope)
        let channels = shape[-1]
        let rows = shape.count / max(1, channels)
        let mean = Storage(channels)
        let variance = Storage(channels)
        moments(of: pointer, mean: mean.pointer, variance: variance.pointer, rows: rows, columns: channels)
        // v = x a + b in one sweep.
        let deviations = Storage(channels)
        let a = Storage(channels)
        let b = Storage(channels)
        for channel in 0..<channels {
            let inverse = 1 / (variance.pointer[channel] + epsilon).squareRoot()
            deviations.pointer[channel] = inverse
            a.pointer[channel] = scale.pointer[channel] * inverse
            b.pointer[channel] = shift.pointer[channel] - mean.pointer[channel] * a.pointer[channel]
        }
        let statistics = [Tensor(mean, [channels]), Tensor(deviations, [channels])]
        return BatchNormalization(
            output: Tensor(
                rectifiedRows(a, b, slope), shape, from: [self, scale, shift] + statistics,
                batchNormalizationOperation(epsilon: epsilon, slope: slope)),
            mean: statistics[0], variance: Tensor(variance, [channels]))
    }

    /// Scales and shifts each channel; then a leaky rectifier, in the same sweep.
    ///
    /// `v = x * scale + shift`; `y = v` where positive, `slope v` elsewhere.
    ///
    /// - Shapes: self `[..., c]`, scale and shift `[c]`.
    /// - Differentiable: to any order.
    /// - Parameter slope: at least 0; 1 leaves the rectifier out.
    public func scaled(by scale: Tensor, shiftedBy shift: Tensor, slope: Scalar = 1) -> Tensor {
        checkChannels("scaled", [scale, shift], slope)
        return Tensor(
            rectifiedRows(scale.storage, shift.storage, slope), shape, from: [self, scale, shift],
            Operation(
                name: "scaled",
                uses: slope == 1
                    ? [[.input(1)], [.input(0)], []]
                    : [[.output, .input(1)], [.output, .input(0)], [.output]]
            ) { backward in
                let g = rectifierGradient(backward, slope)
                let channels = backward.inputShapes[1]
                return [
                    backward.needs[0] ? g * backward.input(1) : nil,
                    backward.needs[1] ? (g * backward.input(0)).summed(to: channels) : nil,
                    backward.needs[2] ? g.summed(to: channels) : nil,
                ]
            })
    }

    /// Adds a number to each channel; then a leaky rectifier, in the same sweep.
    ///
    /// `v = x + bias`; `y = v` where positive, `slope v` elsewhere.
    ///
    /// - Shapes: self `[..., c]`, bias `[c]`.
    /// - Differentiable: to any order.
    /// - Parameter slope: at least 0; 1 leaves the rectifier out.
    public func biased(by bias: Tensor, slope: Scalar = 1) -> Tensor {
        checkChannels("biased", [bias], slope)
        let output = Storage(shape.count)
        let channels = shape[-1]
        Parallel.forEachRows(of: shape.count / max(1, channels), columns: channels) { part in
            let first = part.lowerBound * channels
            loop_shift_rows(
                output.pointer + first, pointer + first, bias.pointer, slope, part.count, channels)
        }
        return Tensor(
            output, shape, from: [self, bias],
            Operation(name: "biased", uses: slope == 1 ? [[], []] : [[.output], [.output]]) { backward in
                let g = rectifierGradient(backward, slope)
                return [
                    backward.needs[0] ? g : nil,
                    backward.needs[1] ? g.summed(to: backward.inputShapes[1]) : nil,
                ]
            })
    }

    private func checkChannels(_ name: String, _ vectors: [Tensor], _ slope: Scalar) {
        require(
            shape.rank >= 2 && vectors.allSatisfy { $0.shape == [shape[-1]] },
            "\(name): activations \(shape) and \(vectors.map(\.shape)) do not fit")
        require(slope >= 0, "\(name): slope \(slope) is negative")
    }

    private func rectifiedRows(_ scale: Storage, _ shift: Storage, _ slope: Scalar) -> Storage {
        let output = Storage(shape.count)
        let channels = shape[-1]
        Parallel.forEachRows(of: shape.count / max(1, channels), columns: channels, in: .normalization) {
            part in
            let first = part.lowerBound * channels
            loop_affine_rows(
                output.pointer + first, pointer + first, scale.pointer, shift.pointer, slope, part.count,
                channels)
        }
        return output
    }
}

/// The gradient in what the rectifier was given.
private func rectifierGradient(_ backward: Backward, _ slope: Scalar) -> Tensor {
    slope == 1
        ? backward.cotangent
        : backward.cotangent.maskedLikeLeakyReLU(of: backward.output.detached, slope: slope)
}

/// Inputs: activations, scale, shift, mean, inverse deviation.
private func batchNormalizationOperation(epsilon: Scalar, slope: Scalar) -> Operation {
    let all: [Operand] = [.input(0), .input(1), .input(3), .input(4)] + (slope == 1 ? [] : [.output])
    return Operation(name: "batchNormalized", uses: [all, all, all]) { backward in
        backward.createGraph
            ? composedGradient(backward, epsilon: epsilon, slope: slope)
            : fusedGradient(backward, slope: slope)
    }
}

private func fusedGradient(_ backward: Backward, slope: Scalar) -> [Tensor?] {
    let (g, x, scale) = (backward.cotangent, backward.input(0), backward.input(1))
    let (mean, inverse) = (backward.input(3), backward.input(4))
    // With slope 1 the sign does not matter, so any array of the shape serves.
    let y = slope == 1 ? x : backward.output
    let channels = x.shape[-1]
    let rows = x.shape.count / channels
    let sum = Storage(channels)
    let product = Storage(channels)
    normalizationSums(
        g.pointer, x.pointer, y: y.pointer, slope: slope, mean: mean.pointer, sum: sum.pointer,
        product: product.pointer, rows: rows, columns: channels)
    // dx = scale r (h - sum/n - (x - mean) r^2 product/n) = h a + x b + d for each channel, h the gradient
    // before the rectifier.
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
                result.pointer + first, g.pointer + first, x.pointer + first, y.pointer + first, slope,
                a.pointer, b.pointer, d.pointer, part.count, channels)
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
private func composedGradient(_ backward: Backward, epsilon: Scalar, slope: Scalar) -> [Tensor?] {
    let (g, x, scale) = (rectifierGradient(backward, slope), backward.input(0), backward.input(1))
    let axes = Array(0..<x.shape.rank - 1)
    let centered = x - x.mean(axes: axes)
    let deviation = (centered.squared().mean(axes: axes) + epsilon).squareRoot()
    let normalized = centered / deviation
    let correlation = (g * normalized).mean(axes: axes)
    let count = Scalar(x.shape.count / x.shape[-1])
    let inputGradient = (g - g.mean(axes: axes) - normalized * correlation) * (scale / deviation)
    return [inputGradient, correlation * count, g.sum(axes: axes), nil, nil]
}
