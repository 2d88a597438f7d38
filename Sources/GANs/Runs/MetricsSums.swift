/// Sums of figures over the steps since the last row of `metrics.jsonl`: with them in a checkpoint, the rows of a
/// training that goes on from it are those of one that was never cut off.
struct MetricsSums: Codable, Hashable, Sendable {
    private(set) var count = 0
    private var discriminatorLoss = 0.0
    private var generatorLoss = 0.0
    private var penalty = 0.0
    private var realScore = 0.0
    private var fakeScore = 0.0
    private var parts: [String: Double] = [:]

    mutating func add(_ report: StepReport) {
        count += 1
        discriminatorLoss += report.discriminatorLoss
        generatorLoss += report.generatorLoss
        penalty += report.penalty
        realScore += report.realScore
        fakeScore += report.fakeScore
        for (name, value) in report.parts { parts[name, default: 0] += value }
    }

    /// Whether all are numbers, which JSON can hold.
    var isFinite: Bool {
        ([discriminatorLoss, generatorLoss, penalty, realScore, fakeScore] + parts.values)
            .allSatisfy(\.isFinite)
    }

    /// The means over the steps; nil if there are none.
    func row(_ progress: TrainingProgress, imagesPerSecond: Double) -> MetricsRow? {
        guard count > 0 else { return nil }
        let count = Double(count)
        return MetricsRow(
            step: progress.step, images: progress.imagesSeen, seconds: progress.seconds,
            imagesPerSecond: imagesPerSecond, discriminatorLoss: discriminatorLoss / count,
            generatorLoss: generatorLoss / count, penalty: penalty / count,
            realScore: realScore / count, fakeScore: fakeScore / count,
            augmentation: progress.augmentation?.value,
            parts: parts.isEmpty ? nil : parts.mapValues { $0 / count })
    }
}
