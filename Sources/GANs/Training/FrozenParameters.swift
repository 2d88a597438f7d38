import Networks
import Tensors

/// The parameters that a training keeps as it began with them.
struct FrozenParameters {
    private let parameters: Set<ObjectIdentifier>

    /// - Throws: `ConfigurationError` if no layer of a discriminator would learn.
    init(of model: any Model, _ recipe: Recipe) throws(ConfigurationError) {
        var frozen: [Parameter] = []
        let count = recipe.frozenDiscriminatorLayers
        for network in model.networks(of: .discriminator) where count > 0 {
            let layers = network.network.parametersByLayer
            guard count < layers.count else {
                throw ConfigurationError(
                    "frozenDiscriminatorLayers", count,
                    "the \(network.name) has \(layers.count) layers, of which one at least must learn")
            }
            frozen += layers.prefix(count).flatMap(\.self)
        }
        if recipe.freezesMapping {
            for network in model.networks(of: .generator) {
                frozen += network.network.parameters(below: "mapping.")
            }
        }
        parameters = Set(frozen.map(ObjectIdentifier.init))
    }

    /// Those of some parameters that learn.
    func others(_ all: [Parameter]) -> [Parameter] {
        parameters.isEmpty ? all : all.filter { !parameters.contains(ObjectIdentifier($0)) }
    }

    /// A gradient for each of some parameters: those given, of the ones that learn, and 0 for the others, by which no
    /// optimizer moves them.
    func withZeros(_ gradients: [Tensor], for all: [Parameter]) -> [Tensor] {
        if parameters.isEmpty { return gradients }
        var rest = gradients[...]
        return all.map { parameter in
            parameters.contains(ObjectIdentifier(parameter))
                ? .zeros(parameter.shape) : rest.removeFirst()
        }
    }
}

extension Module {
    /// The parameters of each module that holds some itself, in the order of `state`.
    fileprivate var parametersByLayer: [[Parameter]] {
        var layers: [(name: Substring, parameters: [Parameter])] = []
        for entry in state {
            guard case .parameter(let parameter) = entry.value else { continue }
            let name = entry.name.prefix(upTo: entry.name.lastIndex(of: ".") ?? entry.name.startIndex)
            if layers.last?.name == name {
                layers[layers.count - 1].parameters.append(parameter)
            } else {
                layers.append((name, [parameter]))
            }
        }
        return layers.map(\.parameters)
    }

    fileprivate func parameters(below prefix: String) -> [Parameter] {
        state.compactMap { entry in
            guard case .parameter(let parameter) = entry.value, entry.name.hasPrefix(prefix) else {
                return nil
            }
            return parameter
        }
    }
}
