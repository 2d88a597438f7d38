import Tensors

/// A part of a network: it holds parameters, buffers and other modules in its properties.
///
/// Properties are found by reflection and named as PyTorch would name them (`runningMean` becomes
/// `running_mean`, and a property `main` gives its parts the prefix `main.`), so that checkpoints
/// interchange.
public protocol Module: AnyObject {
    /// The named parts, in the order of their names in a checkpoint.
    var members: [(name: String, part: Any)] { get }
}

/// A module that maps one tensor to one.
public protocol Layer: Module {
    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor
}

/// One named piece of a module's state.
public struct StateEntry {
    /// What kind of state it is.
    public enum Value {
        case parameter(Parameter)
        case buffer(Buffer)
        case counter(Counter)
    }

    /// The name in a checkpoint, such as `main.0.weight`.
    public let name: String
    /// The piece itself.
    public let value: Value

    /// A piece under a name.
    package init(name: String, value: Value) { (self.name, self.value) = (name, value) }

    /// The shape in a checkpoint; that of a counter has no axes.
    public var shape: Shape {
        switch value {
        case .parameter(let parameter): parameter.shape
        case .buffer(let buffer): buffer.shape
        case .counter: []
        }
    }
}

extension Module {
    /// The stored properties, found by reflection.
    public var members: [(name: String, part: Any)] { reflectedMembers }

    var reflectedMembers: [(name: String, part: Any)] {
        Mirror(reflecting: self).children.map { (snakeCase($0.label ?? ""), $0.value) }
    }

    /// All that a checkpoint holds of this module, by name; shared parameters appear once.
    public var state: [StateEntry] {
        var seen: Set<ObjectIdentifier> = []
        var entries: [StateEntry] = []
        func collect(_ part: Any, _ name: String) {
            func add(_ object: AnyObject, _ value: StateEntry.Value) {
                if seen.insert(ObjectIdentifier(object)).inserted {
                    entries.append(StateEntry(name: name, value: value))
                }
            }
            switch part {
            case let parameter as Parameter: add(parameter, .parameter(parameter))
            case let buffer as Buffer: add(buffer, .buffer(buffer))
            case let counter as Counter: add(counter, .counter(counter))
            case let module as any Module:
                for member in module.members { collect(member.part, name + "." + member.name) }
            case let modules as [any Module]:
                for (index, module) in modules.enumerated() { collect(module, "\(name).\(index)") }
            default: break
            }
        }
        for member in members { collect(member.part, member.name) }
        return entries
    }

    /// The parameters that an optimizer trains, in the order of `state`.
    public var parameters: [Parameter] {
        state.compactMap { entry in
            if case .parameter(let parameter) = entry.value { parameter } else { nil }
        }
    }

    /// The number of trained scalars.
    public var parameterCount: Int { parameters.map(\.shape.count).reduce(0, +) }

    /// Whether every parameter is a finite number.
    public var isFinite: Bool {
        parameters.allSatisfy { $0.value.withScalars { $0.allSatisfy(\.isFinite) } }
    }

    /// Copies another module's parameters into this one, of the same architecture.
    public func copyParameters(from other: some Module) {
        let (own, others) = (parameters, other.parameters)
        require(own.map(\.shape) == others.map(\.shape), "copyParameters: the modules' architectures differ")
        for (target, source) in zip(own, others) { target.value.copyScalars(of: source.value) }
    }

    /// Copies another module's parameters and buffers into this one, of the same architecture.
    public func copyState(from other: some Module) {
        func buffers(_ module: some Module) -> [Buffer] {
            module.state.compactMap { if case .buffer(let buffer) = $0.value { buffer } else { nil } }
        }
        copyParameters(from: other)
        for (target, source) in zip(buffers(self), buffers(other)) {
            target.value.copyScalars(of: source.value)
        }
    }
}

extension Tensor {
    /// Overwrites this tensor's scalars in place.
    func copyScalars(of other: Tensor) {
        withMutableScalars { target in
            other.withScalars { source in _ = target.update(from: source) }
        }
    }
}

/// Converts camel case to snake case: `runningMean` to `running_mean`.
private func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { result, character in
        if character.isUppercase { result += "_" }
        result += character.lowercased()
    }
}
