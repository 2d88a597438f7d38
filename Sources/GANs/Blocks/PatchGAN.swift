import Networks
import Tensors

/// PatchGAN: a discriminator of convolutions alone, which gives a score for each patch of an image.
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
final class PatchGANDiscriminator: Discriminator {
    /// Which convolutions' weights are divided by their spectral norm.
    enum SpectralNormalization: Sendable {
        case none
        /// All but the first and the last.
        case inner
        case all
    }

    private let main: Sequential
    let layers: Int

    /// - Parameters:
    ///   - inputChannels: of the image, and of what it is conditioned on beside it.
    ///   - width: channels of the first layer.
    ///   - layers: strided layers, 0 to 5.
    ///   - padding: 1, or 2 for scores of the edges, too.
    ///   - source: where the first values come from.
    init(
        inputChannels: Int, width: Int = 64, layers: Int = 3,
        normalization: DiscriminatorOptions.Normalization = .batch, spectral: SpectralNormalization = .none,
        padding: Int = 1, initializer: Initializer = translationInitializer,
        from source: inout ParameterSource
    ) {
        self.layers = layers
        var main: [any Layer] = []
        let plan = PatchGANDiscriminator.plan(inputChannels, width, layers)
        // BatchNorm brings a shift of its own, as instance normalization behind spectral norm is published without.
        func hasBias(_ index: Int, _ isLast: Bool) -> Bool {
            let isShifted = normalization == .batch || normalization == .instance && spectral == .inner
            return index == 0 || !isShifted || isLast && layers > 0
        }
        for (index, step) in plan.enumerated() {
            let isLast = index == plan.count - 1
            main.append(
                Conv2d(
                    inputChannels: step.inputs, outputChannels: step.outputs, kernelSize: layers == 0 ? 1 : 4,
                    stride: index < layers ? 2 : 1, padding: layers == 0 ? 0 : padding,
                    hasBias: hasBias(index, isLast), initializer: initializer,
                    spectrallyNormalized: spectral == .all || spectral == .inner && index > 0 && !isLast,
                    from: &source))
            if isLast { continue }
            if index > 0, let norm = normalization.layer(step.outputs, from: &source) { main.append(norm) }
            main.append(LeakyReLU(slope: 0.2))
        }
        self.main = Sequential(main)
    }

    /// As in the published implementation, where the discriminator of single pixels is of another class.
    var members: [(name: String, part: Any)] { [(layers == 0 ? "net" : "model", main)] }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        DiscriminatorOutput(score: main(input, context))
    }

    /// The scores, and the activations behind every layer's rectifier.
    func withFeatures(_ input: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        let count = main.layers.count
        let ends = main.layers.indices.filter { main.layers[$0] is LeakyReLU }.map { $0 + 1 } + [count]
        let activations = main.activations(behind: ends, of: input, context)
        return DiscriminatorOutput(
            score: activations[ends.count - 1], features: Array(activations.dropLast()))
    }

    /// Pixels of the square that a score sees, a side.
    static func receptiveField(layers: Int) -> Int {
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
}

/// The published first values of networks that translate images: Isola et al. 2017, appendix 6.2.
let translationInitializer = Initializer.normal(deviation: 0.02)

extension DiscriminatorOptions.Normalization {
    /// The layer, with the published first values of networks that translate; nil for none.
    func layer(_ channels: Int, from source: inout ParameterSource) -> (any Layer)? {
        switch self {
        case .batch:
            BatchNorm2d(
                channels: channels, initializer: .normal(mean: 1, deviation: 0.02), from: &source)
        case .instance: InstanceNorm2d(channels: channels, from: &source)
        case .layer: LayerNorm(channels: channels, from: &source)
        case .none: nil
        }
    }

    /// The layer with scales of 1 and shifts of 0; nil for none.
    func plainLayer(_ channels: Int, from source: inout ParameterSource) -> (any Layer)? {
        self == .batch ? BatchNorm2d(channels: channels, from: &source) : layer(channels, from: &source)
    }
}
