import Files
import Foundation
import GANs

/// The checkpoints that translate images, which the page knows by ids.
@Compute
final class TranslationLibrary {
    private let studio: StudioContext
    private var paths: [String: String] = [:]
    /// Those that were used last, the newest at the end.
    private var open: [(key: String, written: Date?, opened: Opened)] = []

    /// Networks that stay in memory.
    private static let capacity = 4

    nonisolated init(_ studio: StudioContext) { self.studio = studio }

    /// All of them: those that ship, then those of runs.
    func choices() -> [TranslationChoice] {
        paths = [:]
        return (shipped + runs).compactMap { name, path, training in
            guard let model = training.model as? any TranslationModelConfiguration else { return nil }
            let id = RunLibrary.id(of: path)
            paths[id] = path
            return TranslationChoice(id: id, name: name, model, training)
        }
    }

    /// Networks, and where their images come from.
    typealias Opened = (network: TranslationNetwork, origin: ImageOrigin)
    private typealias Found = (name: String, path: String, training: TrainingConfiguration)

    private var shipped: [Found] {
        studio.shipped.flatMap { folder in
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
            return names.filter { $0.hasSuffix(".safetensors") }.compactMap { name -> Found? in
                let path = join(folder, name)
                guard let header = try? CheckpointHeader(path: path) else { return nil }
                return (String(name.dropLast(".safetensors".count)), path, header.training)
            }
        }
    }

    /// By their small files: checkpoints may be large, and are read once they are chosen.
    private var runs: [Found] {
        RunSearch.runs(below: studio.runs.root).compactMap { run in
            guard FileManager.default.fileExists(atPath: run.latestCheckpoint),
                let record = try? RunRecord(from: run)
            else { return nil }
            return (studio.runs.name(of: run), run.latestCheckpoint, record.training)
        }
    }

    /// The networks of a checkpoint, which are read anew where the file is another one.
    ///
    /// - Throws: `StudioError` if there is none by that id.
    func network(_ id: String, _ direction: TranslationDirection?) throws -> TranslationNetwork {
        try opened(id, direction).network
    }

    /// The same, with where their images come from.
    func opened(_ id: String, _ direction: TranslationDirection?) throws -> Opened {
        if paths[id] == nil { _ = choices() }
        guard let path = paths[id] else { throw StudioError.notFound("checkpoint") }
        let key = id + (direction?.rawValue ?? "")
        let written = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        if let place = open.firstIndex(where: { $0.key == key }) {
            let known = open.remove(at: place)
            if known.written == written {
                open.append(known)
                return known.opened
            }
        }
        let opened = (
            network: try TranslationNetwork(path: path, direction), origin: try ImageOrigin(checkpoint: path)
        )
        open.append((key, written, opened))
        if open.count > TranslationLibrary.capacity { open.removeFirst() }
        return opened
    }
}

/// A checkpoint that translates, for the page.
struct TranslationChoice: Encodable, Sendable {
    /// What is drawn or given.
    enum Kind: String, Encodable {
        case labels, images, enlarging
    }

    let id: String
    let name: String
    /// The model in words.
    let description: String
    let kind: Kind
    /// Width and height of the images that were trained on.
    let size: ImageSize
    let inputChannels: Int
    /// The label's names and colors, of label maps.
    let labels: [Label]
    /// The directions there are.
    let directions: [TranslationDirection]
    /// How many times as wide and high images become.
    let scale: Int
    /// What to begin with, where the drawn avatars suit.
    let example: TranslationExample?

    struct Label: Encodable, Sendable {
        let name: String
        let color: String
    }

    init(
        id: String, name: String, _ model: any TranslationModelConfiguration,
        _ training: TrainingConfiguration
    ) {
        (self.id, self.name, description) = (id, name, model.description)
        (size, inputChannels) = (model.size, model.inputChannels)
        labels = zip(model.labels?.names ?? [], model.labels?.colors ?? []).map { Label(name: $0, color: $1) }
        scale = (model as? any EnlargingModelConfiguration)?.scale ?? 1
        kind = model is any EnlargingModelConfiguration ? .enlarging : labels.isEmpty ? .images : .labels
        directions =
            type(of: model).data == .domains ? [.a2b, .b2a] : [training.data.direction]
        example = TranslationExample(for: model)
    }
}
