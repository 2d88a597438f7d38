import Checkpoints
import Networks
import Tensors

/// A checkpoint of networks alone that is made of another program's files.
public struct WeightImport {
    /// A network that was found.
    public struct Source: Sendable {
        /// As the model names it.
        public let network: String
        /// Where it was found: a file, and the keys in it.
        public let place: String
        /// Tensors that were taken.
        public let count: Int
    }

    /// The model, with the settings that the tensors tell.
    public let model: any WeightImporting
    /// The networks that were found, in the model's order.
    public let sources: [Source]
    package let networks: [NamedNetwork]

    /// Reads networks of a model.
    ///
    /// Where a file holds a network and its moving average, the average is taken. Networks of the same kind are taken in
    /// the order of the files.
    ///
    /// - Throws: `CheckpointError` for a file that cannot be read, `WeightMismatch` where its tensors are others than
    ///   the model's, `ConfigurationError` where there is no network of the model, or one that computes otherwise.
    public init(_ paths: [String], as type: any WeightImporting.Type) throws {
        var found: [PublishedNetwork] = []
        for path in paths { found += try PublishedNetwork.all(in: WeightFile(path: path), of: type) }
        var model = type.init(suiting: .any)
        for player in Phase.Player.allCases {
            guard let network = found.first(where: { $0.player == player }) else { continue }
            do { try model.adopt(player, network.published) } catch {
                throw ConfigurationError("\(network.file.path): \(error.requirement)")
            }
        }
        do { try model.validate() } catch {
            throw ConfigurationError("\(paths.joined(separator: ", ")): \(error)")
        }
        var counting = ParameterSource.counting
        let all = model.makeModel(from: &counting).networks
        var taken: [(network: NamedNetwork, published: PublishedNetwork)] = []
        for player in Phase.Player.allCases {
            let (own, others) = (all.filter { $0.player == player }, found.filter { $0.player == player })
            guard others.count <= own.count else {
                throw ConfigurationError(
                    "\(others.map(\.place).joined(separator: ", ")) are \(others.count) \(player.rawValue)s; "
                        + "\(model.nameWithArticle) has \(own.count)")
            }
            taken += zip(own, others).map { ($0, $1) }
        }
        for (network, published) in taken { try published.check(network, of: model) }
        for (network, published) in taken { try published.read(network, of: model) }
        self.model = model
        networks = taken.map(\.network)
        sources = taken.map { network, published in
            Source(network: network.name, place: published.place, count: network.network.state.count)
        }
    }

    /// Writes the networks as a checkpoint, which samples, translates, exports, and begins trainings.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    public func write(to path: String) throws {
        let training = TrainingConfiguration(model)
        let header = CheckpointHeader(
            kind: .networks, training: training, progress: TrainingProgress(seed: training.seed))
        try Checkpoint.export(networks, header, half: false, to: path)
    }
}
