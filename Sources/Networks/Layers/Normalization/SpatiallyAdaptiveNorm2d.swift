import Tensors

/// Normalizes each channel over the batch, then scales and shifts each pixel by two convolutions of a label
/// map.
///
///     y = norm(x) (1 + gamma(l)) + beta(l),  gamma(l) = conv3(h),  beta(l) = conv3(h),  h = relu(conv3(l))
///
/// The normalization is that of `BatchNorm2d` without parameters: by the batch in training mode, by running
/// statistics in inference mode.
///
/// - Shapes: `[n, h, w, channels]` with labels `[n, h, w, labelChannels]` to the first.
/// - Differentiable: to any order, in activations and labels.
/// - Source: Park et al. 2019, "Semantic image synthesis with spatially-adaptive normalization", section 3.
public final class SpatiallyAdaptiveNorm2d: Module {
    let paramFreeNorm: ParameterFreeBatchNorm2d
    let mlpShared: Sequential
    let mlpGamma, mlpBeta: Conv2d

    /// - Parameters:
    ///   - hiddenChannels: channels between the two convolutions.
    ///   - source: how parameters are initialized.
    public init(
        channels: Int, labelChannels: Int, hiddenChannels: Int, initializer: Initializer = .fanInUniform,
        from source: inout ParameterSource
    ) {
        func convolution(_ inputs: Int, _ outputs: Int, _ source: inout ParameterSource) -> Conv2d {
            Conv2d(
                inputChannels: inputs, outputChannels: outputs, kernelSize: 3, padding: 1,
                initializer: initializer, from: &source)
        }
        paramFreeNorm = ParameterFreeBatchNorm2d(channels: channels)
        mlpShared = Sequential([convolution(labelChannels, hiddenChannels, &source), ReLU()])
        mlpGamma = convolution(hiddenChannels, channels, &source)
        mlpBeta = convolution(hiddenChannels, channels, &source)
    }

    /// Normalizes the activations, then scales and shifts them by a label map.
    public func callAsFunction(_ input: Tensor, labels: Tensor, _ context: ForwardContext) -> Tensor {
        require(
            labels.shape.rank == 4 && labels.shape.dimensions.dropLast() == input.shape.dimensions.dropLast(),
            "SpatiallyAdaptiveNorm2d: labels \(labels.shape) do not fit activations \(input.shape)")
        let hidden = mlpShared(labels, context)
        return paramFreeNorm(input, context) * (mlpGamma(hidden, context) + 1) + mlpBeta(hidden, context)
    }
}
