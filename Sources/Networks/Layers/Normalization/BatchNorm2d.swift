import Tensors

/// Normalizes each channel over the batch and all pixels, then scales and shifts it.
///
/// In training mode by the batch's mean and biased variance; in inference mode by running statistics,
/// which move toward each training batch's mean and unbiased variance, as in PyTorch.
///
/// - Shapes: `[..., channels]` to the same.
/// - Differentiable: to any order.
/// - Source: Ioffe and Szegedy 2015, "Batch Normalization".
public final class BatchNorm2d: BatchNormalizing {
    /// The scale of each channel.
    public let weight: Parameter
    /// The shift of each channel.
    public let bias: Parameter
    /// The running mean of each channel.
    public let runningMean: Buffer
    /// The running variance of each channel, unbiased.
    public let runningVar: Buffer
    /// The number of batches in the running statistics.
    public let numBatchesTracked = Counter()
    let momentum: Scalar
    let epsilon: Scalar

    /// - Parameters:
    ///   - momentum: the share of each batch in the running statistics.
    ///   - epsilon: added to the variance.
    ///   - initializer: of the scale; the shift is initially 0.
    ///   - source: how parameters are initialized.
    public init(
        channels: Int, momentum: Scalar = 0.1, epsilon: Scalar = 1e-5,
        initializer: Initializer = .constant(1), from source: inout ParameterSource
    ) {
        weight = source.parameter([channels], initializer, fanIn: 1, fanOut: 1)
        bias = source.parameter([channels], repeating: 0)
        runningMean = Buffer(.zeros([channels]))
        runningVar = Buffer(Tensor(repeating: 1, shape: [channels]))
        self.momentum = momentum
        self.epsilon = epsilon
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        normalized(
            input, scale: context.value(of: weight), shift: context.value(of: bias), context, slope: slope)
    }
}

/// Batch normalization without parameters, before layers that scale and shift.
final class ParameterFreeBatchNorm2d: BatchNormalizing {
    let runningMean: Buffer
    let runningVar: Buffer
    let numBatchesTracked = Counter()
    // PyTorch's defaults.
    let momentum: Scalar = 0.1
    let epsilon: Scalar = 1e-5

    init(channels: Int) {
        runningMean = Buffer(.zeros([channels]))
        runningVar = Buffer(Tensor(repeating: 1, shape: [channels]))
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        normalized(
            input, scale: Tensor(repeating: 1, shape: runningMean.shape), shift: .zeros(runningMean.shape),
            context, slope: slope)
    }
}

/// Batch normalization whose scale and shift depend on each image's class.
///
/// - Shapes: `[n, ..., channels]` to the same, with labels `[n, classes]` in the context; weight and bias
///   `[classes, channels]`.
/// - Differentiable: to any order.
/// - Source: Dumoulin et al. 2017, "A learned representation for artistic style", section 2.2; in a GAN's
///   generator Miyato and Koyama 2018, "cGANs with projection discriminator".
public final class ConditionalBatchNorm2d: BatchNormalizing {
    /// The scale of each channel for each class.
    public let weight: Parameter
    /// The shift of each channel for each class.
    public let bias: Parameter
    /// The running mean of each channel.
    public let runningMean: Buffer
    /// The running variance of each channel, unbiased.
    public let runningVar: Buffer
    /// The number of batches in the running statistics.
    public let numBatchesTracked = Counter()
    let momentum: Scalar
    let epsilon: Scalar

    /// - Parameters:
    ///   - momentum: the share of each batch in the running statistics.
    ///   - epsilon: added to the variance.
    ///   - source: initializes the scales by 1 and the shifts by 0.
    public init(
        classes: Int, channels: Int, momentum: Scalar = 0.1, epsilon: Scalar = 1e-5,
        from source: inout ParameterSource
    ) {
        weight = source.parameter([classes, channels], .constant(1), fanIn: 1, fanOut: 1)
        bias = source.parameter([classes, channels], repeating: 0)
        runningMean = Buffer(.zeros([channels]))
        runningVar = Buffer(Tensor(repeating: 1, shape: [channels]))
        self.momentum = momentum
        self.epsilon = epsilon
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        guard let labels = context.labels else {
            fatalError("ConditionalBatchNorm2d: the context holds no labels")
        }
        require(
            labels.shape == [input.shape[0], weight.shape[0]],
            "ConditionalBatchNorm2d: labels \(labels.shape) do not fit activations \(input.shape) and "
                + "\(weight.shape[0]) classes")
        return normalized(
            input, scale: labels.matrixProduct(context.value(of: weight)),
            shift: labels.matrixProduct(context.value(of: bias)), context, slope: slope)
    }
}

/// What batch normalizations share: running statistics, and when they are used and updated.
protocol BatchNormalizing: RectifiableLayer {
    var runningMean: Buffer { get }
    var runningVar: Buffer { get }
    var numBatchesTracked: Counter { get }
    var momentum: Scalar { get }
    var epsilon: Scalar { get }
}

extension BatchNormalizing {
    /// The activations, normalized, scaled and shifted, after a leaky ReLU.
    ///
    /// - Parameter scale: `[channels]`, or `[n, channels]` for each image; the same for `shift`.
    func normalized(
        _ input: Tensor, scale: Tensor, shift: Tensor, _ context: ForwardContext, slope: Scalar
    ) -> Tensor {
        guard context.mode == .training else {
            let factor = scale / (runningVar.value + epsilon).squareRoot()
            return input.scaled(by: factor, shiftedBy: shift - runningMean.value * factor, slope: slope)
        }
        let result = input.batchNormalized(scale: scale, shift: shift, epsilon: epsilon, slope: slope)
        let pixels = Shards.count * input.shape.count / input.shape[-1]
        if Shards.isFirst { updateStatistics(result, pixels: pixels, context.statistics) }
        return result.output
    }

    private func updateStatistics(
        _ batch: BatchNormalization, pixels: Int, _ update: ForwardContext.Statistics
    ) {
        let weight: Scalar
        switch update {
        case .kept: return
        case .moving:
            weight = momentum
            numBatchesTracked.value += 1
        case .averaged(let number):
            weight = 1 / Scalar(number)
            numBatchesTracked.value = Int64(number)
        }
        let unbiased = batch.variance * (Scalar(pixels) / Scalar(max(1, pixels - 1)))
        runningMean.value.interpolate(toward: batch.mean, weight: Double(weight))
        runningVar.value.interpolate(toward: unbiased, weight: Double(weight))
    }
}
