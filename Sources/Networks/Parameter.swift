import Tensors

/// A tensor that training changes.
public final class Parameter {
    /// A variable: gradients can be asked for in it. Optimizers change its scalars in place.
    public let value: Tensor

    public init(_ value: Tensor) { self.value = value.variable() }

    public var shape: Shape { value.shape }
}

/// A tensor that belongs to a network's state but is not trained, such as running statistics.
public final class Buffer {
    public let value: Tensor

    public init(_ value: Tensor) { self.value = value.detached }

    public var shape: Shape { value.shape }
}

/// A whole number that belongs to a network's state.
public final class Counter {
    public var value: Int64

    public init(_ value: Int64 = 0) { self.value = value }
}
