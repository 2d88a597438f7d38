import Tensors

/// Where a network's first values come from.
public enum ParameterSource {
    /// Drawn as each layer's initializer says.
    case drawn(RandomStream)
    /// Zeros, for a network whose state will be copied or read: quicker.
    case blank

    /// - Parameters:
    ///   - fanIn: inputs that one output is computed from.
    ///   - fanOut: outputs that one input contributes to.
    mutating func parameter(_ shape: Shape, _ initializer: Initializer, fanIn: Int, fanOut: Int) -> Parameter
    {
        guard case .drawn(var stream) = self else { return Parameter(.zeros(shape)) }
        defer { self = .drawn(stream) }
        return Parameter(initializer.tensor(shape, fanIn: fanIn, fanOut: fanOut, from: &stream))
    }

    /// A bias: drawn like PyTorch's where the weight is, otherwise zeros.
    mutating func bias(_ count: Int, besides initializer: Initializer, fanIn: Int) -> Parameter {
        if case .fanInUniform = initializer {
            return parameter([count], initializer, fanIn: fanIn, fanOut: count)
        }
        return Parameter(.zeros([count]))
    }
}
