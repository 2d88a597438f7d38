import Tensors

extension Tensor {
    /// Pictures with every pixel doubled, then convolved with a kernel of 3x3 and one zero on each side: as one
    /// transposed convolution of the small pictures, with less than half of the work.
    ///
    /// - Shapes: `[n, h, w, c]`, weight `[k, c, 3, 3]`, result `[n, 2 h, 2 w, k]`.
    /// - Differentiable: to any order.
    func doubledAndConvolved(with weight: Tensor) -> Tensor {
        let kernel = weight.spreadKernel(by: .widening([1, 1], mirrored: true))
        return transposeConvolved(
            with: kernel.transposed([1, 0, 2, 3]), window: ConvolutionWindow(stride: 2, padding: 1))
    }

    /// Pictures with a zero beside every pixel, convolved with a kernel of 3x3 and smoothed by 1, 3, 3, 1 either
    /// way: as one transposed convolution.
    ///
    /// - Shapes: `[n, h, w, c]`, weight `[k, c, 3, 3]`, result `[n, 2 h, 2 w, k]`.
    /// - Differentiable: to any order.
    func smoothlyDoubledAndConvolved(with weight: Tensor) -> Tensor {
        let kernel = weight.spreadKernel(by: .widening([0.25, 0.75, 0.75, 0.25], mirrored: true))
        return transposeConvolved(
            with: kernel.transposed([1, 0, 2, 3]), window: ConvolutionWindow(stride: 2, padding: 2))
    }

    /// Pictures smoothed by 1, 3, 3, 1 either way, then convolved with a kernel of 3x3 at every second pixel: as
    /// one convolution.
    ///
    /// - Shapes: `[n, 2 h, 2 w, c]`, weight `[k, c, 3, 3]`, result `[n, h, w, k]`.
    /// - Differentiable: to any order.
    func smoothedConvolvedAndHalved(with weight: Tensor) -> Tensor {
        convolved(
            with: weight.spreadKernel(by: .widening([0.125, 0.375, 0.375, 0.125], mirrored: false)),
            window: ConvolutionWindow(stride: 2, padding: 2))
    }

    /// Pictures convolved with a kernel of 3x3 and one zero on each side, then halved by means of four pixels:
    /// as one convolution of stride 2.
    ///
    /// - Shapes: `[n, 2 h, 2 w, c]`, weight `[k, c, 3, 3]`, result `[n, h, w, k]`.
    /// - Differentiable: to any order.
    func convolvedAndHalved(with weight: Tensor) -> Tensor {
        convolved(
            with: weight.spreadKernel(by: .widening([0.5, 0.5], mirrored: false)),
            window: ConvolutionWindow(stride: 2, padding: 1))
    }

    /// A kernel `[k, c, 3, 3]` filtered to one as much larger as the filter.
    private func spreadKernel(by filter: PixelFilter) -> Tensor {
        let (outputs, inputs) = (shape[0], shape[1])
        return reshaped([outputs * inputs, 3, 3, 1]).filtered(rows: filter, columns: filter)
            .reshaped([outputs, inputs, filter.outputExtent, filter.outputExtent])
    }
}

extension PixelFilter {
    /// A kernel's three taps convolved with some weights that are the same either way: what the kernel becomes
    /// beside a doubling or halving by them.
    fileprivate static func widening(_ weights: [Double], mirrored: Bool) -> PixelFilter {
        PixelFilter(
            inputExtent: 3,
            taps: (0..<weights.count + 2).map { place in
                (0..<3).filter { weights.indices.contains(place - $0) }
                    .map { (mirrored ? 2 - $0 : $0, weights[place - $0]) }
            })
    }
}

/// A convolution of pictures with every pixel doubled.
///
/// - Shapes: `[n, h, w, inputChannels]` to `[n, 2 h, 2 w, outputChannels]`; weight
///   `[outputChannels, inputChannels, 3, 3]`.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2018, "Progressive growing of GANs", appendix A.
public final class UpsamplingConv2d: Layer {
    public let weight: Parameter
    let equalized = EqualizedRate()

    public init(inputChannels: Int, outputChannels: Int, from source: inout ParameterSource) {
        weight = source.parameter(
            [outputChannels, inputChannels, 3, 3], equalized.initializer, fanIn: 1, fanOut: 1)
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.doubledAndConvolved(with: context.value(of: weight) * equalized.weightScale(of: weight.shape))
    }
}

/// A convolution, then a halving by means of four pixels, and a bias.
///
/// - Shapes: `[n, 2 h, 2 w, inputChannels]` to `[n, h, w, outputChannels]`; weight
///   `[outputChannels, inputChannels, 3, 3]`, bias `[outputChannels]`.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2018, "Progressive growing of GANs", appendix A.
public final class DownsamplingConv2d: RectifiableLayer {
    public let weight: Parameter
    public let bias: Parameter
    let equalized = EqualizedRate()

    public init(inputChannels: Int, outputChannels: Int, from source: inout ParameterSource) {
        weight = source.parameter(
            [outputChannels, inputChannels, 3, 3], equalized.initializer, fanIn: 1, fanOut: 1)
        bias = Parameter(.zeros([outputChannels]))
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        input.convolvedAndHalved(with: context.value(of: weight) * equalized.weightScale(of: weight.shape))
            .biased(by: bias, context, slope: slope)
    }
}

/// A smoothing, then a convolution at every second pixel, and a bias.
///
/// - Shapes: `[n, 2 h, 2 w, inputChannels]` to `[n, h, w, outputChannels]`; weight
///   `[outputChannels, inputChannels, 3, 3]`, bias `[outputChannels]`.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN", appendix B; smoothed by
///   1, 3, 3, 1 either way, as published with the paper.
public final class SmoothDownsamplingConv2d: RectifiableLayer {
    public let weight: Parameter
    public let bias: Parameter
    let equalized: EqualizedRate

    public init(
        inputChannels: Int, outputChannels: Int, equalized: EqualizedRate, from source: inout ParameterSource
    ) {
        weight = source.parameter(
            [outputChannels, inputChannels, 3, 3], equalized.initializer, fanIn: 1, fanOut: 1)
        bias = Parameter(.zeros([outputChannels]))
        self.equalized = equalized
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        input.smoothedConvolvedAndHalved(
            with: context.value(of: weight) * equalized.weightScale(of: weight.shape)
        ).biased(by: bias, context, slope: slope, equalized)
    }
}
