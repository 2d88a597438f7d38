/// When a training ends, and how often it writes what.
public struct Schedule: Codable, Hashable, Sendable {
    /// When a training ends.
    public enum End: Codable, Hashable, Sendable {
        case steps(Int)
        /// Times that every image is shown.
        case epochs(Double)
        /// Time spent in training, resumed parts included.
        case minutes(Double)
    }

    /// When the training ends.
    public var end: End
    /// Steps from one sheet of samples to the next.
    public var sampleEvery: Int
    /// Steps from one checkpoint to the next.
    public var checkpointEvery: Int
    /// Steps that a row of `metrics.jsonl` averages over.
    public var metricsEvery = 10
    /// Steps from one measurement by held-out data to the next.
    public var measureEvery: Int

    /// A schedule with measurements as often as checkpoints.
    public init(end: End, sampleEvery: Int = 500, checkpointEvery: Int = 1000) {
        (self.end, self.sampleEvery, self.checkpointEvery) = (end, sampleEvery, checkpointEvery)
        measureEvery = checkpointEvery
    }

    private enum CodingKeys: String, CodingKey {
        case end, sampleEvery, checkpointEvery, metricsEvery, measureEvery
    }

    /// Reads a schedule; files of earlier versions lack the last two intervals.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        end = try values.decode(End.self, forKey: .end)
        sampleEvery = try values.decode(Int.self, forKey: .sampleEvery)
        checkpointEvery = try values.decode(Int.self, forKey: .checkpointEvery)
        metricsEvery = try values.decode(.metricsEvery, default: 10)
        measureEvery = try values.decode(.measureEvery, default: checkpointEvery)
    }

    /// Twenty-five times through the images, as PyTorch's example of an image GAN, but never less than
    /// 2,000 steps, which small folders need, nor more than 30,000.
    public static func defaultEnd(images: Int, batchSize: Int) -> End {
        .steps(min(30_000, max(2_000, 25 * images / batchSize)))
    }

    /// Throws if an interval or the end lies out of range.
    public func validate() throws(ConfigurationError) {
        switch end {
        case .steps(let steps): try ConfigurationError.check("steps", steps, in: 1...1_000_000_000)
        case .epochs(let epochs): try ConfigurationError.check("epochs", epochs, in: 0.001...1e9)
        case .minutes(let minutes): try ConfigurationError.check("minutes", minutes, in: 0.001...1e7)
        }
        try ConfigurationError.check("sampleEvery", sampleEvery, in: 1...1_000_000_000)
        try ConfigurationError.check("checkpointEvery", checkpointEvery, in: 1...1_000_000_000)
        try ConfigurationError.check("metricsEvery", metricsEvery, in: 1...1_000_000_000)
        try ConfigurationError.check("measureEvery", measureEvery, in: 1...1_000_000_000)
    }

    /// The step it ends after; nil if that depends on the time it takes.
    public func lastStep(images: Int, imagesInStep: Int) -> Int? {
        switch end {
        case .steps(let steps): steps
        case .epochs(let epochs): Int((epochs * Double(images) / Double(imagesInStep)).rounded(.up))
        case .minutes: nil
        }
    }

    /// The share of the training that is done, 1 at its end.
    public func share(of progress: TrainingProgress, images: Int) -> Double {
        switch end {
        case .steps(let steps): Double(progress.step) / Double(steps)
        case .epochs(let epochs): Double(progress.imagesSeen) / (epochs * Double(images))
        case .minutes(let minutes): progress.seconds / (minutes * 60)
        }
    }
}
