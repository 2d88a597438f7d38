import Tensors

/// A tensor that training changes.
public final class Parameter {
    /// The tensor that gradients are computed in; optimizers change its scalars in place.
    public let value: Tensor

    /// - Parameter value: the initial values.
    public init(_ value: Tensor) { self.value = value.variable() }

    /// The shape of the value.
    public var shape: Shape { value.shape }
}

/// A tensor that belongs to a network's state but is not trained, such as running statistics.
public final class Buffer {
    /// The tensor; a layer changes its scalars in place.
    public let value: Tensor

    /// - Parameter value: the initial values.
    public init(_ value: Tensor) { self.value = value.detached }

    /// The shape of the value.
    public var shape: Shape { value.shape }
}

/// A whole number that belongs to a network's state.
public final class Counter {
    /// The number.
    public var value: Int64

    /// - Parameter value: the initial value.
    public init(_ value: Int64 = 0) { self.value = value }
}
