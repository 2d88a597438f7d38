import Checkpoints
import Foundation
import Networks

/// The metadata of a checkpoint: model, configuration, recipe, data and progress.
public struct CheckpointHeader: Sendable {
    /// Of a run, to go on from; of a generator alone, to make images with; or of networks alone, to translate images
    /// and to score what is made: of all of them, or of those that other programs' files had.
    public enum Kind: String, Codable, Sendable { case run, generator, networks }

    /// Whether it holds a run, a generator or networks.
    public let kind: Kind
    /// How the model was trained.
    public let training: TrainingConfiguration
    /// Where the training stood.
    public let progress: TrainingProgress
    /// Steps each optimizer took, which Adam's correction depends on.
    var optimizerSteps: [String: Int] = [:]

    /// The configuration of the model that the checkpoint holds.
    public var model: any ModelConfiguration { training.model }

    /// Reads the header of a checkpoint.
    ///
    /// - Throws: `CheckpointError` if the file is no checkpoint.
    public init(path: String) throws { try self.init(SafetensorsFile(path: path)) }

    /// Reads the header and checks everything that memory will be taken by.
    init(_ file: SafetensorsFile) throws {
        self = try Checkpoint.header(CheckpointHeader.self, of: file)
        do { try training.validate() } catch { throw Checkpoint.malformed(file, error.description) }
        try Checkpoint.check(progress, optimizerSteps, of: file)
        try checkCount(file)
    }

    /// Throws unless the file holds as many numbers as the networks need that it is for.
    private func checkCount(_ file: SafetensorsFile) throws(CheckpointError) {
        var source = ParameterSource.counting
        let networks = model.makeModel(from: &source).networks
        for network in kind == .generator ? networks.filter({ $0.player == .generator }) : networks {
            let prefix = kind == .generator ? "" : network.name + "."
            if lacks(network, file) { continue }
            let stored = file.tensors.filter { $0.name.hasPrefix(prefix) }.map(\.elementCount).reduce(0, +)
            let expected = network.network.parameterCount
            guard stored >= expected else {
                throw Checkpoint.malformed(
                    file,
                    "its \(network.name) holds \(stored) numbers, its configuration needs \(expected)")
            }
        }
    }

    /// Whether a file of networks alone is without one of them.
    func lacks(_ network: NamedNetwork, _ file: SafetensorsFile) -> Bool {
        kind == .networks && !file.tensors.contains { $0.name.hasPrefix(network.name + ".") }
    }

    init(
        kind: Kind, training: TrainingConfiguration, progress: TrainingProgress,
        optimizerSteps: [String: Int] = [:]
    ) {
        (self.kind, self.training, self.progress) = (kind, training, progress)
        self.optimizerSteps = optimizerSteps
    }

    var metadata: [String: String] { Checkpoint.metadata(self) }

    /// The beginning of the names of the tensors that a generator makes images with.
    ///
    /// - Parameter raw: for the trained weights of a run rather than their moving average.
    func prefix(ofGenerator name: String, raw: Bool = false) -> String {
        if kind == .generator { return "" }
        let isAveraged = kind == .run && training.recipe.movingAverage != nil && !raw
        return isAveraged ? Checkpoint.averagePrefix(name) : name + "."
    }
}

/// All in one object: kind, model, configuration, recipe, data, seed, progress, optimizerSteps.
extension CheckpointHeader: Codable {
    private enum CodingKeys: String, CodingKey { case kind, progress, optimizerSteps }

    /// Reads a header of the present version.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        kind = try values.decode(Kind.self, forKey: .kind)
        progress = try values.decode(TrainingProgress.self, forKey: .progress)
        optimizerSteps = try values.decode([String: Int].self, forKey: .optimizerSteps)
        training = try TrainingConfiguration(from: decoder)
    }

    /// Writes a header of the present version.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(kind, forKey: .kind)
        try values.encode(progress, forKey: .progress)
        try values.encode(optimizerSteps, forKey: .optimizerSteps)
        try training.encode(to: encoder)
    }
}
