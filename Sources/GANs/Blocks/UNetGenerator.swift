import Networks
import Tensors

/// Halves an image down to one pixel and doubles it up again, with a skip from each size on the way down to
/// the same size on the way up.
///
/// Names, shapes and layouts of the parameters are those of the published implementation in PyTorch.
///
/// - Shapes: `[n, h, w, inputChannels]` to `[n, h, w, outputChannels]` in [-1, 1]; h and w multiples of
///   `2^levels`.
/// - Source: Isola et al. 2017, appendix 6.1.1, after Ronneberger et al. 2015, "U-Net".
final class UNetGenerator: Layer {
    let model: UNetBlock

    /// - Parameters:
    ///   - levels: halvings, at least 3.
    ///   - width: channels at half the size; they double with every halving, up to eight times.
    ///   - source: where the first values come from.
    init(
        inputChannels: Int, outputChannels: Int, levels: Int, width: Int = 64,
        from source: inout ParameterSource
    ) {
        let plan = UNetGenerator.plan(inputChannels, outputChannels, levels, width)
        var block: UNetBlock?
        for level in (0..<levels).reversed() {
            block = UNetBlock(
                plan[level], isOutermost: level == 0,
                // Dropout where the features are deepest, as published: 3 of 8 levels.
                hasDropout: level >= 4 && level < levels - 1, around: block, from: &source)
        }
        guard let block else { fatalError("UNetGenerator: a U-Net needs levels") }
        model = block
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { model(input, context) }

    struct Level {
        /// Channels into and out of the layer down, and of the layer up.
        let downInputs, downOutputs, upInputs, upOutputs: Int
    }

    static func plan(_ inputChannels: Int, _ outputChannels: Int, _ levels: Int, _ width: Int) -> [Level] {
        let channels = (0..<levels).map { width << min($0, 3) }
        return (0..<levels).map { level in
            Level(
                downInputs: level == 0 ? inputChannels : channels[level - 1], downOutputs: channels[level],
                upInputs: level == levels - 1 ? channels[level] : 2 * channels[level],
                upOutputs: level == 0 ? outputChannels : channels[level - 1])
        }
    }
}

/// A level of a U-Net with all levels below it; what comes in is handed on beside what comes out, but at the
/// outermost.
final class UNetBlock: Layer {
    let model: Sequential
    private let isOutermost: Bool

    init(
        _ level: UNetGenerator.Level, isOutermost: Bool, hasDropout: Bool, around inner: UNetBlock?,
        from source: inout ParameterSource
    ) {
        self.isOutermost = isOutermost
        func norm(_ channels: Int, _ source: inout ParameterSource) -> any Layer {
            BatchNorm2d(channels: channels, initializer: .normal(mean: 1, deviation: 0.02), from: &source)
        }
        var layers: [any Layer] = isOutermost ? [] : [LeakyReLU(slope: 0.2)]
        layers.append(
            Conv2d(
                inputChannels: level.downInputs, outputChannels: level.downOutputs, kernelSize: 4, stride: 2,
                padding: 1, hasBias: false, initializer: translationInitializer, from: &source))
        if let inner {
            if !isOutermost { layers.append(norm(level.downOutputs, &source)) }
            layers.append(inner)
        }
        layers += [
            ReLU(),
            ConvTranspose2d(
                inputChannels: level.upInputs, outputChannels: level.upOutputs, kernelSize: 4, stride: 2,
                padding: 1, hasBias: isOutermost, initializer: translationInitializer, from: &source),
            isOutermost ? Tanh() : norm(level.upOutputs, &source),
        ]
        if hasDropout { layers.append(Dropout(probability: 0.5)) }
        model = Sequential(layers)
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let output = model(input, context)
        return isOutermost ? output : Tensor.concatenated([input, output], axis: 3)
    }
}
