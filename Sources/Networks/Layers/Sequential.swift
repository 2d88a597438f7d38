import Tensors

/// Layers one after the other, named by their place: `0`, `1`, ... A rectifier runs in the last
/// sweep of the layer before it, where that can.
public final class Sequential: Layer {
    public let layers: [any Layer]

    public init(_ layers: [any Layer]) { self.layers = layers }

    public var members: [(name: String, part: Any)] {
        layers.enumerated().map { ("\($0.offset)", $0.element) }
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        var (activations, index) = (input, 0)
        while index < layers.count {
            let next = index + 1 < layers.count ? layers[index + 1] : nil
            if let layer = layers[index] as? any RectifiableLayer, let rectifier = next as? any Rectifier {
                activations = layer.rectified(activations, context, slope: rectifier.slope)
                index += 2
            } else {
                activations = layers[index](activations, context)
                index += 1
            }
        }
        return activations
    }

    /// The activations at some places, such as features that are compared.
    ///
    /// - Parameter ends: rising counts of the layers that are behind each.
    public func activations(
        behind ends: [Int], of input: Tensor, _ context: ForwardContext
    ) -> [Tensor] {
        var (result, first): ([Tensor], Int) = ([], 0)
        for end in ends {
            result.append(Sequential(Array(layers[first..<end]))(result.last ?? input, context))
            first = end
        }
        return result
    }
}
