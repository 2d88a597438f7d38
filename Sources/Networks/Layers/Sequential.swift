import Tensors

/// Layers one after the other, named by their place: `0`, `1`, ...
public final class Sequential: Layer {
    public let layers: [any Layer]

    public init(_ layers: [any Layer]) { self.layers = layers }

    public var members: [(name: String, part: Any)] {
        layers.enumerated().map { ("\($0.offset)", $0.element) }
    }

    public func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        layers.reduce(input) { $1($0, context) }
    }
}
