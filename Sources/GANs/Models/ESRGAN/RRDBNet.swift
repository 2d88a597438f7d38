import Networks
import Tensors

/// Enlarges images twice or four times: residual-in-residual dense blocks at the size of the input, then nearest-
/// neighbor upsampling with a convolution behind each doubling.
///
///     output = conv_last(lrelu(conv_hr(up(up(x + conv_body(blocks(x)))))),  x = conv_first(input)
///
/// Pixels are in [0, 1] inside, as where the network was published, so that published weights mean the same. For a
/// scale of 2 the input's squares of 2x2 pixels become channels, and what follows enlarges four times; an odd side is
/// padded by its last row or column before.
///
/// - Shapes: `[n, h, w, channels]` to `[n, scale h, scale w, channels]`, both in [-1, 1].
/// - Differentiable: to any order.
/// - Source: Wang et al. 2018, "ESRGAN: Enhanced super-resolution generative adversarial networks", section 3.1 and
///   figure 4; layers, names and a scale of 2 as in BasicSR's `RRDBNet`.
public final class RRDBNet: Layer {
    private let convFirst: Conv2d
    private let body: Sequential
    private let convBody, convUp1, convUp2, convHr, convLast: Conv2d
    private let scale: Int

    /// - Parameters:
    ///   - channels: of the images.
    ///   - width: channels of the blocks.
    ///   - growth: channels that each layer of a dense block adds.
    ///   - blocks: how many residual-in-residual dense blocks.
    ///   - scale: 2 or 4.
    ///   - source: where the first values come from.
    public init(
        channels: Int, width: Int, growth: Int, blocks: Int, scale: Int, from source: inout ParameterSource
    ) {
        func convolution(_ inputs: Int, _ outputs: Int, _ source: inout ParameterSource) -> Conv2d {
            Conv2d(
                inputChannels: inputs, outputChannels: outputs, kernelSize: 3, padding: 1, from: &source)
        }
        self.scale = scale
        convFirst = convolution(scale == 2 ? 4 * channels : channels, width, &source)
        body = Sequential(
            (0..<blocks).map { _ in ResidualInResidualBlock(width: width, growth: growth, from: &source) })
        convBody = convolution(width, width, &source)
        convUp1 = convolution(width, width, &source)
        convUp2 = convolution(width, width, &source)
        convHr = convolution(width, width, &source)
        convLast = convolution(width, channels, &source)
    }

    /// The enlarged images.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let (height, width) = (input.shape[1], input.shape[2])
        let shallow = convFirst(arranged((input + 1) * 0.5), context)
        var features = shallow + convBody(body(shallow, context), context)
        for convolution in [convUp1, convUp2] {
            features = convolution(features.upsampled(), context).leakyReLU(slope: 0.2)
        }
        let output = convLast(convHr(features, context).leakyReLU(slope: 0.2), context) * 2 - 1
        return output.sliced(axis: 1, 0..<scale * height).sliced(axis: 2, 0..<scale * width)
    }

    /// The input as the blocks take it, so that they are followed by two doublings.
    private func arranged(_ input: Tensor) -> Tensor {
        if scale == 4 { return input }
        var even = input
        for axis in [1, 2] where !input.shape[axis].isMultiple(of: 2) {
            let last = input.shape[axis] - 1
            even = Tensor.concatenated([even, even.sliced(axis: axis, last..<last + 1)], axis: axis)
        }
        return even.pixelUnshuffled()
    }

    /// How many pixels of the input away an output pixel still depends on the input, either way.
    static func reach(blocks: Int, scale: Int) -> Int {
        // Kernels of 3: the first, 15 in a block, and one behind the blocks, at the size of the blocks' maps; then one
        // at twice and three at four times that size, with a pixel for what upsampling copies.
        let maps = 1 + 15 * blocks + 1 + 3
        return scale == 4 ? maps : 2 * maps + 1
    }
}

/// Three dense blocks, whose result is added to the input.
///
/// - Shapes: `[n, h, w, width]` to the same.
private final class ResidualInResidualBlock: Layer {
    let rdb1, rdb2, rdb3: ResidualDenseBlock

    init(width: Int, growth: Int, from source: inout ParameterSource) {
        rdb1 = ResidualDenseBlock(width: width, growth: growth, from: &source)
        rdb2 = ResidualDenseBlock(width: width, growth: growth, from: &source)
        rdb3 = ResidualDenseBlock(width: width, growth: growth, from: &source)
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input + rdb3(rdb2(rdb1(input, context), context), context) * residualScale
    }
}

/// Convolutions that each see the input and what all before them made; the last one's result is added to the input.
///
/// - Shapes: `[n, h, w, width]` to the same.
private final class ResidualDenseBlock: Layer {
    let conv1, conv2, conv3, conv4, conv5: Conv2d

    init(width: Int, growth: Int, from source: inout ParameterSource) {
        func convolution(_ number: Int, _ source: inout ParameterSource) -> Conv2d {
            let inputs = width + (number - 1) * growth
            // He et al. 2015 for a rectifier, a tenth of it: Wang et al. 2018, section 3.1, "smaller
            // initialization".
            let deviation = 0.1 * (2 / Double(9 * inputs)).squareRoot()
            return Conv2d(
                inputChannels: inputs, outputChannels: number == 5 ? width : growth, kernelSize: 3,
                padding: 1,
                initializer: .normal(deviation: deviation), from: &source)
        }
        conv1 = convolution(1, &source)
        conv2 = convolution(2, &source)
        conv3 = convolution(3, &source)
        conv4 = convolution(4, &source)
        conv5 = convolution(5, &source)
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        var known = input
        for convolution in [conv1, conv2, conv3, conv4] {
            let made = convolution(known, context).leakyReLU(slope: 0.2)
            known = Tensor.concatenated([known, made], axis: 3)
        }
        return input + conv5(known, context) * residualScale
    }
}

/// What residuals are multiplied by: Wang et al. 2018, section 3.1, "residual scaling", as in their program.
private let residualScale: Scalar = 0.2

extension Tensor {
    /// Squares of 2x2 pixels as channels: PyTorch's `pixel_unshuffle` by 2.
    ///
    /// - Shapes: `[n, 2 h, 2 w, c]` to `[n, h, w, 4 c]`.
    fileprivate func pixelUnshuffled() -> Tensor {
        let (count, height, width, channels) = (shape[0], shape[1] / 2, shape[2] / 2, shape[3])
        return reshaped([count, height, 2, width, 2, channels]).transposed([0, 1, 3, 5, 2, 4])
            .reshaped([count, height, width, 4 * channels])
    }
}
