import Files
import Foundation
import Images

/// A row of `metrics.jsonl`: means over the steps since the row before.
public struct MetricsRow: Codable, Hashable, Sendable {
    public var step: Int
    public var images: Int
    /// Time spent in training, in seconds.
    public var seconds: Double
    public var imagesPerSecond: Double
    public var discriminatorLoss: Double
    public var generatorLoss: Double
    /// D(x)
    public var realProbability: Double
    /// D(G(z))
    public var fakeProbability: Double
}

/// The figures of a run, kept in its folder as a row of JSON each and drawn as a plot.
public final class MetricsLog {
    public private(set) var rows: [MetricsRow] = []
    private let folder: RunFolder
    private var pending: [StepReport] = []

    /// - Parameter lastStep: rows of later steps, which a run that was cut off may have written past its
    ///   last checkpoint, are dropped.
    public init(_ folder: RunFolder, lastStep: Int) throws {
        self.folder = folder
        if let text = FileManager.default.contents(atPath: folder.metrics) {
            let decoder = JSONDecoder()
            rows = text.split(separator: UInt8(ascii: "\n"))
                .compactMap { try? decoder.decode(MetricsRow.self, from: Data($0)) }
                .filter { $0.step <= lastStep }
        }
        let lines = try rows.map(MetricsLog.line).joined()
        try AtomicFile.write(lines, to: folder.metrics)
    }

    func add(_ report: StepReport) { pending.append(report) }

    /// Writes the mean of the reports since the last row, if there are any.
    func flush(_ progress: TrainingProgress, imagesPerSecond: Double) throws -> MetricsRow? {
        guard !pending.isEmpty else { return nil }
        func mean(_ value: (StepReport) -> Double) -> Double {
            pending.map(value).reduce(0, +) / Double(pending.count)
        }
        let row = MetricsRow(
            step: progress.step, images: progress.imagesSeen, seconds: progress.seconds,
            imagesPerSecond: imagesPerSecond, discriminatorLoss: mean(\.discriminatorLoss),
            generatorLoss: mean(\.generatorLoss), realProbability: mean(\.realProbability),
            fakeProbability: mean(\.fakeProbability))
        pending = []
        rows.append(row)
        try append(MetricsLog.line(row))
        return row
    }

    private func append(_ line: String) throws {
        let descriptor = open(folder.metrics, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        defer { if descriptor >= 0 { close(descriptor) } }
        let bytes = Array(line.utf8)
        guard descriptor >= 0 else { throw FileError(path: folder.metrics, .cannotWrite(errno: errno)) }
        let end = lseek(descriptor, 0, SEEK_END)
        let written = write(descriptor, bytes, bytes.count)
        guard written == bytes.count else {
            let code = written < 0 ? errno : ENOSPC
            // A part of a row would spoil the next one, too.
            ftruncate(descriptor, end)
            throw FileError(path: folder.metrics, .cannotWrite(errno: code))
        }
    }

    private static func line(_ row: MetricsRow) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(row), as: UTF8.self) + "\n"
    }

    /// Both losses and both scores over the steps.
    func plot(title: String) throws {
        func series(_ name: String, _ value: (MetricsRow) -> Double) -> LinePlot.Series {
            LinePlot.Series(name: name, x: rows.map { Double($0.step) }, y: rows.map(value))
        }
        let plot = LinePlot(
            title: title,
            panels: [
                LinePlot.Panel(
                    yLabel: "loss",
                    series: [
                        series("discriminator", \.discriminatorLoss), series("generator", \.generatorLoss),
                    ]),
                LinePlot.Panel(
                    yLabel: "probability of real",
                    series: [series("D(x)", \.realProbability), series("D(G(z))", \.fakeProbability)],
                    range: 0...1, reference: 0.5),
            ], xLabel: "step", smoothing: 0.02)
        try plot.render(width: 1000, height: 700).writePNG(to: folder.losses)
    }
}
