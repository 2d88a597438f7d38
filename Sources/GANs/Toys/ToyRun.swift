import Checkpoints
import Files
import Foundation
import Images
import Tensors

/// A row of a toy's `metrics.jsonl`: losses are means over the steps since the row before.
public struct ToyRow: Codable, Sendable {
    public var step: Int
    public var discriminatorLoss: Double
    public var generatorLoss: Double
    public var penalty: Double
    /// Of 2,500 generated points.
    public var metrics: ToyMetrics
}

/// A toy training that shows itself: an animation, a last image, its points and its figures, in a folder.
public final class ToyRun {
    public let training: ToyTraining
    public let steps: Int
    public private(set) var rows: [ToyRow] = []
    private let folder: String
    private let frames: Int
    private let figure: ToyFigure
    private var losses = ToyFigure.Losses()
    private var pending: [StepReport] = []

    /// - Parameters:
    ///   - folder: made if it is missing.
    ///   - frames: of the animation, the first before any training.
    public init(_ training: ToyTraining, steps: Int, frames: Int, into folder: String) throws {
        (self.training, self.steps, self.folder) = (training, steps, folder)
        self.frames = max(1, min(frames, steps))
        let objective = training.trainer.configuration.objective
        figure = ToyFigure(
            training.distribution, title: "\(training.distribution.rawValue), \(objective.rawValue)",
            values: objective.scoresAreLogits ? .probabilities : .scores, lastStep: steps,
            lossReference: objective.equilibriumReference)
        try makeFolder(folder)
    }

    /// How long a frame of the animation is shown.
    private static let secondsPerFrame = 0.08

    /// Trains to the end, or until `shouldStop` says so after a step, and writes what there is then.
    ///
    /// - Parameters:
    ///   - name: the animation's file, whose ending gives its form: .gif, .png or .apng.
    ///   - observe: told of each step.
    /// - Throws: `TrainingError` if the training diverged, after writing what came before; `ImageError` and
    ///   `FileError`.
    public func run(
        animation name: String, until shouldStop: () -> Bool = { false },
        observe: (_ step: Int) -> Void = { _ in }
    ) throws {
        var animation = try AnimationFile(path: folder + "/" + name)
        var image = frame()
        try animation.append(image, seconds: ToyRun.secondsPerFrame)
        var failure: TrainingError?
        for step in 1...steps where failure == nil && !shouldStop() {
            do throws(TrainingError) { pending.append(try training.step()) } catch { failure = error }
            observe(step)
            // Evenly spread over the steps, the last one included.
            guard failure == nil, step * frames / steps > (step - 1) * frames / steps else { continue }
            record()
            image = frame()
            try animation.append(image, seconds: ToyRun.secondsPerFrame)
        }
        // Time to look at the end before it begins again.
        try animation.append(image, seconds: 2)
        try animation.commit()
        try writeEnd(image)
        if let failure { throw failure }
    }

    private func record() {
        func mean(_ value: (StepReport) -> Double) -> Double {
            pending.map(value).reduce(0, +) / Double(pending.count)
        }
        let row = ToyRow(
            step: training.trainer.progress.step, discriminatorLoss: mean(\.discriminatorLoss),
            generatorLoss: mean(\.generatorLoss), penalty: mean(\.penalty),
            metrics: ToyMetrics(of: training.generatedPoints(), from: training.distribution))
        pending = []
        rows.append(row)
        losses.append(
            step: row.step, discriminator: row.discriminatorLoss, generator: row.generatorLoss)
    }

    private func frame() -> Image {
        let map = training.judgement(of: figure.mapPoints).scores
        let arrows = figure.arrowPoints
        let isLogit = training.trainer.configuration.objective.scoresAreLogits
        return figure.render(
            ToyFigure.Frame(
                step: training.trainer.progress.step, reals: training.realPoints(),
                generated: training.generatedPoints(), values: (isLogit ? map.sigmoid() : map).scalars,
                gradients: arrows.shape[0] > 0 ? training.judgement(of: arrows).slopes.scalars : [],
                losses: losses))
    }

    private func writeEnd(_ image: Image) throws {
        try image.writePNG(to: folder + "/final.png")
        let points = training.generatedPoints()
        let dimensions = training.distribution.dimensions
        try NumpyArray(
            shape: [points.count / dimensions, dimensions], values: points.map { Float($0) }
        ).write(to: folder + "/points.npy")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let lines = try rows.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
        try AtomicFile.write(lines.joined(), to: folder + "/metrics.jsonl")
    }
}

extension Objective {
    /// The discriminator's loss at the equilibrium, as a line in a plot.
    fileprivate var equilibriumReference: LinePlot.Reference? {
        guard let loss = equilibriumLoss else { return nil }
        let label =
            switch self {
            case .minimax, .nonSaturating: "log 4"
            case .relativistic: "log 2"
            case .leastSquares, .wasserstein, .hinge: "equilibrium"
            }
        return LinePlot.Reference(loss, label: label)
    }
}
