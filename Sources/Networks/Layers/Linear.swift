import Tensors

/// A fully connected layer: `y = x weight^T + bias`.
///
/// - Shapes: `[n, inputFeatures]` to `[n, outputFeatures]`; weight `[outputFeatures, inputFeatures]`, bias
///   `[outputFeatures]`.
/// - Differentiable: to any order.
public final class Linear: Layer {
    public let weight: Parameter
    public let bias: Parameter?

    /// - Parameters:
    ///   - hasBias: adds a trained number to each output.
    ///   - stream: where the first values are drawn from.
    public init(
        inputFeatures: Int, outputFeatures: Int, hasBias: Bool = true,
        initializer: Initializer = .fanInUniform, from stream: inout RandomStream
    ) {
        weight = Parameter(
            initializer.tensor(
                [outputFeatures, inputFeatures], fanIn: inputFeatures, fanOut: outputFeatures, from: &stream))
        bias = hasBias ? .bias(outputFeatures, initializer, fanIn: inputFeatures, from: &stream) : nil
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        input.matrixProduct(context.value(of: weight), transposingOther: true).adding(bias, context)
    }
}
