import Tensors

/// A fully connected layer: `y = x weight^T + bias`.
///
/// - Shapes: `[n, inputFeatures]` to `[n, outputFeatures]`; weight `[outputFeatures, inputFeatures]`, bias
///   `[outputFeatures]`.
/// - Differentiable: to any order.
public final class Linear: RectifiableLayer {
    public let weight: Parameter
    public let bias: Parameter?

    /// - Parameters:
    ///   - hasBias: adds a trained number to each output.
    ///   - source: where the first values come from.
    public init(
        inputFeatures: Int, outputFeatures: Int, hasBias: Bool = true,
        initializer: Initializer = .fanInUniform, from source: inout ParameterSource
    ) {
        weight = source.parameter(
            [outputFeatures, inputFeatures], initializer, fanIn: inputFeatures, fanOut: outputFeatures)
        bias = hasBias ? source.bias(outputFeatures, besides: initializer, fanIn: inputFeatures) : nil
    }

    func rectified(_ input: Tensor, _ context: ForwardContext, slope: Scalar) -> Tensor {
        input.matrixProduct(context.value(of: weight), transposingOther: true)
            .biased(by: bias, context, slope: slope)
    }
}
