import Networks
import Tensors

/// Halves an image down to one pixel, or a few where it is no square of a power of two, and doubles it up again, with
/// a skip from each size on the way down to the same size on the way up.
///
/// A style, where the network takes one, comes as further channels into each layer on the way down; there is no
/// dropout then. Names, shapes and layouts of the parameters are those of the published implementation in PyTorch.
///
/// - Shapes: `[n, h, w, inputChannels]`, and styles `[n, styleSize]`, to `[n, h, w, outputChannels]` in [-1, 1];
///   h and w multiples of `2^levels`.
/// - Source: Isola et al. 2017, appendix 6.1.1, after Ronneberger et al. 2015, "U-Net"; styles as in Zhu et al.
///   2017, "Toward multimodal image-to-image translation", section 3.4.
final class UNetGenerator: StyledLayer {
    let model: UNetBlock
    /// Length of a style; nil of a network that takes none.
    private let styleSize: Int?

    /// - Parameters:
    ///   - levels: halvings, at least 3.
    ///   - width: channels at half the size; they double with every halving, up to eight times.
    ///   - styleSize: nil to take no style.
    ///   - source: where the first values come from.
    init(
        inputChannels: Int, outputChannels: Int, levels: Int, width: Int = 64, styleSize: Int? = nil,
        from source: inout ParameterSource
    ) {
        let plan = UNetGenerator.plan(inputChannels, outputChannels, levels, width)
        var block: UNetBlock?
        for level in (0..<levels).reversed() {
            block = UNetBlock(
                plan[level], isOutermost: level == 0, styleSize: styleSize ?? 0,
                // Dropout where the features are deepest, as published: 3 of 8 levels.
                hasDropout: level >= 4 && level < levels - 1 && styleSize == nil, around: block,
                from: &source)
        }
        guard let block else { fatalError("UNetGenerator: a U-Net needs levels") }
        (model, self.styleSize) = (block, styleSize)
    }

    var members: [(name: String, part: Any)] { [("model", model)] }

    /// The images of inputs, in styles that are drawn where the network takes one.
    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let style = styleSize.map { Tensor.normal(eachImage: [input.shape[0], $0], from: &context.random) }
        return callAsFunction(input, style: style, context)
    }

    func callAsFunction(_ input: Tensor, style: Tensor?, _ context: ForwardContext) -> Tensor {
        require(
            style?.shape[1] == styleSize,
            "UNetGenerator: the style is \(style.map { "\($0.shape)" } ?? "missing"), and the network takes "
                + "\(styleSize.map { "[n, \($0)]" } ?? "none")")
        return model(input, style: style, context)
    }

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
final class UNetBlock: Module {
    /// All layers, the inner block as one of them.
    private let model: [any Module]
    private let inner: UNetBlock?
    /// The layers down to the inner block, and from there on up.
    private let down, up: Sequential
    private let isOutermost: Bool

    init(
        _ level: UNetGenerator.Level, isOutermost: Bool, styleSize: Int, hasDropout: Bool,
        around inner: UNetBlock?, from source: inout ParameterSource
    ) {
        (self.isOutermost, self.inner) = (isOutermost, inner)
        func norm(_ channels: Int, _ source: inout ParameterSource) -> any Layer {
            BatchNorm2d(channels: channels, initializer: .normal(mean: 1, deviation: 0.02), from: &source)
        }
        var down: [any Layer] = isOutermost ? [] : [LeakyReLU(slope: 0.2)]
        down.append(
            Conv2d(
                inputChannels: level.downInputs + styleSize, outputChannels: level.downOutputs, kernelSize: 4,
                stride: 2, padding: 1, hasBias: false, initializer: translationInitializer, from: &source))
        if inner != nil && !isOutermost { down.append(norm(level.downOutputs, &source)) }
        var up: [any Layer] = [
            ReLU(),
            ConvTranspose2d(
                inputChannels: level.upInputs, outputChannels: level.upOutputs, kernelSize: 4, stride: 2,
                padding: 1, hasBias: isOutermost, initializer: translationInitializer, from: &source),
            isOutermost ? Tanh() : norm(level.upOutputs, &source),
        ]
        if hasDropout { up.append(Dropout(probability: 0.5)) }
        model = down + (inner.map { [$0] } ?? []) + up
        (self.down, self.up) = (Sequential(down), Sequential(up))
    }

    /// As in the published implementation, where the inner block is one layer of a sequence.
    var members: [(name: String, part: Any)] { [("model", model)] }

    func callAsFunction(_ input: Tensor, style: Tensor?, _ context: ForwardContext) -> Tensor {
        var features = down(style.map { UNetBlock.joined(input, $0) } ?? input, context)
        if let inner { features = inner(features, style: style, context) }
        let output = up(features, context)
        return isOutermost ? output : Tensor.concatenated([input, output], axis: 3)
    }

    /// The style as further channels, the same at each pixel.
    private static func joined(_ features: Tensor, _ style: Tensor) -> Tensor {
        let (shape, size) = (features.shape, style.shape[1])
        let plane = style.reshaped([shape[0], 1, 1, size]).broadcast(to: [shape[0], shape[1], shape[2], size])
        return Tensor.concatenated([features, plane], axis: 3)
    }
}
