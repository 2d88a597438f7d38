import Tensors

extension Tensor {
    /// Nearest-neighbor upsampling by 2, then a 3x3 convolution with padding 1, computed as one transposed
    /// convolution of the small images with less than half of the operations.
    ///
    /// - Shapes: `[n, h, w, c]`, weight `[k, c, 3, 3]`, result `[n, 2 h, 2 w, k]`.
    /// - Differentiable: to any order.
    func doubledAndConvolved(with weight: Tensor) -> Tensor {
        let kernel = weight.spreadKernel(by: .widening(weight: 1, mirrored: true))
        return transposeConvolved(
            with: kernel.transposed([1, 0, 2, 3]), window: ConvolutionWindow(stride: 2, padding: 1))
    }

    /// A 3x3 convolution with padding 1, then average pooling by 2x2, computed as one convolution of stride
    /// 2.
    ///
    /// - Shapes: `[n, 2 h, 2 w, c]`, weight `[k, c, 3, 3]`, result `[n, h, w, k]`.
    /// - Differentiable: to any order.
    func convolvedAndHalved(with weight: Tensor) -> Tensor {
        convolved(
            with: weight.spreadKernel(by: .widening(weight: 0.5, mirrored: false)),
            window: ConvolutionWindow(stride: 2, padding: 1))
    }

    /// A transposed 3x3 convolution with stride 2, then smoothing with the separable filter (1 3 3 1).
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

    /// Smoothing with the separable filter (1 3 3 1), then a 3x3 convolution with stride 2.
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
    /// The filter (1 3 3 1) without resampling.
    ///
    /// It is applied to the images, as Karras et al. 2020 published it: smoothing the kernel instead, to 6x6,
    /// made a training step at 64x64 (32 images on one core) a third slower, even by Winograd's algorithm.
    ///
    /// - Parameters:
    ///   - padding: zeros past each edge.
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

    /// From three taps to four, each the sum of two neighbors: the kernel of a convolution merged with an
    /// upsampling or downsampling.
    fileprivate static func widening(weight: Double, mirrored: Bool) -> PixelFilter {
        PixelFilter(
            inputExtent: 3,
            taps: (0..<4).map { place in
                [place - 1, place].filter { (0..<3).contains($0) }
                    .map { (mirrored ? 2 - $0 : $0, weight) }
            })
    }
}

/// Nearest-neighbor upsampling by 2, then a convolution.
///
/// - Shapes: `[n, h, w, inputChannels]` to `[n, 2 h, 2 w, outputChannels]`; weight
///   `[outputChannels, inputChannels, 3, 3]`.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2018, "Progressive growing of GANs", appendix A.
public final class UpsamplingConv2d: Layer {
    /// The trained weight.
    public let weight: Parameter
    let equalized = EqualizedRate()

    /// Creates the layer.
    public init(inputChannels: Int, outputChannels: Int, from source: inout ParameterSource) {
        weight = source.parameter(
            [outputChannels, inputChannels, 3, 3], equalized.initializer, fanIn: 1, fanOut: 1)
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let weight = context.value(of: weight) * equalized.weightScale(of: weight.shape)
        return context.continuing(input, reach: 1, scale: 2) { $0.doubledAndConvolved(with: weight) }
    }
}

/// A convolution, then average pooling by 2x2, and a bias.
///
/// - Shapes: `[n, 2 h, 2 w, inputChannels]` to `[n, h, w, outputChannels]`; weight
///   `[outputChannels, inputChannels, 3, 3]`, bias `[outputChannels]`.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2018, "Progressive growing of GANs", appendix A.
public final class DownsamplingConv2d: RectifiableLayer {
    /// The trained weight.
    public let weight: Parameter
    /// The trained bias.
    public let bias: Parameter
    let equalized = EqualizedRate()

    /// Creates the layer.
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

/// Smoothing, then a convolution with stride 2, and a bias.
///
/// - Shapes: `[n, 2 h, 2 w, inputChannels]` to `[n, h, w, outputChannels]`; weight
///   `[outputChannels, inputChannels, 3, 3]`, bias `[outputChannels]`.
/// - Differentiable: to any order.
/// - Source: Karras et al. 2020 (arXiv:1912.04958), appendix B; the filter (1 3 3 1)
///   from the code published with the paper.
public final class SmoothDownsamplingConv2d: RectifiableLayer {
    /// The trained weight.
    public let weight: Parameter
    /// The trained bias.
    public let bias: Parameter
    let equalized: EqualizedRate

    /// - Parameter equalized: scales weight and bias at run time.
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
