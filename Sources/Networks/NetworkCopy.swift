import Tensors

/// A second set of a network's parameters, buffers and counters, such as a moving average, which can take the
/// place of its own for a while.
public final class NetworkCopy {
    private let own: [StateEntry]
    /// The second set, in the order and with the names of the network's state.
    public let state: [StateEntry]

    /// The second set begins as a copy of the first.
    public init(of network: any Module) {
        own = network.state
        state = own.map { entry in
            let value: StateEntry.Value =
                switch entry.value {
                case .parameter(let parameter): .parameter(Parameter(parameter.value.copied()))
                case .buffer(let buffer): .buffer(Buffer(buffer.value.copied()))
                case .counter(let counter): .counter(Counter(counter.value))
                }
            return StateEntry(name: entry.name, value: value)
        }
    }

    /// The second set's parameters, in the order of the network's.
    public var parameters: [Parameter] {
        state.compactMap { if case .parameter(let parameter) = $0.value { parameter } else { nil } }
    }

    /// Runs `body` while the network has the second set; what `body` changes is changed in the second set.
    public func withExchanged<Result>(_ body: () throws -> Result) rethrows -> Result {
        exchange()
        defer { exchange() }
        return try body()
    }

    /// Copies the network's own buffers into the second set.
    public func copyBuffers() {
        for (own, other) in zip(own, state) {
            if case .buffer(let source) = own.value, case .buffer(let target) = other.value {
                target.value.copyScalars(of: source.value)
            }
        }
    }

    /// Copies the network's own parameters into the second set.
    public func copyParameters() {
        for (own, other) in zip(own, state) {
            if case .parameter(let source) = own.value, case .parameter(let target) = other.value {
                target.value.copyScalars(of: source.value)
            }
        }
    }

    private func exchange() {
        for (own, other) in zip(own, state) {
            switch (own.value, other.value) {
            case (.parameter(let own), .parameter(let other)): own.value.exchangeScalars(with: other.value)
            case (.buffer(let own), .buffer(let other)): own.value.exchangeScalars(with: other.value)
            case (.counter(let own), .counter(let other)): swap(&own.value, &other.value)
            default: fatalError("a network's state changed its kind")
            }
        }
    }
}

extension Tensor {
    fileprivate func copied() -> Tensor {
        let copy = Tensor.zeros(shape)
        copy.copyScalars(of: self)
        return copy
    }
}
