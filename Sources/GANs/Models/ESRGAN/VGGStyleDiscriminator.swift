import Images
import Networks
import Tensors

/// A discriminator of whole images: five pairs of convolutions, 3x3 and strided 4x4, and two dense layers.
///
/// The pairs have 1, 2, 4, 8 and 8 times `width` channels; normalization after all but the first convolution.
///
/// - Shapes: `[n, height, width, channels]` to scores `[n]`.
/// - Differentiable: to any order.
/// - Source: Wang et al. 2018, "ESRGAN", section 4.1; layers and names as in BasicSR's `VGGStyleDiscriminator`, there
///   of 128 pixels.
final class VGGStyleDiscriminator: Discriminator {
    private let pairs: [Pair]
    private let linear1, linear2: Linear
    private static let multiples = [1, 2, 4, 8, 8]
    private static let denseUnits = 100

    /// What the size must be a multiple of.
    static let sizeMultiple = 1 << multiples.count

    private struct Pair {
        let conv0, conv1: Conv2d
        /// Nil where nothing is normalized, and after the first convolution of all.
        let norm0, norm1: (any Layer)?
    }

    /// - Parameters:
    ///   - size: of the images, sides multiples of 32.
    ///   - width: channels of the first pair.
    ///   - source: where the first values come from.
    init(
        channels: Int, size: ImageSize, width: Int, options: DiscriminatorOptions,
        from source: inout ParameterSource
    ) {
        func convolution(
            _ inputs: Int, _ outputs: Int, halving: Bool, hasBias: Bool, _ source: inout ParameterSource
        ) -> Conv2d {
            Conv2d(
                inputChannels: inputs, outputChannels: outputs, kernelSize: halving ? 4 : 3,
                stride: halving ? 2 : 1, padding: 1, hasBias: hasBias, spectrallyNormalized: options.spectral,
                from: &source)
        }
        // Normalization brings a shift of its own.
        let hasBias = options.normalization == .none
        var (pairs, inputs): ([Pair], Int) = ([], channels)
        for multiple in Self.multiples {
            let outputs = multiple * width
            let conv0 = convolution(
                inputs, outputs, halving: false, hasBias: hasBias || pairs.isEmpty, &source)
            let norm0 = pairs.isEmpty ? nil : options.normalization.plainLayer(outputs, from: &source)
            let conv1 = convolution(outputs, outputs, halving: true, hasBias: hasBias, &source)
            let norm1 = options.normalization.plainLayer(outputs, from: &source)
            pairs.append(Pair(conv0: conv0, conv1: conv1, norm0: norm0, norm1: norm1))
            inputs = outputs
        }
        self.pairs = pairs
        let pixels = size.map { $0 / Self.sizeMultiple }.pixelCount
        linear1 = Linear(
            inputFeatures: inputs * pixels, outputFeatures: Self.denseUnits,
            spectrallyNormalized: options.spectral, from: &source)
        linear2 = Linear(
            inputFeatures: Self.denseUnits, outputFeatures: 1, spectrallyNormalized: options.spectral,
            from: &source)
    }

    /// Named as in BasicSR.
    var members: [(name: String, part: Any)] {
        var members: [(name: String, part: Any)] = []
        for (number, pair) in pairs.enumerated() {
            members.append(("conv\(number)_0", pair.conv0))
            if let norm = pair.norm0 { members.append(("bn\(number)_0", norm)) }
            members.append(("conv\(number)_1", pair.conv1))
            if let norm = pair.norm1 { members.append(("bn\(number)_1", norm)) }
        }
        return members + [("linear1", linear1), ("linear2", linear2)]
    }

    func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        DiscriminatorOutput(score: score(maps(of: images, context), context))
    }

    /// The scores, and the activations after each pair.
    func withFeatures(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        let maps = maps(of: images, context)
        return DiscriminatorOutput(score: score(maps, context), features: maps)
    }

    private func maps(of images: Tensor, _ context: ForwardContext) -> [Tensor] {
        var (maps, map): ([Tensor], Tensor) = ([], (images + 1) * 0.5)
        for pair in pairs {
            map = rectified(pair.norm0, pair.conv0(map, context), context)
            map = rectified(pair.norm1, pair.conv1(map, context), context)
            maps.append(map)
        }
        return maps
    }

    private func rectified(_ norm: (any Layer)?, _ map: Tensor, _ context: ForwardContext) -> Tensor {
        (norm.map { $0(map, context) } ?? map).leakyReLU(slope: 0.2)
    }

    private func score(_ maps: [Tensor], _ context: ForwardContext) -> Tensor {
        let dense = linear1(Flatten()(maps[maps.count - 1], context), context).leakyReLU(slope: 0.2)
        return linear2(dense, context).reshaped([dense.shape[0]])
    }
}
