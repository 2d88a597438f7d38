/// When a training ends, and how often it writes what.
public struct Schedule: Codable, Hashable, Sendable {
    /// When a training ends.
    public enum End: Codable, Hashable, Sendable {
        case steps(Int)
        /// Training images that the discriminator is shown.
        case images(Int)
        /// Times that every image is shown.
        case epochs(Double)
        /// Time spent in training, resumed parts included.
        case minutes(Double)
    }

    /// When the training ends.
    public var end: End
    /// Steps from one sheet of samples to the next; nil to go by the clock: see `secondsBetweenSheets`.
    public var sampleEvery: Int?
    /// Steps from one checkpoint to the next; nil to go by the clock: see `secondsBetweenCheckpoints`.
    public var checkpointEvery: Int?
    /// Steps that a row of `metrics.jsonl` averages over.
    public var metricsEvery = 10
    /// Steps from one measurement of the samples to the next; nil for one with every checkpoint.
    public var measureEvery: Int?

    /// Whether figures and sheets are written as events that TensorBoard shows, too.
    public var writesEvents = false

    /// A schedule by the clock, with a measurement for each checkpoint, unless said otherwise.
    public init(
        end: End, sampleEvery: Int? = nil, checkpointEvery: Int? = nil, measureEvery: Int? = nil
    ) {
        (self.end, self.sampleEvery) = (end, sampleEvery)
        (self.checkpointEvery, self.measureEvery) = (checkpointEvery, measureEvery)
    }

    private enum CodingKeys: String, CodingKey {
        case end, sampleEvery, checkpointEvery, metricsEvery, measureEvery, writesEvents
    }

    /// Reads a schedule; files of earlier versions lack some intervals.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        end = try values.decode(End.self, forKey: .end)
        sampleEvery = try values.decodeIfPresent(Int.self, forKey: .sampleEvery)
        checkpointEvery = try values.decodeIfPresent(Int.self, forKey: .checkpointEvery)
        metricsEvery = try values.decode(.metricsEvery, default: 10)
        measureEvery = try values.decodeIfPresent(Int.self, forKey: .measureEvery)
        writesEvents = try values.decode(.writesEvents, default: false)
    }

    /// Seconds of training from one checkpoint to the next, by the clock: with what else takes time, a crash costs
    /// less than five minutes.
    static let secondsBetweenCheckpoints = 240.0

    /// Seconds of training from one sheet of samples to the next, by the clock: 20 at first, and then three tenths of
    /// the time so far, up to ten minutes, but never so often that sheets take over a twenty-fifth of the time.
    ///
    /// - Parameters:
    ///   - seconds: of training so far.
    ///   - cost: the seconds that the last sheet took.
    static func secondsBetweenSheets(after seconds: Double, cost: Double) -> Double {
        max(20, min(600, 0.3 * seconds), 25 * cost)
    }

    /// Throws if an interval or the end lies out of range.
    public func validate() throws(ConfigurationError) {
        switch end {
        case .steps(let steps): try ConfigurationError.check("steps", steps, in: 1...1_000_000_000)
        case .images(let images): try ConfigurationError.check("images", images, in: 1...1_000_000_000_000)
        case .epochs(let epochs): try ConfigurationError.check("epochs", epochs, in: 0.001...1e9)
        case .minutes(let minutes): try ConfigurationError.check("minutes", minutes, in: 0.001...1e7)
        }
        for (name, interval) in [
            ("sampleEvery", sampleEvery), ("checkpointEvery", checkpointEvery),
            ("metricsEvery", metricsEvery), ("measureEvery", measureEvery),
        ] {
            if let interval { try ConfigurationError.check(name, interval, in: 1...1_000_000_000) }
        }
    }

    /// Training images that are shown in all; nil if that depends on the time it takes.
    ///
    /// - Parameters:
    ///   - images: in the set.
    ///   - imagesInStep: shown in a step.
    public func imagesShown(of images: Int, imagesInStep: Int) -> Double? {
        switch end {
        case .steps(let steps): Double(steps) * Double(imagesInStep)
        case .images(let shown): Double(shown)
        case .epochs(let epochs): epochs * Double(images)
        case .minutes: nil
        }
    }

    /// The step it ends after; nil if that depends on the time it takes.
    public func lastStep(images: Int, imagesInStep: Int) -> Int? {
        imagesShown(of: images, imagesInStep: imagesInStep).map {
            Int(($0 / Double(imagesInStep)).rounded(.up))
        }
    }

    /// The share of the training that is done, 1 at its end.
    public func share(of progress: TrainingProgress, images: Int) -> Double {
        share(step: progress.step, shown: progress.imagesSeen, seconds: progress.seconds, images: images)
    }

    /// The same after a step, so many images shown and so many seconds of training.
    package func share(step: Int, shown: Int, seconds: Double, images: Int) -> Double {
        switch end {
        case .steps(let steps): Double(step) / Double(steps)
        case .images(let total): Double(shown) / Double(total)
        case .epochs(let epochs): Double(shown) / (epochs * Double(images))
        case .minutes(let minutes): seconds / (minutes * 60)
        }
    }
}
