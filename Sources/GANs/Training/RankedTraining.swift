import Checkpoints
import Datasets
import Foundation
import Tensors

/// What the first of several processes has the others do, or what one of them asks for.
enum RankOrder: UInt8 {
    case stop, step
}

extension Ranks {
    /// Tells all processes an order, of which the first one's holds.
    ///
    /// - Returns: the first one's, or whether any asks to stop.
    static func exchange(_ order: RankOrder) -> (order: RankOrder, anyStops: Bool) {
        let all = gathered([order.rawValue]).map { RankOrder(rawValue: $0[0]) ?? .stop }
        return (all[0], all.contains(.stop))
    }
}

/// The training of a process that is not the first: its part of each step, when the first one says so.
///
/// Networks and optimizers stay the same on all processes, to the bit, since all follow the sums of their gradients.
public struct TrainingFollower {
    private let trainer: Trainer
    private let data: any TrainingData

    /// - Parameters:
    ///   - trainer: the same as the first process has.
    ///   - data: the same as the first process has.
    public init(_ trainer: Trainer, on data: any TrainingData) { (self.trainer, self.data) = (trainer, data) }

    /// Trains until the first process ends, which is asked to where `shouldStop` says so.
    ///
    /// - Throws: `TrainingError`, as on all other processes.
    public func run(until shouldStop: () -> Bool = { false }) throws(TrainingError) {
        let source = data.makeSource()
        while Ranks.exchange(shouldStop() ? .stop : .step).order == .step {
            _ = try trainer.step(from: source)
        }
    }
}

extension TrainingBatch {
    /// These images at their places in a batch, of which other processes have the rest.
    func among(_ count: Int, at places: Range<Int>) -> TrainingBatch {
        if places.count == count { return self }
        func filled(_ images: Tensor) -> Tensor {
            let others = [places.lowerBound, count - places.upperBound].map {
                $0 == 0 ? [] : [Tensor.zeros(Shape([$0] + images.shape.dimensions.dropFirst()))]
            }
            return .concatenated(others[0] + [images] + others[1], axis: 0)
        }
        return TrainingBatch(inputs: inputs.map(filled), reals: filled(reals), labels: labels)
    }
}

extension Trainer {
    /// Waits for the other processes.
    ///
    /// - Parameter program: the program's version.
    /// - Throws: `ConfigurationError` on all processes if they are not about to train the same, or if a batch cannot be
    ///   divided among them.
    public func checkRanks(_ data: any TrainingData, program: String) throws {
        guard Ranks.count > 1 else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var progress = progress
        progress.seconds = 0
        let settings = SHA256()
        settings.update(Array(program.utf8))
        settings.update(Array(try encoder.encode(configuration)))
        settings.update(Array(try encoder.encode(progress)))
        let images = SHA256()
        images.update(Array("\(data.count) \(data.total)".utf8))
        images.update(data.realsSheet().pixels)
        for (what, digest) in [
            ("another program or other settings", settings.hexadecimal()),
            ("other images", images.hexadecimal()),
        ] {
            let all = Ranks.gathered(Array(digest.utf8))
            if let other = all.firstIndex(where: { $0 != all[0] }) {
                throw ConfigurationError("rank \(other) has \(what) than rank 0")
            }
        }
        try configuration.validate(shards: max(configuration.recipe.shards, Ranks.count))
    }

    /// What every process could do.
    ///
    /// - Throws: on all processes where one could not.
    func onAllRanks<Result>(_ body: () throws(TrainingError) -> Result) throws(TrainingError) -> Result {
        let result = Swift.Result(catching: body)
        let failures = Ranks.gathered([(try? result.get()) == nil ? 1 : 0])
        if case .success = result, let other = failures.firstIndex(of: [1]) {
            throw .lost(SkippedImage(file: "an image of rank \(other)", reason: "see its message"))
        }
        return try result.get()
    }
}
