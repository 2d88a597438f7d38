import GANs

/// The generators that were played with last, ready to compute.
@Compute
final class GeneratorShelf {
    private var shelf: [(key: String, playground: LatentPlayground)] = []
    private static let capacity = 4

    nonisolated init() {}

    /// - Parameters:
    ///   - choice: whose class is the first by default.
    ///   - path: of the checkpoint, which is read again when it was written anew.
    /// - Throws: `CheckpointError` if it cannot be read, `StudioError` if there is no such class.
    func playground(_ choice: GeneratorChoice, _ path: String) throws -> LatentPlayground {
        let label = choice.label
        let key = "\(path) \(version(of: path)) \(label ?? 0)"
        if let place = shelf.firstIndex(where: { $0.key == key }) {
            let found = shelf.remove(at: place)
            shelf.append(found)
            return found.playground
        }
        let trained = try TrainedGenerator(path: path)
        let classes = trained.configuration.conditioning?.classes.count ?? 0
        guard classes == 0 || (0..<classes).contains(label ?? 0) else { throw StudioError.notFound("class") }
        let made = LatentPlayground(
            trained, label: classes == 0 ? nil : label ?? 0, origin: try ImageOrigin(checkpoint: path))
        shelf.append((key, made))
        if shelf.count > GeneratorShelf.capacity { shelf.removeFirst() }
        return made
    }
}
