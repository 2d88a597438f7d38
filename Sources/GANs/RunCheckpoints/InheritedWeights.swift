import Checkpoints
import Networks
import Tensors

/// What a network took of another training's checkpoint to begin with.
public struct InheritedWeights: Sendable {
    /// The network's name.
    public let network: String
    /// Tensors that were taken.
    public internal(set) var taken = 0
    /// Names of tensors that the checkpoint lacks, whose values are drawn anew.
    public internal(set) var missing: [String] = []
    /// Tensors that the checkpoint has in another shape, whose values are drawn anew.
    public internal(set) var misshapen: [Misshapen] = []

    /// A tensor of another shape.
    public struct Misshapen: Sendable {
        /// The tensor's name.
        public let name: String
        /// The shape that the network needs.
        public let expected: [Int]
        /// The shape in the checkpoint.
        public let found: [Int]
    }

    /// Tensors of the network.
    public var total: Int { taken + missing.count + misshapen.count }
}

extension Trainer {
    /// A training that begins with another one's weights: every tensor of a network that a checkpoint has by the same
    /// name, in the same shape, and the moving average of the generators. Optimizers begin anew, as do counts of
    /// images, so that the average follows quickly. `inherited` says what was taken.
    ///
    /// - Parameter path: a checkpoint of a run, or of networks alone.
    /// - Throws: `ConfigurationError` if no training can be made from the settings, or `CheckpointError` if the file
    ///   cannot be read or nothing in it fits a generator.
    public convenience init(_ configuration: TrainingConfiguration, weightsFrom path: String) throws {
        try self.init(configuration)
        let file = try SafetensorsFile(path: path)
        let origin = WeightOrigin(file: file, header: try CheckpointHeader(file), model: configuration.model)
        inherited = try model.networks.map { try origin.read($0.network.state, of: $0) }
        for (name, copy) in averages {
            copy.copyParameters()
            guard let network = model.networks.first(where: { $0.name == name }) else { continue }
            _ = try origin.read(copy.state, of: network, average: true)
        }
        let generators = model.networks(of: .generator).map(\.name)
        guard inherited.contains(where: { generators.contains($0.network) && $0.taken > 0 }) else {
            throw Checkpoint.malformed(
                file,
                "no weights of its \(origin.header.model.name) fit \(configuration.model.nameWithArticle)")
        }
        let discriminators = inherited.filter { !generators.contains($0.network) }
        if configuration.recipe.frozenDiscriminatorLayers > 0,
            let new = discriminators.first(where: { $0.taken == 0 })
        {
            throw ConfigurationError(
                "frozenDiscriminatorLayers", configuration.recipe.frozenDiscriminatorLayers,
                "\(path) has no weights for the \(new.network), whose layers would stay untrained")
        }
    }
}

/// A checkpoint whose weights another training takes.
private struct WeightOrigin {
    let file: SafetensorsFile
    let header: CheckpointHeader
    /// The model that takes them.
    let model: any ModelConfiguration

    /// Overwrites those of a network's tensors that the file has.
    ///
    /// - Parameter average: whether the moving average is read, where the file has one.
    func read(
        _ state: [StateEntry], of network: NamedNetwork, average: Bool = false
    ) throws(CheckpointError) -> InheritedWeights {
        let isGenerator = network.player == .generator
        // Of a generator alone, whose tensors have no prefix, no discriminator is in the file.
        let prefix =
            isGenerator ? header.prefix(ofGenerator: network.name, raw: !average) : network.name + "."
        var weights = InheritedWeights(network: network.name)
        for entry in state {
            let name = model.name(ofTensor: entry.name, in: network.name, of: header.model)
            guard let name, let found = file[prefix + name], header.kind != .generator || isGenerator else {
                weights.missing.append(entry.name)
                continue
            }
            guard found.shape == entry.shape.dimensions else {
                weights.misshapen.append(
                    .init(name: entry.name, expected: entry.shape.dimensions, found: found.shape))
                continue
            }
            let source = StateEntry(name: name, value: entry.value)
            try Checkpoint.read([source], prefix: prefix, from: file)
            weights.taken += 1
        }
        return weights
    }
}
