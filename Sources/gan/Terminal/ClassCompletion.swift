import ArgumentParser
import GANs

extension CompletionKind {
    /// The classes of the checkpoint that a command line names.
    static let classNames = CompletionKind.custom { words, _, _ in
        // The first word is the command, which may be the name of a folder, too.
        let checkpoints = words.dropFirst().lazy.compactMap(CheckpointArgument.init)
        let models = checkpoints.compactMap { try? CheckpointHeader(path: $0.path).model }
        return models.compactMap { ($0 as? any LatentModelConfiguration)?.conditioning?.classes }.first ?? []
    }
}
