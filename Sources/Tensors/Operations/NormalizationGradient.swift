import CLoops
import Kernels

/// A normalization by statistics of the activations themselves: one recorded operation, whose inputs are
/// activations, scale, shift, mean and inverse deviation.
struct NormalizationSettings {
    /// The activations that one mean and one variance are computed from.
    enum Extent {
        /// A channel of all images.
        case channel
        /// An image's channels.
        case image
        /// A channel of one image.
        case channelOfImage
    }

    let extent: Extent
    let epsilon: Scalar
    let slope: Scalar

    func layout(of activations: Shape, scale: Shape) -> NormalizationLayout {
        NormalizationLayout(
            rows: activations.count / max(1, activations[-1]), channels: activations[-1],
            groups: extent != .channel || scale.rank == 2 ? activations[0] : 1,
            extent: extent, hasScalesOfImages: scale.rank == 2)
    }

    private func axes(rank: Int) -> [Int] {
        switch extent {
        case .channel: Array(0..<rank - 1)
        case .image: Array(1..<rank)
        case .channelOfImage: Array(1..<rank - 1)
        }
    }

    /// - Parameter rank: of the activations.
    func operation(rank: Int) -> Operation {
        let all: [Operand] = [.input(0), .input(1), .input(3), .input(4)] + (slope == 1 ? [] : [.output])
        return Operation(
            name: "normalized", as: .normalized(axes: axes(rank: rank), epsilon: epsilon, slope: slope),
            uses: [all, all, all]
        ) { backward in
            backward.createGraph ? composedGradient(backward) : fusedGradient(backward)
        }
    }

    private func fusedGradient(_ backward: Backward) -> [Tensor?] {
        let (g, x, scale) = (backward.cotangent, backward.input(0), backward.input(1))
        let (mean, inverse) = (backward.input(3), backward.input(4))
        // With slope 1 the sign does not matter, so any array of the shape serves.
        let y = slope == 1 ? x : backward.output
        let layout = layout(of: x.shape, scale: scale.shape)
        let centers = Storage(layout.vectorCount)
        layout.forEachPlace { place, statistic, _ in centers.pointer[place] = mean.pointer[statistic] }
        let sum = Storage(layout.vectorCount)
        let product = Storage(layout.vectorCount)
        normalizationSums(
            g.pointer, x.pointer, y: y.pointer, slope: slope, mean: centers.pointer, sum: sum.pointer,
            product: product.pointer, rows: layout.rows, columns: layout.channels, groups: layout.groups)

        let scaleGradient = Tensor.zeros(scale.shape)
        let shiftGradient = Tensor.zeros(scale.shape)
        // Of the gradient in the normalized activations z, h scale: its mean, and that of its product with z.
        let means = Tensor.zeros([2, mean.shape.count])
        let (average, correlation) = (means.pointer, means.pointer + mean.shape.count)
        let share = Scalar(mean.shape.count) / Scalar(x.shape.count)
        layout.forEachPlace { place, statistic, vector in
            let scale = scale.pointer[vector]
            let scaled = product.pointer[place] * inverse.pointer[statistic]
            scaleGradient.pointer[vector] += scaled
            shiftGradient.pointer[vector] += sum.pointer[place]
            average[statistic] += scale * sum.pointer[place] * share
            correlation[statistic] += scale * scaled * share
        }
        if extent == .channel { Shards.average(means.pointer, count: means.shape.count) }
        func inputGradient() -> Tensor {
            // dx = r (h scale - average - z correlation) = h a + x b + d, for z = (x - mean) r.
            let a = Storage(layout.vectorCount)
            let b = Storage(layout.vectorCount)
            let d = Storage(layout.vectorCount)
            layout.forEachPlace { place, statistic, vector in
                let r = inverse.pointer[statistic]
                a.pointer[place] = scale.pointer[vector] * r
                b.pointer[place] = -r * r * correlation[statistic]
                d.pointer[place] =
                    -r * average[statistic] - mean.pointer[statistic] * b.pointer[place]
            }
            let result = Storage(x.shape.count)
            let channels = layout.channels
            Parallel.forEachRows(
                of: layout.rows, inGroups: layout.groups, columns: channels, in: .normalization
            ) { rows, group in
                let (first, vector) = (rows.lowerBound * channels, group * channels)
                loop_normalization_gradient(
                    result.pointer + first, g.pointer + first, x.pointer + first, y.pointer + first, slope,
                    a.pointer + vector, b.pointer + vector, d.pointer + vector, rows.count, channels)
            }
            return Tensor(result, x.shape)
        }
        return [backward.needs[0] ? inputGradient() : nil, scaleGradient, shiftGradient, nil, nil]
    }

    /// The same gradient in operations that can be differentiated again; the statistics are recomputed, since
    /// they depend on the activations.
    private func composedGradient(_ backward: Backward) -> [Tensor?] {
        let (g, x, scale) = (rectifierGradient(backward, slope), backward.input(0), backward.input(1))
        let (images, channels) = (x.shape[0], x.shape[-1])
        let ofChannels = ([channels] as Shape).spread(over: x.shape)
        let ofImages = ([images, 1] as Shape).spread(over: x.shape)
        let ofBoth = ([images, channels] as Shape).spread(over: x.shape)
        let statistics =
            switch extent {
            case .channel: ofChannels
            case .image: ofImages
            case .channelOfImage: ofBoth
            }
        let spread = scale.shape.spread(over: x.shape)
        let count = Scalar(x.shape.count / max(1, statistics.count))
        func average(_ tensor: Tensor) -> Tensor {
            let average = tensor.summed(to: statistics) / count
            return extent == .channel ? average.meanOverShards() : average
        }

        let centered = x - average(x)
        let deviation = (average(centered.squared()) + epsilon).squareRoot()
        let z = centered / deviation
        // Pixels are summed first, which leaves little to scale.
        let summed = extent != .channel || scale.shape.rank == 2 ? ofBoth : ofChannels
        let (sum, product) = (g.summed(to: summed), (g * z).summed(to: summed))
        let factor = scale.reshaped(spread)
        let inputGradient =
            g * (factor / deviation) - average(sum * factor) / deviation
            - z * (average(product * factor) / deviation)
        return [
            inputGradient, product.summed(to: spread).reshaped(scale.shape),
            sum.summed(to: spread).reshaped(scale.shape), nil, nil,
        ]
    }
}

/// Where a normalization's vectors lie: rows of channels, in groups that share statistics and scales.
struct NormalizationLayout {
    let rows: Int
    let channels: Int
    /// One, or one an image.
    let groups: Int
    let extent: NormalizationSettings.Extent
    let hasScalesOfImages: Bool

    /// Scalars of one vector of channels a group.
    var vectorCount: Int { groups * channels }

    /// Calls `body` for each channel of each group with the indices of its entry in such vectors, of its
    /// statistic and of its scale.
    func forEachPlace(_ body: (_ place: Int, _ statistic: Int, _ vector: Int) -> Void) {
        for group in 0..<groups {
            for channel in 0..<channels {
                let place = group * channels + channel
                let statistic =
                    switch extent {
                    case .channel: channel
                    case .image: group
                    case .channelOfImage: place
                    }
                body(place, statistic, hasScalesOfImages ? place : channel)
            }
        }
    }
}
