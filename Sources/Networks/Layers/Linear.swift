import Tensors

/// A fully connected layer: `y = x weight^T + bias`.
///
/// - Shapes: `[n, inputFeatures]` to `[n, outputFeatures]`; weight `[outputFeatures, inputFeatures]`, bias
///   `[outputFeatures]`.
/// - Differentiable: to any order.
public final class Linear: SpectrallyNormalizable {
    /// The trained weight.
    public let weight: Parameter
    /// The trained bias; nil for a layer without.
    public let bias: Parameter?
    let spectralNorm: SpectralNorm?
    let equalized: EqualizedRate?

    /// - Parameters:
    ///   - hasBias: adds a trained bias to each output.
    ///   - spectrallyNormalized: divides the weight by its largest singular value (Miyato et al. 2018).
    ///   - equalized: scales weight and bias at run time, and sets their initializer.
    ///   - source: how parameters are initialized.
    public init(
        inputFeatures: Int, outputFeatures: Int, hasBias: Bool = true,
        initializer: Initializer = .fanInUniform, spectrallyNormalized: Bool = false,
        equalized: EqualizedRate? = nil, from source: inout ParameterSource
    ) {
        let initializer = equalized?.initializer ?? initializer
        self.equalized = equalized
        weight = source.parameter(
            [outputFeatures, inputFeatures], initializer, fanIn: inputFeatures, fanOut: outputFeatures)
        bias = hasBias ? source.bias(outputFeatures, besides: initializer, fanIn: inputFeatures) : nil
        spectralNorm =
            spectrallyNormalized ? SpectralNorm(of: weight, outputAxis: 0, from: &source) : nil
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        input.matrixProduct(usedWeight(context), transposingOther: true)
            .biased(by: bias, context, slope: slope, equalized)
    }
}
