import Checkpoints
import Networks
import Tensors

/// A network in another program's file, and whose it is.
struct PublishedNetwork {
    let file: WeightFile
    let keys: [String]
    let tensors: [String: WeightFile.Tensor]
    let player: Phase.Player

    var published: PublishedTensors { PublishedTensors(shapes: tensors.mapValues(\.shape)) }
    /// The file, and the keys in it.
    var place: String { keys.isEmpty ? file.path : "\(file.path) (\(keys.joined(separator: ".")))" }

    /// The networks of a model in a file; where there are moving averages of a player's, these alone.
    ///
    /// - Throws: `ConfigurationError` where there are none.
    static func all(
        in file: WeightFile, of type: any WeightImporting.Type
    ) throws(ConfigurationError) -> [PublishedNetwork] {
        let found = file.dictionaries.flatMap { networks(in: $0, of: file, type) }
        guard !found.isEmpty else { throw unknown(file, type) }
        return Phase.Player.allCases.flatMap { player in
            let own = found.filter { $0.player == player }
            let averages = own.filter { $0.keys.contains { $0.lowercased().contains("ema") } }
            return averages.isEmpty ? own : averages
        }
    }

    /// Of a dictionary that is one network, or of several whose names begin differently.
    private static func networks(
        in dictionary: WeightFile.Dictionary, of file: WeightFile, _ type: any WeightImporting.Type
    ) -> [PublishedNetwork] {
        let tensors = withoutWrapper(dictionary.tensors)
        func network(_ keys: [String], _ tensors: [String: WeightFile.Tensor]) -> PublishedNetwork? {
            let shapes = PublishedTensors(shapes: tensors.mapValues(\.shape))
            return type.player(of: shapes).map {
                PublishedNetwork(file: file, keys: keys, tensors: tensors, player: $0)
            }
        }
        if let whole = network(dictionary.keys, tensors) { return [whole] }
        var groups: [String: [String: WeightFile.Tensor]] = [:]
        for (name, tensor) in tensors {
            guard let dot = name.firstIndex(of: ".") else { continue }
            groups[String(name[..<dot]), default: [:]][String(name[name.index(after: dot)...])] = tensor
        }
        return groups.sorted { $0.key < $1.key }.compactMap { key, tensors in
            network(dictionary.keys + [key], withoutWrapper(tensors))
        }
    }

    /// Without the word that PyTorch's parallel modules put before all names.
    private static func withoutWrapper(
        _ tensors: [String: WeightFile.Tensor]
    ) -> [String: WeightFile.Tensor] {
        let wrapper = "module."
        guard tensors.keys.allSatisfy({ $0.hasPrefix(wrapper) }) else { return tensors }
        return Dictionary(
            uniqueKeysWithValues: tensors.map { (String($0.key.dropFirst(wrapper.count)), $0.value) })
    }

    private static func unknown(_ file: WeightFile, _ type: any WeightImporting.Type) -> ConfigurationError {
        let names = file.dictionaries.flatMap { $0.tensors.keys }.sorted().prefix(3)
        let others = ModelRegistry.importing.filter { other in
            other.name != type.name
                && file.dictionaries.contains { !networks(in: $0, of: file, other).isEmpty }
        }
        return ConfigurationError(
            "\(file.path) holds no network of \(type.nameWithArticle) (\(type.importedLayouts)); "
                + (names.isEmpty
                    ? "it has no tensors" : "its tensors are named \(names.joined(separator: ", "))")
                + (others.isEmpty
                    ? ""
                    : "; it looks like one of \(others.map { $0.nameWithArticle }.joined(separator: " or "))")
        )
    }
}

extension PublishedNetwork {
    /// Throws unless a network of a model has the same tensors; names and shapes alone are compared.
    func check(_ network: NamedNetwork, of model: any WeightImporting) throws(WeightMismatch) {
        let published = published
        var mismatch = WeightMismatch(path: place, network: "\(network.name) of \(model.nameWithArticle)")
        var taken: Set<String> = []
        for entry in network.network.state {
            let origin = model.origin(of: entry.name, entry.shape.dimensions, player, in: published)
            guard let tensor = tensors[origin.name] else {
                // Batches that BatchNorm has seen are not counted by PyTorch before 0.4.1.
                if case .counter = entry.value { continue }
                mismatch.missing.append(origin.name)
                continue
            }
            taken.insert(origin.name)
            if tensor.shape != origin.shape {
                mismatch.misshapen.append("\(origin.name) is \(tensor.shape), not \(origin.shape)")
            }
        }
        mismatch.unexpected = tensors.keys.filter { !taken.contains($0) && !type(of: model).leavesOut($0) }
        if !mismatch.isEmpty { throw mismatch }
    }

    /// Overwrites the state of a network that was checked.
    func read(_ network: NamedNetwork, of model: any WeightImporting) throws(CheckpointError) {
        let published = published
        for entry in network.network.state {
            let origin = model.origin(of: entry.name, entry.shape.dimensions, player, in: published)
            guard let tensor = tensors[origin.name] else { continue }
            switch entry.value {
            case .parameter(let parameter): try read(tensor, origin, into: parameter.value)
            case .buffer(let buffer): try read(tensor, origin, into: buffer.value)
            case .counter(let counter):
                counter.value =
                    try file.values(of: tensor, named: origin.name, as: Int.self).first.map(Int64.init) ?? 0
            }
        }
    }

    private func read(
        _ tensor: WeightFile.Tensor, _ origin: TensorOrigin, into target: Tensor
    ) throws(CheckpointError) {
        let values = origin.converted(try file.values(of: tensor, named: origin.name))
        guard values.allSatisfy(\.isFinite) else {
            throw CheckpointError(
                path: file.path,
                .malformed(
                    format: "weight", "its tensor \"\(origin.name)\" holds what is not a finite number"))
        }
        if !target.isAllocated { target.allocate() }
        target.withMutableScalars { _ = $0.update(from: values) }
    }
}
