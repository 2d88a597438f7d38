import ArgumentParser
import GANs

/// The options of `gan train` that say when it ends and what it writes.
struct ScheduleOptions: ParsableArguments {
    @Option(
        help: """
            End after this many steps in all. (default: 25 epochs, but from 2000 to 30000 steps)
            """)
    var steps: Int?

    @Option(help: "End after this many epochs: times that every image was shown.")
    var epochs: Double?

    @Option(help: "End after this many minutes of training.")
    var minutes: Double?

    @Option(
        help: ArgumentHelp(
            "Steps from one sheet of samples to the next. (default: \(Self.standard.sampleEvery))",
            valueName: "steps"))
    var sampleEvery: Int?

    @Option(
        help: ArgumentHelp(
            """
            Steps from one checkpoint, and one measurement by held-out images, to the next. (default: \
            \(Self.standard.checkpointEvery))
            """, valueName: "steps"))
    var checkpointEvery: Int?

    private static let standard = Schedule(end: .steps(1))

    func validate() throws {
        if [steps != nil, epochs != nil, minutes != nil].filter({ $0 }).count > 1 {
            throw ValidationError("give only one of --steps, --epochs and --minutes")
        }
        _ = try schedule(begun: nil, images: 1, batchSize: 1)
    }

    /// Throws unless learning rates can fall from a step on.
    func check(decayFrom: Int?) throws {
        if decayFrom != nil && minutes != nil {
            throw ValidationError("--decay-from needs an end in steps or epochs; leave out --minutes")
        }
        try Self.check(decayFrom: decayFrom, steps: steps)
    }

    /// - Parameter steps: where the training ends, if that is said.
    static func check(decayFrom: Int?, steps: Int?) throws {
        guard let decayFrom else { return }
        if let steps, !(0..<steps).contains(decayFrom) {
            throw ValidationError("--decay-from is \(decayFrom); it must come before the end, step \(steps)")
        }
    }

    func schedule(begun: Schedule?, images: Int, batchSize: Int) throws -> Schedule {
        var schedule =
            begun ?? Schedule(end: Schedule.defaultEnd(images: images, batchSize: batchSize))
        if let steps { schedule.end = .steps(steps) }
        if let epochs { schedule.end = .epochs(epochs) }
        if let minutes { schedule.end = .minutes(minutes) }
        if let sampleEvery { schedule.sampleEvery = sampleEvery }
        if let checkpointEvery {
            (schedule.checkpointEvery, schedule.measureEvery) = (checkpointEvery, checkpointEvery)
        }
        try validating { try schedule.validate() }
        return schedule
    }
}

extension TrainingConfiguration {
    /// Sets when learning rates fall: to the training's end, where that is known.
    ///
    /// - Parameters:
    ///   - start: the step from which on; nil for the default, or as the run was begun.
    ///   - fallByDefault: from the middle of a training that begins.
    ///   - isBegun: whether a run goes on, maybe to another end.
    /// - Throws: `ValidationError` if the run was begun otherwise.
    mutating func setDecay(from start: Int?, to end: Int?, fallByDefault: Bool, isBegun: Bool) throws {
        let known = isBegun ? recipe.learningRateDecay : nil
        if isBegun, let start, start != known?.from {
            throw CommandError(
                "the run was begun with "
                    + (known.map { "--decay-from \($0.from)" } ?? "no --decay-from")
                    + ", not \(start); leave that option out, or begin another run")
        }
        if isBegun && known == nil { return }
        recipe.learningRateDecay = nil
        guard let end, end > 1 else {
            recipe.learningRateDecay = known
            return
        }
        guard let from = known?.from ?? start ?? (fallByDefault ? end / 2 : nil) else { return }
        recipe.learningRateDecay = LearningRateDecay(from: min(from, end - 1), to: end)
        try validating { try validate() }
    }
}
