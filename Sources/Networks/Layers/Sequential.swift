import Tensors

/// Layers that are applied one after the other, named by their index.
///
/// A ReLU or leaky ReLU runs in the last pass of the layer before it, where that layer supports it.
public final class Sequential: Layer {
    /// The layers, first to last.
    public let layers: [any Layer]

    /// - Parameter layers: first to last.
    public init(_ layers: [any Layer]) { self.layers = layers }

    /// The layers by their index.
    public var members: [(name: String, part: Any)] {
        layers.enumerated().map { ("\($0.offset)", $0.element) }
    }

    /// Applies one layer after the other.
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

    /// The activations after some of the layers, such as features for a perceptual loss.
    ///
    /// - Parameter ends: how many layers each of the activations has passed, in rising order.
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
