import Checkpoints
import Networks
import Tensors

extension Trainer {
    /// Writes everything the next step depends on.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    public func save(to path: String) throws {
        if !averages.isEmpty { withSamplingWeights {} }
        let header = CheckpointHeader(
            kind: .run, training: configuration, progress: progress,
            optimizerSteps: Dictionary(
                uniqueKeysWithValues: optimizers.map { ($0.key.rawValue, $0.value.stepCount) }))
        let entries =
            model.networks.flatMap { Checkpoint.entries($0.network.state, prefix: $0.name + ".") }
            + averages.flatMap {
                Checkpoint.entries($0.copy.state, prefix: Checkpoint.averagePrefix($0.name))
            }
            + moments.map { Checkpoint.entry($0.names[0], $0.tensor) }
            + model.pools.compactMap { name, pool in pool.content.map { Checkpoint.entry(name, $0) } }
        try SafetensorsFile.write(entries, metadata: header.metadata, to: path)
    }

    /// The training that a checkpoint was saved from, ready for its next step.
    ///
    /// - Parameter change: may say where files lie now that the configuration names.
    /// - Throws: `CheckpointError` if the file cannot be read or is not a run's.
    public convenience init(
        resumingFrom path: String, _ change: (inout TrainingConfiguration) throws -> Void = { _ in }
    ) throws {
        let file = try SafetensorsFile(path: path)
        let header = try CheckpointHeader(file)
        guard header.kind == .run else {
            throw CheckpointError(
                path: path,
                .malformed(
                    format: "run's checkpoint", "it holds networks alone, which cannot be trained on"))
        }
        var training = header.training
        try change(&training)
        try self.init(training, source: .blank)
        progress = header.progress
        for network in model.networks {
            try Checkpoint.read(network.network, prefix: network.name + ".", from: file)
        }
        for (name, copy) in averages {
            try Checkpoint.read(copy.state, prefix: Checkpoint.averagePrefix(name), from: file)
        }
        for (names, tensor) in moments {
            try Checkpoint.read(tensor, names.first { file[$0] != nil } ?? names[0], from: file)
        }
        for (player, optimizer) in optimizers {
            optimizer.stepCount =
                header.optimizerSteps[player.rawValue] ?? header.optimizerSteps[player.rawValue + "s"] ?? 0
        }
        try readPools(file)
    }

    private func readPools(_ file: SafetensorsFile) throws(CheckpointError) {
        for (name, pool) in model.pools {
            guard let shape = file[name]?.shape else { continue }
            guard pool.holds(shape) else {
                throw Checkpoint.malformed(file, "its tensor \"\(name)\" holds no images to show again")
            }
            let content = Tensor.zeros(Shape(shape))
            try Checkpoint.read(content, name, from: file)
            pool.content = content
        }
    }

    /// Names, the present one first, and tensors of the optimizers' moments.
    private var moments: [(names: [String], tensor: Tensor)] {
        Phase.Player.allCases.flatMap { player -> [(names: [String], tensor: Tensor)] in
            let parameters = model.networks(of: player).flatMap { network in
                network.network.state.compactMap { entry -> (network: String, parameter: String)? in
                    if case .parameter = entry.value { (network.name, entry.name) } else { nil }
                }
            }
            return (optimizers[player]?.moments ?? []).flatMap { moment in
                zip(parameters, moment.tensors).map { parameter, tensor in
                    (
                        LegacyFormat.momentNames(
                            player: player.rawValue, moment: moment.name, network: parameter.network,
                            parameter: parameter.parameter), tensor
                    )
                }
            }
        }
    }
}
