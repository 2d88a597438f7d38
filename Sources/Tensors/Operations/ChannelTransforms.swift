import Kernels

/// A linear transform of one image's channels: `y = M x + N mean(x) + b` for each pixel `x`, with the mean
/// over the image's pixels.
public struct ChannelTransform: Hashable, Sendable {
    /// The matrix M, row-major.
    public let matrix: [Double]
    /// The matrix N, row-major.
    public let meanMatrix: [Double]
    /// The vector b.
    public let shift: [Double]

    /// The number of channels.
    public var channels: Int { shift.count }

    /// - Parameters:
    ///   - matrix: M, row-major.
    ///   - meanMatrix: N, row-major.
    ///   - shift: b
    public init(matrix: [Double], meanMatrix: [Double], shift: [Double]) {
        require(
            matrix.count == shift.count * shift.count && meanMatrix.count == matrix.count,
            "ChannelTransform: matrices of \(matrix.count) and \(meanMatrix.count) numbers do not fit "
                + "\(shift.count) channels")
        (self.matrix, self.meanMatrix, self.shift) = (matrix, meanMatrix, shift)
    }

    /// The transform that changes nothing.
    public static func identity(channels: Int) -> ChannelTransform {
        ChannelTransform(
            matrix: (0..<channels * channels).map { $0 % (channels + 1) == 0 ? 1 : 0 },
            meanMatrix: .init(repeating: 0, count: channels * channels),
            shift: .init(repeating: 0, count: channels))
    }

    /// This transform and then another.
    public func then(_ next: ChannelTransform) -> ChannelTransform {
        require(next.channels == channels, "then: \(channels) channels are not \(next.channels)")
        func product(_ a: [Double], _ b: [Double], columns: Int) -> [Double] {
            (0..<channels * columns).map { index in
                (0..<channels).reduce(0) {
                    $0 + a[index / columns * channels + $1] * b[$1 * columns + index % columns]
                }
            }
        }
        // The mean of what this one gives is (M + N) mean(x) + b.
        return ChannelTransform(
            matrix: product(next.matrix, matrix, columns: channels),
            meanMatrix: sum(
                product(next.matrix, meanMatrix, columns: channels),
                product(next.meanMatrix, sum(matrix, meanMatrix), columns: channels)),
            shift: sum(product(sum(next.matrix, next.meanMatrix), shift, columns: 1), next.shift))
    }

    /// The adjoint of the linear part: the mean is its own, so both matrices are transposed.
    fileprivate var adjoint: ChannelTransform {
        func transposed(_ matrix: [Double]) -> [Double] {
            matrix.indices.map { matrix[$0 % channels * channels + $0 / channels] }
        }
        return ChannelTransform(
            matrix: transposed(matrix), meanMatrix: transposed(meanMatrix),
            shift: .init(repeating: 0, count: channels))
    }

    fileprivate var mixing: ChannelMixing {
        ChannelMixing(
            matrix: matrix.map { Scalar($0) }, meanMatrix: meanMatrix.map { Scalar($0) },
            shift: shift.map { Scalar($0) })
    }
}

private func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }

extension Tensor {
    /// The channels of each image changed in its own way.
    ///
    /// - Shapes: `[n, h, w, c]`, with n transforms of c channels; the result has the same shape.
    /// - Differentiable: to any order.
    public func channelsTransformed(by transforms: [ChannelTransform]) -> Tensor {
        require(
            shape.rank == 4 && shape[0] == transforms.count
                && transforms.allSatisfy { $0.channels == shape[3] },
            "channelsTransformed: \(transforms.count) transforms of \(transforms.first?.channels ?? 0) "
                + "channels do not fit images \(shape)")
        let result = Storage(shape.count)
        mixChannels(
            of: pointer, into: result.pointer, transforms.map(\.mixing), pixels: shape[1] * shape[2],
            channels: shape[3])
        return Tensor(
            result, shape, from: [self],
            Operation(name: "channelsTransformed", uses: [[]]) {
                [$0.cotangent.channelsTransformed(by: transforms.map(\.adjoint))]
            })
    }
}
