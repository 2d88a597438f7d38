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

    /// The enlarged images.
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
}

/// A configuration of a model whose generator is an `SRResNetGenerator`.
public protocol ResidualSuperResolution: SuperResolutionConfiguration {}

extension ResidualSuperResolution {
    /// As in Ledig et al. 2017, section 2.1.
    public static var published: (width: Int, blocks: Int) { (64, 16) }
    /// What the discriminator's four halvings need.
    public static var sizeMultiple: Int { 16 }
    /// As far as the generator's kernels reach.
    public var reach: Int { SRResNetGenerator.reach(blocks: blocks, scale: scale) }

    /// The generator.
    public func makeGenerator(from source: inout ParameterSource) -> any Layer {
        SRResNetGenerator(channels: channels, width: width, blocks: blocks, scale: scale, from: &source)
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
