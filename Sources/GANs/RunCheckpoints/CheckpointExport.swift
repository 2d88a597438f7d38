import Checkpoints
import Networks

/// Files of networks alone, which are a part of a run's checkpoint in size.
extension Checkpoint {
    /// Writes a generator alone.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    static func export(
        _ generator: any Layer, _ header: CheckpointHeader, half: Bool, to path: String
    ) throws {
        let header = CheckpointHeader(
            kind: .generator, training: header.training, progress: header.progress)
        try SafetensorsFile.write(
            entries(generator.state, prefix: "", half: half), metadata: header.metadata, to: path)
    }

    /// Writes networks by their names.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    static func export(
        _ networks: [NamedNetwork], _ header: CheckpointHeader, half: Bool, to path: String
    ) throws {
        let header = CheckpointHeader(
            kind: .networks, training: header.training, progress: header.progress)
        try SafetensorsFile.write(
            networks.flatMap { entries($0.network.state, prefix: $0.name + ".", half: half) },
            metadata: header.metadata, to: path)
    }
}
