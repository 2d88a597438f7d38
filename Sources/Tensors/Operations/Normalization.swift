import CLoops
import Kernels

/// Normalized activations of a batch, with the statistics that they were normalized by.
public struct BatchNormalization {
    /// `[..., c]`, the input's shape.
    public let output: Tensor
    /// `[c]`, of the batch; no gradient flows through it.
    public let mean: Tensor
    /// `[c]`, of the batch, biased (divided by the count); no gradient flows through it.
    public let variance: Tensor
}

extension Tensor {
    /// Normalizes each channel by its mean and variance over the batch and all pixels, scales and shifts it,
    /// then applies a leaky ReLU in the same pass.
    ///
    /// `v = (x - mean) / sqrt(variance + epsilon) * scale + shift`, the variance biased;
    /// `y = v` where positive, `slope v` elsewhere.
    ///
    /// - Shapes: self `[n, ..., c]`, scale and shift `[c]`, or `[n, c]` for scales and shifts of each image.
    /// - Differentiable: to any order; fused to the first.
    /// - Source: Ioffe and Szegedy 2015, "Batch Normalization", algorithm 1.
    /// - Parameter slope: of the leaky ReLU, at least 0; 1 leaves it out.
    public func batchNormalized(
        scale: Tensor, shift: Tensor, epsilon: Scalar = 1e-5, slope: Scalar = 1
    ) -> BatchNormalization {
        checkChannels("batchNormalized", scale, shift, slope)
        let (mean, variance) = Self.momentsOverShards(channelMoments(groups: 1))
        let output = normalized(
            NormalizationSettings(extent: .channel, epsilon: epsilon, slope: slope), mean: mean,
            variance: variance, scale: scale, shift: shift)
        return BatchNormalization(output: output, mean: mean, variance: variance)
    }

    /// Normalizes each image over all its pixels and channels, scales and shifts each channel, then applies a
    /// leaky ReLU in the same pass.
    ///
    /// The formula is `batchNormalized`'s, with the mean and the biased variance of an image.
    ///
    /// - Shapes: self `[n, ..., c]`, scale and shift `[c]`.
    /// - Differentiable: to any order; fused to the first.
    /// - Source: Ba et al. 2016, "Layer Normalization", for images as in Gulrajani et al. 2017, "Improved
    ///   training of Wasserstein GANs", section 4.
    /// - Parameter slope: of the leaky ReLU, at least 0; 1 leaves it out.
    public func layerNormalized(
        scale: Tensor, shift: Tensor, epsilon: Scalar = 1e-5, slope: Scalar = 1
    ) -> Tensor {
        checkChannels("layerNormalized", scale, shift, slope)
        let (images, channels) = (shape[0], shape[-1])
        let (means, variances) = channelMoments(groups: images)
        let mean = Storage(images)
        let variance = Storage(images)
        for image in 0..<images {
            let (means, variances) = (
                means.pointer + image * channels, variances.pointer + image * channels
            )
            var (sum, squares) = (0.0, 0.0)
            for channel in 0..<channels { sum += Double(means[channel]) }
            let average = sum / Double(channels)
            for channel in 0..<channels {
                let difference = Double(means[channel]) - average
                squares += Double(variances[channel]) + difference * difference
            }
            mean.pointer[image] = Scalar(average)
            variance.pointer[image] = Scalar(squares / Double(channels))
        }
        return normalized(
            NormalizationSettings(extent: .image, epsilon: epsilon, slope: slope),
            mean: Tensor(mean, [images]), variance: Tensor(variance, [images]), scale: scale, shift: shift
        )
    }

    /// Normalizes each channel of each image over its pixels, scales and shifts it, then applies a leaky ReLU
    /// in the same pass.
    ///
    /// The formula is `batchNormalized`'s, with the mean and the biased variance of one image's channel.
    ///
    /// - Shapes: self `[n, ..., c]`, scale and shift `[c]`, or `[n, c]` for scales and shifts of each image.
    /// - Differentiable: to any order; fused to the first.
    /// - Source: Ulyanov et al. 2016, "Instance normalization"; with scales of each image as in Huang and
    ///   Belongie 2017, "Arbitrary style transfer in real-time with adaptive instance normalization".
    /// - Parameter slope: of the leaky ReLU, at least 0; 1 leaves it out.
    public func instanceNormalized(
        scale: Tensor, shift: Tensor, epsilon: Scalar = 1e-5, slope: Scalar = 1
    ) -> Tensor {
        checkChannels("instanceNormalized", scale, shift, slope)
        let statistics: Shape = [shape[0], shape[-1]]
        let (mean, variance) = channelMoments(groups: shape[0])
        return normalized(
            NormalizationSettings(extent: .channelOfImage, epsilon: epsilon, slope: slope),
            mean: mean.reshaped(statistics), variance: variance.reshaped(statistics), scale: scale,
            shift: shift)
    }

    /// Scales and shifts each channel, then applies a leaky ReLU in the same pass.
    ///
    /// `v = x * scale + shift`; `y = v` where positive, `slope v` elsewhere.
    ///
    /// - Shapes: self `[n, ..., c]`, scale and shift `[c]`, or `[n, c]` for scales and shifts of each image.
    /// - Differentiable: to any order.
    /// - Parameter slope: of the leaky ReLU, at least 0; 1 leaves it out.
    public func scaled(by scale: Tensor, shiftedBy shift: Tensor, slope: Scalar = 1) -> Tensor {
        checkChannels("scaled", scale, shift, slope)
        return Tensor(
            rectifiedRows(scale.storage, shift.storage, slope), shape, from: [self, scale, shift],
            Operation(
                name: "scaled", as: .scaled(slope: slope),
                uses: slope == 1
                    ? [[.input(1)], [.input(0)], []]
                    : [[.output, .input(1)], [.output, .input(0)], [.output]]
            ) { backward in
                let g = rectifierGradient(backward, slope)
                let scaleShape = backward.inputShapes[1]
                let spread = scaleShape.spread(over: g.shape)
                return [
                    backward.needs[0] ? g * backward.input(1).reshaped(spread) : nil,
                    backward.needs[1]
                        ? (g * backward.input(0)).summed(to: spread).reshaped(scaleShape) : nil,
                    backward.needs[2] ? g.summed(to: spread).reshaped(scaleShape) : nil,
                ]
            })
    }

    /// Adds a bias to each channel, then applies a leaky ReLU in the same pass.
    ///
    /// `v = x + bias`; `y = v` where positive, `slope v` elsewhere.
    ///
    /// - Shapes: self `[..., c]`, bias `[c]`.
    /// - Differentiable: to any order.
    /// - Parameter slope: of the leaky ReLU, at least 0; 1 leaves it out.
    public func biased(by bias: Tensor, slope: Scalar = 1) -> Tensor {
        require(
            shape.rank >= 2 && bias.shape == [shape[-1]],
            "biased: activations \(shape) and \(bias.shape) do not fit")
        require(slope >= 0, "biased: slope \(slope) is negative")
        let output = Storage(shape.count)
        let channels = shape[-1]
        Parallel.forEachRows(of: shape.count / max(1, channels), columns: channels) { part in
            let first = part.lowerBound * channels
            loop_shift_rows(
                output.pointer + first, pointer + first, bias.pointer, slope, part.count, channels)
        }
        return Tensor(
            output, shape, from: [self, bias],
            Operation(
                name: "biased", as: .biased(slope: slope),
                uses: slope == 1 ? [[], []] : [[.output], [.output]]
            ) { backward in
                let g = rectifierGradient(backward, slope)
                return [
                    backward.needs[0] ? g : nil,
                    backward.needs[1] ? g.summed(to: backward.inputShapes[1]) : nil,
                ]
            })
    }

    /// Traps unless scale and shift fit the activations.
    private func checkChannels(_ name: String, _ scale: Tensor, _ shift: Tensor, _ slope: Scalar) {
        require(
            shape.rank >= 2 && [[shape[-1]], Shape([shape[0], shape[-1]])].contains(scale.shape)
                && shift.shape == scale.shape,
            "\(name): activations \(shape) and \([scale, shift].map(\.shape)) do not fit")
        require(slope >= 0, "\(name): slope \(slope) is negative")
    }

    /// The mean and biased variance of each channel, `[c]`, or `[groups, c]` for equal parts of the batch.
    private func channelMoments(groups: Int) -> (mean: Tensor, variance: Tensor) {
        let channels = shape[-1]
        let mean = Storage(groups * channels)
        let variance = Storage(groups * channels)
        moments(
            of: pointer, mean: mean.pointer, variance: variance.pointer,
            rows: shape.count / max(1, channels), columns: channels, groups: groups)
        let result: Shape = groups == 1 ? [channels] : [groups, channels]
        return (Tensor(mean, result), Tensor(variance, result))
    }

    /// Mean and biased variance of the batch, from those of its equal parts.
    private static func momentsOverShards(
        _ part: (mean: Tensor, variance: Tensor)
    ) -> (mean: Tensor, variance: Tensor) {
        if Shards.count == 1 { return part }
        Shards.mergeMoments(part.mean.pointer, part.variance.pointer, count: part.mean.shape.count)
        return part
    }

    /// Normalizes by a mean and variance `[c]` of each channel, `[n]` of each image, or `[n, c]` of each
    /// channel of each image.
    private func normalized(
        _ settings: NormalizationSettings, mean: Tensor, variance: Tensor, scale: Tensor, shift: Tensor
    ) -> Tensor {
        let inverse = Storage(variance.shape.count)
        for index in 0..<variance.shape.count {
            inverse.pointer[index] = 1 / (variance.pointer[index] + settings.epsilon).squareRoot()
        }
        // v = x a + b in one pass.
        let layout = settings.layout(of: shape, scale: scale.shape)
        let a = Storage(layout.vectorCount)
        let b = Storage(layout.vectorCount)
        layout.forEachPlace { place, statistic, vector in
            a.pointer[place] = scale.pointer[vector] * inverse.pointer[statistic]
            b.pointer[place] = shift.pointer[vector] - mean.pointer[statistic] * a.pointer[place]
        }
        return Tensor(
            rectifiedRows(a, b, settings.slope), shape,
            from: [self, scale, shift, mean, Tensor(inverse, variance.shape)],
            settings.operation(rank: shape.rank))
    }

    /// The leaky ReLU of `v = x scale + shift`; scale and shift `[c]`, or `[n][c]` for each image its own.
    private func rectifiedRows(_ scale: Storage, _ shift: Storage, _ slope: Scalar) -> Storage {
        let output = Storage(shape.count)
        let channels = shape[-1]
        Parallel.forEachRows(
            of: shape.count / max(1, channels), inGroups: scale.count / max(1, channels), columns: channels,
            in: .normalization
        ) { rows, group in
            let (first, vector) = (rows.lowerBound * channels, group * channels)
            loop_affine_rows(
                output.pointer + first, pointer + first, scale.pointer + vector, shift.pointer + vector,
                slope, rows.count, channels)
        }
        return output
    }
}

extension Shape {
    /// `[c]` as `[1, ..., 1, c]` and `[n, c]` as `[n, 1, ..., 1, c]`, to broadcast over activations.
    func spread(over activations: Shape) -> Shape {
        let ones = [Int](repeating: 1, count: activations.rank - 2)
        return Shape([rank == 1 ? 1 : self[0]] + ones + [self[-1]])
    }
}

/// The gradient in the input of the leaky ReLU.
func rectifierGradient(_ backward: Backward, _ slope: Scalar) -> Tensor {
    slope == 1
        ? backward.cotangent
        : backward.cotangent.maskedLikeLeakyReLU(of: backward.output.detached, slope: slope)
}
