import Files
import Foundation
import Images
import Toys

/// A row of `metrics.jsonl`: means over the steps since the row before.
public struct MetricsRow: Codable, Hashable, Sendable {
    /// The step of the row.
    public var step: Int
    /// Training images shown so far, each time counted.
    public var images: Int
    /// Time spent in training, in seconds.
    public var seconds: Double
    /// How fast the training is.
    public var imagesPerSecond: Double
    /// The adversarial loss of the discriminator.
    public var discriminatorLoss: Double
    /// The adversarial loss of the generator.
    public var generatorLoss: Double
    /// The sum of the penalties.
    public var penalty: Double
    /// D(x)
    public var realScore: Double
    /// D(G(z))
    public var fakeScore: Double
    /// How likely adaptive augmentation transforms an image; nil where the augmentation is not adaptive.
    public var augmentation: Double?
    /// The diagnostics, every hundred steps.
    public var observation: Observation?
    /// Warnings that began in these steps.
    public var warnings: [TrainingWarning]?
    /// From generated images to training images, with each checkpoint, of models that are sampled from latents.
    public var kid: KernelDistance?
    /// From translated to held-out images, with each checkpoint, of models that learn from two sets.
    public var distance: SlicedWassersteinDistance?
    /// Other parts of the generator's loss, by name, before they are weighted; nil without.
    public var parts: [String: Double]?
    /// The mean absolute difference of translations from the targets of pairs held out, in [0, 2], with each
    /// checkpoint.
    public var difference: Double?
    /// How near enlarged images come to those held out, with each checkpoint.
    public var fidelity: EnlargementFidelity?
    /// How well generated points match their distribution.
    public var points: ToyMetrics?

    /// The measure that the best checkpoint has the least of, with its standard error, where that is known.
    var measure: (value: Double, error: Double)? {
        kid.map { ($0.value, $0.standardError) }
            ?? (distance?.mean ?? difference ?? points?.distance).map { ($0, 0) }
    }
}

/// The figures of a run, kept in its folder as a row of JSON each and drawn as a plot.
public final class MetricsLog {
    /// All rows so far.
    public private(set) var rows: [MetricsRow] = []
    let folder: RunFolder
    /// Of the steps since the last row.
    var sums = MetricsSums()
    /// The last step that was measured by other images.
    var measuredFrom = 0

    /// - Parameter lastStep: rows of later steps, which a run that was cut off may have written past its
    ///   last checkpoint, are dropped.
    package init(_ folder: RunFolder, lastStep: Int) throws {
        self.folder = folder
        let decoder = JSONDecoder()
        rows = try MetricsLog.content(of: folder.metrics).split(separator: UInt8(ascii: "\n"))
            .compactMap { try? decoder.decode(MetricsRow.self, from: LegacyFormat.upgradedRow(Data($0))) }
            .filter { $0.step <= lastStep }
        let lines = try rows.map(MetricsLog.line).joined()
        try AtomicFile.write(lines, to: folder.metrics)
    }

    /// The bytes of a file; none where there is no such file.
    private static func content(of path: String) throws(FileError) -> [UInt8] {
        do {
            let file = try RegularFile(path)
            return try file.read(count: file.size)
        } catch {
            guard error.problem == .cannotRead(errno: ENOENT) else { throw error }
            return []
        }
    }

    func add(_ report: StepReport) { sums.add(report) }

    /// The step whose measure is the best: better than the best one before it by two standard errors, so that chance does
    /// not choose. Rows of earlier versions with another measure do not count, nor those before `measuredFrom`.
    var bestStep: Int? {
        let rows = rows.drop { $0.step <= measuredFrom }
        guard let last = rows.last(where: { $0.measure != nil }) else { return nil }
        var best: (value: Double, error: Double, step: Int)?
        for row in rows where (row.kid == nil) == (last.kid == nil) {
            guard let (value, error) = row.measure else { continue }
            if let best {
                let bothErrors = (error * error + best.error * best.error).squareRoot()
                guard value < best.value - 2 * bothErrors else { continue }
            }
            best = (value, error, row.step)
        }
        return best?.step
    }

    /// Writes a row, in place of the reports that it is the mean of.
    func record(_ row: MetricsRow) throws {
        sums = MetricsSums()
        rows.append(row)
        try AppendedFile.append(Array(MetricsLog.line(row).utf8), to: folder.metrics)
    }

    /// Brings the rows to the disk, which a checkpoint that follows them will be gone on from.
    func synchronize() throws(FileError) {
        let descriptor = open(folder.metrics, O_WRONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw FileError(path: folder.metrics, .cannotWrite(errno: errno))
        }
    }

    private static func line(_ row: MetricsRow) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(row), as: UTF8.self) + "\n"
    }
}
