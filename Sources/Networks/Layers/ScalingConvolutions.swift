import Tensors

extension Tensor {
    /// Images with every pixel doubled, then convolved with a kernel of 3x3 and one zero on each side: as one
    /// transposed convolution of the small images, with less than half of the work.
    ///
    /// - Shapes: `[n, h, w, c]`, weight `[k, c, 3, 3]`, result `[n, 2 h, 2 w, k]`.
    /// - Differentiable: to any order.
    func doubledAndConvolved(with weight: Tensor) -> Tensor {
        let kernel = weight.spreadKernel(by: .widening(weight: 1, mirrored: true))
        return transposeConvolved(
            with: kernel.transposed([1, 0, 2, 3]), window: ConvolutionWindow(stride: 2, padding: 1))
    }

    /// Images convolved with a kernel of 3x3 and one zero on each side, then halved by means of four pixels:
    /// as one convolution of stride 2.
    ///
    /// - Shapes: `[n, 2 h, 2 w, c]`, weight `[k, c, 3, 3]`, result `[n, h, w, k]`.
    /// - Differentiable: to any order.
    func convolvedAndHalved(with weight: Tensor) -> Tensor {
        convolved(
            with: weight.spreadKernel(by: .widening(weight: 0.5, mirrored: false)),
            window: ConvolutionWindow(stride: 2, padding: 1))
    }

    /// Images with a zero between neighbors, convolved with a kernel of 3x3 and smoothed by 1, 3, 3, 1 either
    /// way. The kernel lies as a transposed convolution's does.
    ///
    /// - Shapes: `[n, h, w, c]`, weight `[k, c, 3, 3]`, result `[n, 2 h, 2 w, k]`.
    /// - Differentiable: to any order.
    func smoothlyDoubledAndConvolved(with weight: Tensor) -> Tensor {
        let doubled = transposeConvolved(
            with: weight.transposed([1, 0, 2, 3]), window: ConvolutionWindow(stride: 2))
        return doubled.filtered(
            rows: .smoothing(doubled.shape[1], padding: 1, sum: 2),
            columns: .smoothing(doubled.shape[2], padding: 1, sum: 2))
    }

    /// Images smoothed by 1, 3, 3, 1 either way, then convolved with a kernel of 3x3 at every second pixel.
    ///
    /// - Shapes: `[n, 2 h, 2 w, c]`, weight `[k, c, 3, 3]`, result `[n, h, w, k]`.
    /// - Differentiable: to any order.
    func smoothedConvolvedAndHalved(with weight: Tensor) -> Tensor {
        filtered(
            rows: .smoothing(shape[1], padding: 2, sum: 1), columns: .smoothing(shape[2], padding: 2, sum: 1)
        ).convolved(with: weight, window: ConvolutionWindow(stride: 2))
    }

    /// A kernel `[k, c, 3, 3]` filtered to `[k, c, 4, 4]`.
    private func spreadKernel(by filter: PixelFilter) -> Tensor {
        let (outputs, inputs) = (shape[0], shape[1])
        return reshaped([outputs * inputs, 3, 3, 1]).filtered(rows: filter, columns: filter)
            .reshaped([outputs, inputs, 4, 4])
    }
}

extension PixelFilter {
    /// Each pixel made of four successive ones, weighted by 1, 3, 3, 1.
    ///
    /// Beside the kernels above, as Karras et al. 2020 published them: a kernel that is smoothed itself, 6x6, took
    /// a third longer in a training step at 64x64 (32 images on one core), by Winograd's algorithm, too.
    ///
    /// - Parameters:
    ///   - padding: zeros past either edge.
    ///   - sum: of the weights.
    fileprivate static func smoothing(_ extent: Int, padding: Int, sum: Double) -> PixelFilter {
        let weights = [1, 3, 3, 1].map { $0 * sum / 8 }
        return PixelFilter(
            inputExtent: extent,
            taps: (0..<extent + 2 * padding - 3).map { place in
                weights.enumerated().map { (place: place + $0.offset - padding, weight: $0.element) }
                    .filter { (0..<extent).contains($0.place) }
            })
    }

    /// Three taps to four, each the sum of two neighbors: what a kernel becomes beside a doubling or halving.
    fileprivate static func widening(weight: Double, mirrored: Bool) -> PixelFilter {
        PixelFilter(
            inputExtent: 3,
            taps: (0..<4).map { place in
                [place - 1, place].filter { (0..<3).contains($0) }
                    .map { (mirrored ? 2 - $0 : $0, weight) }
            })
    }
}

/// A convolution of images with every pixel doubled.
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
        bias = source.parameter([outputChannels], repeating: 0)
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
        bias = source.parameter([outputChannels], repeating: 0)
        self.equalized = equalized
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        input.smoothedConvolvedAndHalved(
            with: context.value(of: weight) * equalized.weightScale(of: weight.shape)
        ).biased(by: bias, context, slope: slope, equalized)
    }
}
