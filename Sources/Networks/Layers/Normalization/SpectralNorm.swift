import Tensors

/// The spectral norm of a weight, as a matrix with a row for each output channel: its largest singular value,
/// estimated by power iteration.
///
/// Each training pass that updates statistics takes one power iteration, `v = W^T u / |W^T u|`, then
/// `u = W v / |W v|`. The norm is `sigma = u^T W v`; the vectors are constants in the gradient.
///
/// - Source: Miyato et al. 2018, "Spectral normalization for generative adversarial networks", algorithm 1.
final class SpectralNorm {
    let u: Buffer
    let v: Buffer
    private let outputAxis: Int

    /// - Parameters:
    ///   - outputAxis: the weight's axis of output channels, 0 or 1.
    ///   - source: draws the initial vector.
    init(of weight: Parameter, outputAxis: Int, from source: inout ParameterSource) {
        let rows = weight.shape[outputAxis]
        let columns = weight.shape.count / rows
        // Where nothing is drawn, any unit vector: a network with only copied parameters still works.
        u = Buffer(Tensor(repeating: 1 / Scalar(rows).squareRoot(), shape: [rows]))
        v = Buffer(Tensor(repeating: 1 / Scalar(columns).squareRoot(), shape: [columns]))
        self.outputAxis = outputAxis
        guard case .drawn(var stream) = source else { return }
        u.value.copyScalars(of: .normal([rows], from: &stream))
        source = .drawn(stream)
        // As many iterations as PyTorch takes, so that the norm is useful before the first training pass.
        for _ in 0..<15 { _ = value(of: weight.value.detached, moving: true) }
    }

    /// The norm, of shape `[]`; a gradient flows through the weight.
    func value(of weight: Tensor, moving: Bool) -> Tensor {
        let order = [outputAxis, 1 - outputAxis] + Array(2..<weight.shape.rank)
        let matrix = weight.transposed(order).reshaped([u.shape.count, v.shape.count])
        // Copies, since later passes change the buffers while this pass's graph needs them.
        let right =
            moving
            ? Shards.once { iterated(v) { matrix.detached.matrixProduct(column(u), transposingSelf: true) } }
            : column(v)
        let image = matrix.matrixProduct(right)
        let left = moving ? Shards.once { iterated(u) { image.detached } } : column(u)
        return left.matrixProduct(image, transposingSelf: true).reshaped([])
    }

    /// A copy as a matrix.
    private func column(_ buffer: Buffer) -> Tensor {
        Tensor(buffer.value.scalars, shape: [buffer.shape.count, 1])
    }

    /// The next direction of a vector, which is kept.
    private func iterated(_ buffer: Buffer, _ vector: () -> Tensor) -> Tensor {
        let next = direction(of: vector())
        buffer.value.copyScalars(of: next)
        return next
    }

    private func direction(of vector: Tensor) -> Tensor {
        // PyTorch's bound, for a weight of zeros.
        vector / max(vector.squared().sum().squareRoot().scalar, 1e-12)
    }
}

/// A layer whose weight may be divided by its spectral norm.
protocol SpectrallyNormalizable: RectifiableLayer {
    var weight: Parameter { get }
    var spectralNorm: SpectralNorm? { get }
    var equalized: EqualizedRate? { get }
}

extension SpectrallyNormalizable {
    var equalized: EqualizedRate? { nil }
}

extension SpectrallyNormalizable {
    /// The weight that a pass uses.
    func usedWeight(_ context: ForwardContext) -> Tensor {
        let parameter = context.value(of: weight)
        let value = equalized.map { parameter * $0.weightScale(of: parameter.shape) } ?? parameter
        guard let spectralNorm else { return value }
        return value / spectralNorm.value(of: value, moving: context.movesStatistics)
    }

    /// The stored properties, named as by PyTorch's `spectral_norm`: `weight_orig` for the parameter,
    /// `weight_u` and `weight_v` for the vectors.
    public var members: [(name: String, part: Any)] {
        guard let spectralNorm else { return reflectedMembers }
        return reflectedMembers.flatMap { member -> [(name: String, part: Any)] in
            switch member.name {
            case "weight": [("weight_orig", weight)]
            case "spectral_norm": [("weight_u", spectralNorm.u), ("weight_v", spectralNorm.v)]
            default: [member]
            }
        }
    }
}
