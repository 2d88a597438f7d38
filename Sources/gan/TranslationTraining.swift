import Datasets
import Foundation
import GANs

/// `gan train` with a model that translates images.
struct TranslationTraining {
    let command: TrainCommand
    let folder: RunFolder

    func run() throws {
        let begun: TranslationTrainer? =
            command.resume
            ? try TranslationTrainer(
                resumingFrom: folder.latestCheckpoint, classifier: command.translation.vgg) : nil
        let record: RunRecord<TranslationConfiguration>? = command.resume ? try RunRecord(from: folder) : nil
        guard let path = command.data ?? record?.data else {
            throw CommandError("\(folder.path) does not say what data it is of")
        }
        let target = command.translation.target ?? record?.target
        for source in [path, target].compactMap(\.self) { try command.refuseInside(source) }

        let source = try Source(path, target: target, model: model(begun))
        var training = try configuration(begun, source)
        let data = try load(source, for: training)
        let schedule = try command.scheduleOptions.schedule(
            begun: record?.schedule, images: data.count, batchSize: training.batchSize)
        applyDecay(to: &training, schedule, images: data.count, isBegun: begun != nil)
        let trainer = try begun ?? beginning(training)
        trainer.learningRateDecay = training.learningRateDecay

        let display = TrainDisplay(
            schedule: schedule, quiet: command.quiet, isGame: training.architecture.name != "srresnet")
        display.describe(trainer, data, source)
        if command.dryRun { return }
        if command.overwrite { try folder.removeRun() }
        display.announce(trainer.progress, images: data.count, folder: folder)
        Interrupt.listen()
        let run = try TranslationRun(
            trainer, on: data, into: folder, schedule: schedule, target: target, observe: display.show)
        do {
            try run.run { Interrupt.isRequested }
        } catch {
            display.clear()
            throw error
        }
        display.end(
            trainer.progress, folder: folder, wasInterrupted: Interrupt.isRequested,
            next:
                "gan translate \(folder.path) \(source.labels == nil ? "IMAGE" : "MAP") --out translated.png"
        )
    }

    private func model(_ begun: TranslationTrainer?) -> String? {
        begun?.configuration.architecture.name ?? command.options.model
    }

    private func beginning(_ training: TranslationConfiguration) throws -> TranslationTrainer {
        try command.translation.from.map { try TranslationTrainer(training, generatorFrom: $0.path) }
            ?? TranslationTrainer(training)
    }

    private func configuration(
        _ begun: TranslationTrainer?, _ source: Source
    ) throws -> TranslationConfiguration {
        let training = try command.translation.configuration(
            begun: begun?.configuration, command.options, command.game
        ) {
            // Of pairs the other way round, the second is what comes in.
            let isReversed = command.translation.direction == .b2a && source.pairs != nil
            let (one, other) = isReversed ? (source.second, source.first) : (source.first, source.second)
            return TranslationTraits(
                one, other, pairs: source.pairs?.count ?? source.wholes?.count ?? 0, labels: source.labels)
        }
        if let known = begun?.configuration.architecture.labels, let labels = source.labels,
            known.names != labels.names
        {
            throw CommandError(
                "the run in \(folder.path) was begun with the labels \(known.names.joined(separator: ", ")); now "
                    + "they are \(labels.names.joined(separator: ", ")); restore the list, or begin another run"
            )
        }
        if let begun, training != begun.configuration {
            throw CommandError(
                "the run in \(folder.path) was begun with "
                    + begun.configuration.differences(from: training).joined(separator: ", ")
                    + "; leave that option out, or begin another run")
        }
        // Weights, gradients and two moments alone.
        try command.refuseMemory(
            over: 4 * MemoryLayout<Scalar>.stride * training.architecture.family.parameterCount,
            size: training.architecture.family.size)
        return training
    }

    /// As published, the rates fall from the middle of the training on; they reach nothing at its end, where
    /// that is known, also where a resumed run is given another one.
    private func applyDecay(
        to training: inout TranslationConfiguration, _ schedule: Schedule, images: Int, isBegun: Bool
    ) {
        guard
            let end = schedule.lastStep(images: images, imagesInStep: training.batchSize), end > 1
        else {
            if !isBegun { training.learningRateDecay = nil }
            return
        }
        if isBegun && training.learningRateDecay == nil { return }
        let from = command.scheduleOptions.decayFrom ?? training.learningRateDecay?.from ?? end / 2
        training.learningRateDecay = LearningRateDecay(from: min(from, end - 1), to: end)
    }

    private func load(_ source: Source, for training: TranslationConfiguration) throws -> TranslationData {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let isQuiet = command.quiet
        let progress: Dataset.Progress = { done, total in
            if !isQuiet { line.show("Reading images", done, of: total, since: start) }
        }
        let budget = command.memoryBudget
        if let pairs = source.pairs {
            return try TranslationData(pairs: pairs, for: training, memoryBudget: budget, progress: progress)
        }
        if let wholes = source.wholes {
            return try TranslationData(
                images: wholes, for: training, memoryBudget: budget, progress: progress)
        }
        return try TranslationData(
            first: source.first, second: source.second, path: source.path, for: training,
            memoryBudget: budget, progress: progress)
    }

    /// Images of two kinds as they lie.
    struct Source {
        let path: String
        let first: any ImageSource
        let second: any ImageSource
        let pairs: PairSource?
        /// Images in full, which smaller ones are made of.
        let wholes: (any ImageSource)?
        /// Of the first ones, where they are label maps.
        let labels: LabelSet?

        init(_ path: String, target: String?, model: String?) throws(DatasetError) {
            self.path = path
            if ["srresnet", "srgan"].contains(model) {
                let images = try openImageSource(path)
                (first, second, pairs, wholes, labels) = (images, images, nil, images, nil)
                return
            }
            wholes = nil
            switch model {
            case "cyclegan":
                (first, second) = try openDomains(path, second: target)
                (pairs, labels) = (nil, nil)
            case "spade":
                let (pairs, labels) = try PairSource.openLabeled(path, second: target)
                (first, second, self.pairs, self.labels) = (pairs.first, pairs.second, pairs, labels)
            default:
                let pairs = try PairSource.open(path, second: target)
                (first, second, self.pairs, labels) = (pairs.first, pairs.second, pairs, nil)
            }
        }
    }
}

extension TrainDisplay {
    /// Shows what is trained, on what and how.
    func describe(
        _ trainer: TranslationTrainer, _ data: TranslationData, _ source: TranslationTraining.Source
    ) {
        let training = trainer.configuration
        let family = training.architecture.family
        if let pairs = source.pairs {
            say(
                "\(data.count) pairs"
                    + (data.heldOut.map { " (and \($0.count) held out to measure by)" } ?? "")
                    + ", \(pairs.kind), as \(family.size)x\(family.size), "
                    + (training.direction == .a2b ? "the first to the second" : "the second to the first"))
        } else if case .superResolution(let family) = training.architecture {
            say(
                "\(data.count) images"
                    + (data.heldOut.map { " (and \($0.count) held out to measure by)" } ?? "")
                    + " at \(training.cropFrom)x\(training.cropFrom), to learn to enlarge "
                    + "\(family.size / family.scale)x\(family.size / family.scale) to "
                    + "\(family.size)x\(family.size)")
            let enlarged = data.first.summary.enlargedCount(in: data.first.format)
            say(
                "\(enlarged) of them are smaller and lack the detail; --crop-from SIDE takes all at another size",
                unless: enlarged == 0)
        } else {
            say(
                "\(data.first.count) and \(data.second.count) images without partners as "
                    + "\(family.size)x\(family.size)")
        }
        say(
            "  \(source.first.path) and \(source.second.path)",
            unless: source.first.path == source.second.path)
        if let labels = source.labels {
            say("\(labels.count) labels: \(labels.names.joined(separator: ", "))")
        }
        list(data.unmatched, "without a partner, left out:")
        reportSkipped(data.skipped)
        let networks = trainer.parameterCounts.map { "\($0.name) \(words($0.count))" }
        say("\(training.architecture.name): \(networks.joined(separator: ", ")) parameters")
        say("  batch \(training.batchSize), seed \(training.seed)")
        for line in training.gameDescription { say("  " + line) }
    }

    private func say(_ text: String, unless isNeedless: Bool) { if !isNeedless { say(text) } }

    private func list(_ names: [String], _ what: String) {
        guard !names.isEmpty else { return }
        say("\(names.count) \(what)")
        for name in names.prefix(10) { say("  \(name)") }
        if names.count > 10 { say("  and \(names.count - 10) more") }
    }
}
