import Networks
import Tensors

/// Enlarges images twice or four times: residual blocks at the size of the input, then pixel shuffling.
///
///     output = bilinear(input) + conv9(up(x + conv3(blocks(x)))),  x = PReLU(conv9(input))
///
/// As in Ledig et al. 2017, but for three things that later work does otherwise and that are worth most where
/// training is short: nothing is normalized (Lim et al. 2017, "Enhanced deep residual networks for single image
/// super-resolution", section 3.1), the network adds to the bilinearly enlarged input instead of making all of
/// the output (Kim et al. 2016, "Accurate image super-resolution using very deep convolutional networks", section
/// 3.1), and so there is no tanh.
///
/// - Shapes: `[n, h, w, channels]` to `[n, scale h, scale w, channels]`.
/// - Differentiable: to any order.
/// - Source: Ledig et al. 2017, "Photo-realistic single image super-resolution using a generative adversarial
///   network", section 2.1 and figure 4.
public final class SRResNetGenerator: Layer {
    private let conv1, resBlocks: Sequential
    private let conv2: Conv2d
    private let upsampling, conv3: Sequential

    /// - Parameters:
    ///   - scale: 2 or 4.
    ///   - source: where the first values come from.
    public init(channels: Int, width: Int, blocks: Int, scale: Int, from source: inout ParameterSource) {
        func convolution(
            _ inputs: Int, _ outputs: Int, _ kernel: Int, _ source: inout ParameterSource,
            _ initializer: Initializer = .fanInUniform
        ) -> Conv2d {
            Conv2d(
                inputChannels: inputs, outputChannels: outputs, kernelSize: kernel, padding: kernel / 2,
                initializer: initializer, from: &source)
        }
        conv1 = Sequential([convolution(channels, width, 9, &source), PReLU(from: &source)])
        resBlocks = Sequential((0..<blocks).map { _ in EnlargingBlock(width: width, from: &source) })
        conv2 = convolution(width, width, 3, &source)
        upsampling = Sequential(
            (0..<SRResNetGenerator.doublings(scale)).flatMap { _ -> [any Layer] in
                [convolution(width, 4 * width, 3, &source), PixelShuffle(factor: 2), PReLU(from: &source)]
            })
        // So small that training begins at the bilinear image.
        conv3 = Sequential([convolution(width, channels, 9, &source, .normal(deviation: 1e-3))])
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let shallow = conv1(input, context)
        let deep = shallow + conv2(resBlocks(shallow, context), context)
        let detail = conv3(upsampling(deep, context), context)
        let doublings = upsampling.layers.count / 3
        return (0..<doublings).reduce(input) { image, _ in image.upsampled(.bilinear) } + detail
    }

    private static func doublings(_ scale: Int) -> Int { scale.trailingZeroBitCount }

    /// How many pixels of the input away an output pixel still depends on the input, either way.
    static func reach(blocks: Int, scale: Int) -> Int {
        // Kernels of 9 and 3 before the enlargement; after it each pixel is a half or a quarter.
        let before = 4 + 2 * blocks + 1
        let enlarging = (0..<doublings(scale)).reduce(0.0) { $0 + 1 / Double(1 << $1) }
        return before + Int((enlarging + 4 / Double(scale)).rounded(.up)) + 1
    }

    /// Trained scalars, known without making one.
    static func parameterCount(channels: Int, width: Int, blocks: Int, scale: Int) -> Int {
        func layer(_ kernel: Int, _ inputs: Int, _ outputs: Int) -> Int { (kernel * inputs + 1) * outputs }
        return layer(81, channels, width) + 1 + blocks * (2 * layer(9, width, width) + 1)
            + layer(9, width, width) + doublings(scale) * (layer(9, width, 4 * width) + 1)
            + layer(81, width, channels)
    }
}

/// Adds to its input what two convolutions make of it.
///
/// - Shapes: `[n, h, w, width]` to the same.
private final class EnlargingBlock: Layer {
    let convBlock: Sequential

    init(width: Int, from source: inout ParameterSource) {
        func convolution(_ source: inout ParameterSource) -> Conv2d {
            Conv2d(
                inputChannels: width, outputChannels: width, kernelSize: 3, padding: 1, from: &source)
        }
        convBlock = Sequential([convolution(&source), PReLU(from: &source), convolution(&source)])
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input + convBlock(input, context)
    }
}

/// Judges images by convolutions alone, and gives what it saw on the way, too.
///
/// Four pairs of convolutions 3x3, the second of each strided, with 1, 2, 4 and 8 times `width` channels, and one
/// to a score for each square of 16 pixels, so that images may have any size; batch normalization after all
/// but the first and the last.
///
/// - Shapes: `[n, h, w, channels]` to scores `[n, h / 16, w / 16, 1]`, rounded up.
/// - Differentiable: to any order.
/// - Source: Ledig et al. 2017, figure 4; scores of patches in place of the dense layers as in Isola et al. 2017.
public final class SRGANDiscriminator: Layer {
    private let model: Sequential
    private static let multiples = [1, 2, 4, 8]

    /// - Parameter source: where the first values come from.
    public init(channels: Int, width: Int, from source: inout ParameterSource) {
        var (layers, inputs): ([any Layer], Int) = ([], channels)
        for multiple in SRGANDiscriminator.multiples {
            for stride in [1, 2] {
                layers.append(
                    Conv2d(
                        inputChannels: inputs, outputChannels: multiple * width, kernelSize: 3,
                        stride: stride, padding: 1, from: &source))
                inputs = multiple * width
                if layers.count > 1 { layers.append(BatchNorm2d(channels: inputs, from: &source)) }
                layers.append(LeakyReLU(slope: 0.2))
            }
        }
        layers.append(
            Conv2d(inputChannels: inputs, outputChannels: 1, kernelSize: 3, padding: 1, from: &source))
        model = Sequential(layers)
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        judgement(input, context).scores
    }

    /// The scores, and the activations after each strided convolution.
    func judgement(_ input: Tensor, _ context: ForwardContext) -> (scores: Tensor, features: [Tensor]) {
        // From one strided layer's activation to the next one's: 5 layers, then 6 each, then the score.
        let ends = SRGANDiscriminator.multiples.indices.map { 5 + 6 * $0 } + [model.layers.count]
        let activations = model.activations(behind: ends, of: input, context)
        return (activations[ends.count - 1], Array(activations.dropLast()))
    }

    /// Trained scalars, known without making one.
    static func parameterCount(channels: Int, width: Int) -> Int {
        var (count, inputs) = (0, channels)
        for (index, outputs) in multiples.flatMap({ [$0 * width, $0 * width] }).enumerated() {
            count += (9 * inputs + 1) * outputs + (index > 0 ? 2 * outputs : 0)
            inputs = outputs
        }
        return count + 9 * inputs + 1
    }
}
