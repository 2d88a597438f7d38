import Files

/// Finds the dictionaries of tensors in what a pickle has made: state dicts, under whatever keys, and networks.
struct StateCollector {
    typealias Failure = PickleStore.Failure

    private let file: MappedFile
    private let store: PickleStore
    private var found: [WeightFile.Dictionary] = []
    /// Values looked at.
    private var steps = 0
    private var bytes = 0

    /// Of dictionaries in dictionaries, and of parts in a network.
    private static let maximumDepth = 32
    private static let maximumSteps = 1 << 18

    static func dictionaries(
        of object: PickleValue, _ file: MappedFile, _ store: PickleStore
    ) throws(Failure) -> [WeightFile.Dictionary] {
        var collector = StateCollector(file: file, store: store)
        try collector.collect(object, [])
        return collector.found
    }

    private init(file: MappedFile, store: PickleStore) { (self.file, self.store) = (file, store) }

    private mutating func collect(_ value: PickleValue, _ keys: [String]) throws(Failure) {
        try step(keys.count)
        var tensors: [String: WeightFile.Tensor] = [:]
        switch value {
        case .module: try addState(of: value, "", depth: 0, to: &tensors)
        case .dictionary(let place):
            for (key, value) in store.dictionaries[place] {
                try step(keys.count)
                guard let key = name(key) else { continue }
                switch value {
                case .tensor(let tensor): try add(tensor, key, to: &tensors)
                case .dictionary, .module: try collect(value, keys + [key])
                default: break
                }
            }
        default: return
        }
        if !tensors.isEmpty { found.append(WeightFile.Dictionary(keys: keys, tensors: tensors)) }
    }

    /// Parameters and buffers of a network's part and of the parts in it, as `state_dict()` names them.
    private mutating func addState(
        of module: PickleValue, _ prefix: String, depth: Int, to tensors: inout [String: WeightFile.Tensor]
    ) throws(Failure) {
        try step(depth)
        guard case .module(let place) = module else { return }
        for (key, value) in store.dictionaries[place] {
            try step(depth)
            guard let group = name(key), ["_parameters", "_buffers", "_modules"].contains(group),
                case .dictionary(let members) = value
            else { continue }
            for (key, value) in store.dictionaries[members] {
                try step(depth)
                guard let key = name(key) else { continue }
                if case .tensor(let tensor) = value { try add(tensor, prefix + key, to: &tensors) }
                try addState(of: value, prefix + key + ".", depth: depth + 1, to: &tensors)
            }
        }
    }

    private mutating func add(
        _ place: Int, _ name: String, to tensors: inout [String: WeightFile.Tensor]
    ) throws(Failure) {
        let tensor = store.tensors[place]
        guard name.utf8.count <= WeightNames.maximumLength,
            let start = store.storages[tensor.storage].place?.lowerBound
        else { throw Failure(message: "a tensor has no storage") }
        let result = WeightFile.Tensor(
            type: tensor.type, shape: tensor.shape, strides: tensor.strides,
            start: start + tensor.offset * tensor.type.byteCount)
        bytes += result.count * tensor.type.byteCount
        // Networks share storages, but a file of little must not become tensors of much.
        guard bytes <= 4 * file.bytes.count else {
            throw Failure(message: "its tensors share their storages too often")
        }
        guard tensors.updateValue(result, forKey: name) == nil else {
            throw Failure(message: "tensor \"\(name)\" comes twice")
        }
    }

    private mutating func step(_ depth: Int) throws(Failure) {
        steps += 1
        guard depth <= Self.maximumDepth else {
            throw Failure(message: "its dictionaries are nested too deep")
        }
        guard steps <= Self.maximumSteps else { throw Failure(message: "its dictionaries hold too much") }
    }

    private func name(_ value: PickleValue) -> String? {
        guard case .text(let range) = value else { return nil }
        return WeightNames.text(range, of: file)
    }
}
