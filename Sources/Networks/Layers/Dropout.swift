import Tensors

/// In training mode, sets each element to zero with a given probability and scales the others up to keep
/// the mean; in inference mode passes everything.
///
/// - Source: Srivastava et al. 2014, "Dropout".
public final class Dropout: Layer {
    let probability: Scalar

    /// - Parameter probability: of dropping an element, in 0..<1.
    public init(probability: Scalar = 0.5) {
        require((0..<1).contains(probability), "Dropout: probability \(probability) is not in 0..<1")
        self.probability = probability
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        guard context.mode == .training && probability > 0 else { return input }
        let mask = Tensor.uniform(eachImage: input.shape, from: &context.random)
        let kept = 1 / (1 - probability)
        mask.withMutableScalars { scalars in
            for index in scalars.indices { scalars[index] = scalars[index] < probability ? 0 : kept }
        }
        return input * mask
    }
}
