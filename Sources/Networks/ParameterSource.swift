import Tensors

/// How the parameters of a new network are initialized.
public enum ParameterSource {
    /// At random, by each layer's initializer.
    case drawn(RandomStream)
    /// With zeros, which is faster, for a network whose state will be copied or loaded.
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

    /// A bias: drawn as in PyTorch where the weight is, otherwise zeros.
    mutating func bias(_ count: Int, besides initializer: Initializer, fanIn: Int) -> Parameter {
        if case .fanInUniform = initializer {
            return parameter([count], initializer, fanIn: fanIn, fanOut: count)
        }
        return Parameter(.zeros([count]))
    }
}
