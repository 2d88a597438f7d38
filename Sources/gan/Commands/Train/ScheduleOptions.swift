import ArgumentParser
import GANs

/// The options of `gan train` that say when it ends and what it writes.
struct ScheduleOptions: ParsableArguments {
    @Option(help: "End after this many steps in all.")
    var steps: Int?

    @Option(
        help: """
            End when the discriminator was shown this many training images. (default: what the model takes \
            for as many images as there are, which is said)
            """)
    var images: Int?

    @Option(help: "End after this many epochs: times that every image was shown.")
    var epochs: Double?

    @Option(help: "End after this many minutes of training.")
    var minutes: Double?

    @Option(
        help: ArgumentHelp(
            """
            Steps from one sheet of samples to the next. (default: by the clock, every 20 seconds at first, \
            then rarer)
            """, valueName: "steps"))
    var sampleEvery: Int?

    @Option(
        help: ArgumentHelp(
            """
            Steps from one checkpoint, and one measurement of the samples, to the next; all of them are kept. \
            (default: by the clock, every four minutes; of the earlier ones some are kept)
            """, valueName: "steps"))
    var checkpointEvery: Int?

    @Flag(
        help: """
            Write figures, sheets and configuration as events for TensorBoard, too: tensorboard --logdir runs
            """)
    var tensorboard = false

    func validate() throws {
        if [steps != nil, images != nil, epochs != nil, minutes != nil].filter({ $0 }).count > 1 {
            throw ValidationError("give only one of --steps, --images, --epochs and --minutes")
        }
        _ = try schedule(begun: nil, default: .steps(1))
    }

    /// Throws unless learning rates can fall from a step on.
    func check(decayFrom: Int?) throws {
        if decayFrom != nil && minutes != nil {
            throw ValidationError("--decay-from needs an end in steps, images or epochs; leave out --minutes")
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

    /// Whether it is said here when the training ends.
    var hasEnd: Bool { steps != nil || images != nil || epochs != nil || minutes != nil }

    /// - Parameter end: where none is said.
    func schedule(begun: Schedule?, default end: Schedule.End) throws -> Schedule {
        var schedule = begun ?? Schedule(end: end)
        if let steps { schedule.end = .steps(steps) }
        if let images { schedule.end = .images(images) }
        if let epochs { schedule.end = .epochs(epochs) }
        if let minutes { schedule.end = .minutes(minutes) }
        if let sampleEvery { schedule.sampleEvery = sampleEvery }
        if let checkpointEvery {
            (schedule.checkpointEvery, schedule.measureEvery) = (checkpointEvery, nil)
        }
        if tensorboard { schedule.writesEvents = true }
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
        if !isBegun { try ScheduleOptions.check(decayFrom: start, steps: end) }
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
