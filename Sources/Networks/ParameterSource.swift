import Tensors

/// How the parameters of a new network are initialized.
public enum ParameterSource {
    /// At random, by each layer's initializer.
    case drawn(RandomStream)
    /// Not at all: the network has names and shapes alone, which takes no memory, however large it is. Its
    /// parameters are counted, or allocated and filled later by a checkpoint or another network.
    case counting
    /// With zeros, which is faster, for a network whose state will be copied or loaded.
    case blank

    /// - Parameters:
    ///   - fanIn: inputs that one output is computed from.
    ///   - fanOut: outputs that one input contributes to.
    mutating func parameter(_ shape: Shape, _ initializer: Initializer, fanIn: Int, fanOut: Int) -> Parameter
    {
        parameter(shape) { initializer.tensor($0, fanIn: fanIn, fanOut: fanOut, from: &$1) }
    }

    /// A parameter of the same scalars everywhere, whatever the source but `counting`.
    public mutating func parameter(_ shape: Shape, repeating scalar: Scalar) -> Parameter {
        if case .counting = self { return Parameter(.unallocated(shape)) }
        return Parameter(Tensor(repeating: scalar, shape: shape))
    }

    /// A parameter of standard normal numbers.
    public mutating func normalParameter(_ shape: Shape) -> Parameter {
        parameter(shape) { .normal($0, from: &$1) }
    }

    /// A bias: drawn as in PyTorch where the weight is, otherwise zeros.
    mutating func bias(_ count: Int, besides initializer: Initializer, fanIn: Int) -> Parameter {
        if case .fanInUniform = initializer {
            return parameter([count], initializer, fanIn: fanIn, fanOut: count)
        }
        return parameter([count], repeating: 0)
    }

    private mutating func parameter(
        _ shape: Shape, _ draw: (Shape, inout RandomStream) -> Tensor
    ) -> Parameter {
        guard case .drawn(var stream) = self else { return parameter(shape, repeating: 0) }
        defer { self = .drawn(stream) }
        return Parameter(draw(shape, &stream))
    }
}
