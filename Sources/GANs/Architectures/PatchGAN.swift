import Networks
import Tensors

/// A discriminator that judges each patch of an image by itself: convolutions alone, one score a patch.
///
/// With `layers` strided convolutions 4x4 a score sees a square of 16 (1 layer), 34, 70 (3, the published
/// default), 142 or 286 pixels (5); with none, by convolutions 1x1, a single pixel. Channels double with every
/// layer, up to eight times. Names, shapes and layouts of the parameters are those of the published
/// implementation in PyTorch.
///
/// - Shapes: `[n, h, w, inputChannels]` to scores `[n, h', w', 1]`, not squashed: the higher the more real.
/// - Differentiable: to any order.
/// - Source: Isola et al. 2017, "Image-to-image translation with conditional adversarial networks", section
///   3.2.2 and appendix 6.1.2.
public final class PatchGANDiscriminator: Layer {
    /// How activations are normalized, all but the first and the last layer's.
    public enum Normalization: String, Codable, Sendable {
        case batch, instance
        /// Of each image's channels, by convolutions whose weights are divided by their spectral norm.
        case spectralInstance
    }

    private let main: Sequential
    public let layers: Int

    /// - Parameters:
    ///   - inputChannels: of the image, and of what it is conditioned on beside it.
    ///   - width: channels of the first layer.
    ///   - layers: strided layers, 0 to 5.
    ///   - padding: 1, or 2 for scores of the edges, too.
    ///   - source: where the first values come from.
    public init(
        inputChannels: Int, width: Int = 64, layers: Int = 3, normalization: Normalization = .batch,
        padding: Int = 1, initializer: Initializer = translationInitializer,
        from source: inout ParameterSource
    ) {
        self.layers = layers
        var main: [any Layer] = []
        let plan = PatchGANDiscriminator.plan(inputChannels, width, layers)
        for (index, step) in plan.enumerated() {
            let isLast = index == plan.count - 1
            main.append(
                Conv2d(
                    inputChannels: step.inputs, outputChannels: step.outputs, kernelSize: layers == 0 ? 1 : 4,
                    stride: index < layers ? 2 : 1, padding: layers == 0 ? 0 : padding,
                    hasBias: index == 0 || normalization == .instance || isLast && layers > 0,
                    initializer: initializer,
                    spectrallyNormalized: normalization == .spectralInstance && index > 0 && !isLast,
                    from: &source))
            if isLast { continue }
            if index > 0 { main.append(normalization.layer(step.outputs, from: &source)) }
            main.append(LeakyReLU(slope: 0.2))
        }
        self.main = Sequential(main)
    }

    /// As in the published implementation, where one pixel's judge is of another class.
    public var members: [(name: String, part: Any)] { [(layers == 0 ? "net" : "model", main)] }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor { main(input, context) }

    /// The scores, and the activations of every layer but the last.
    func judgement(_ input: Tensor, _ context: ForwardContext) -> (scores: Tensor, features: [Tensor]) {
        // The first layer and its rectifier, then a normalization between them, then the scores.
        let count = main.layers.count
        let ends = Array(stride(from: 2, to: count, by: 3)) + [count]
        let activations = main.activations(behind: ends, of: input, context)
        return (activations[ends.count - 1], Array(activations.dropLast()))
    }

    /// Pixels of the square that a score sees, a side.
    public static func receptiveField(layers: Int) -> Int {
        // From the last layer back: a kernel of 4, the first of stride 1, `layers` of stride 2.
        layers == 0 ? 1 : (0..<layers).reduce(7) { field, _ in 2 * (field - 1) + 4 }
    }

    /// Scores along a side of so many pixels; below 1 where the image is too small.
    static func scores(along side: Int, layers: Int) -> Int {
        layers == 0 ? side : (0..<layers).reduce(side) { side, _ in side / 2 } - 2
    }

    /// The middle of the patch that a score is of, in pixels from the image's edge to a pixel's middle.
    static func center(of score: Int, layers: Int) -> Double {
        // A kernel of 4 with padding 1 and stride s has its middle at s i + 0.5.
        layers == 0 ? Double(score) : (0..<layers).reduce(Double(score) + 1) { place, _ in 2 * place + 0.5 }
    }

    /// Channels into and out of each layer.
    private static func plan(
        _ inputChannels: Int, _ width: Int, _ layers: Int
    ) -> [(inputs: Int, outputs: Int)] {
        let outputs = (0...max(layers, 1)).map { width << min($0, 3) } + [1]
        return Array(zip([inputChannels] + outputs, outputs))
    }

    /// Trained scalars, known without making one.
    static func parameterCount(
        inputChannels: Int, width: Int, layers: Int, normalization: Normalization
    ) -> Int {
        let plan = plan(inputChannels, width, layers)
        return plan.enumerated().map { index, step in
            let isLast = index == plan.count - 1
            let kernel = (layers == 0 ? 1 : 16) * step.inputs * step.outputs
            // A bias, or scale and shift of a normalization; nothing behind the judge of one pixel.
            let hasBias = index == 0 || normalization == .instance || isLast && layers > 0
            let scales = !isLast && normalization == .batch ? 2 : 0
            return kernel + (hasBias ? 1 : scales) * step.outputs
        }.reduce(0, +)
    }
}

/// The published first values of networks that translate images: Isola et al. 2017, appendix 6.2.
public let translationInitializer = Initializer.normal(deviation: 0.02)

extension PatchGANDiscriminator.Normalization {
    func layer(_ channels: Int, from source: inout ParameterSource) -> any Layer {
        switch self {
        case .batch:
            BatchNorm2d(
                channels: channels, initializer: .normal(mean: 1, deviation: 0.02), from: &source)
        case .instance, .spectralInstance: InstanceNorm2d(channels: channels, from: &source)
        }
    }
}
