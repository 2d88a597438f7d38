import ArgumentParser
import Foundation
import GANs
import Tensors

/// `gan bench`
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time training and its convolutions on this machine.",
        discussion: """
            Images of random numbers; GFLOP/s counts the multiplications and additions that convolving \
            directly would take. GAN_CONVOLUTION=im2col turns the faster convolutions off, and \
            GAN_GEMM=openblas has OpenBLAS compute matrix products, for comparison.
            """,
        subcommands: [BenchStepCommand.self, BenchKernelsCommand.self, BenchToyCommand.self],
        defaultSubcommand: BenchStepCommand.self)
}

/// What the benchmarks of images are told.
struct BenchOptions: ParsableArguments {
    @Option(help: "Size of the images in pixels, such as 64, or width and height as in 64x96.")
    var size: ImageSize = 64

    @Option(help: "Channels of the images: 1 gray, 3 color, 4 color and transparency.")
    var channels = 3

    @Option(help: "Images in a step. (default: the model's own)")
    var batch: Int?

    @Option(
        help: ArgumentHelp(
            "Channels of the networks, of a model that takes --width. (default: the model's own)",
            valueName: "channels"))
    var width: Int?

    @Option(help: "Timed repetitions after the first ones, 1 to 1000.")
    var steps = 10

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws { try check("--steps", steps, in: 1...1000) }

    /// The training to time.
    ///
    /// - Throws: `ValidationError` if there is none such.
    func training(of model: any ModelConfiguration.Type) throws -> TrainingConfiguration {
        let labels = DataTraits.any.labels
        var model = model.init(
            suiting: DataTraits(
                size: size, channels: channels, count: DataTraits.any.count, labels: labels))
        model.size = size
        if let width {
            guard var wide = model as? any WidthConfigurable else {
                throw ValidationError(
                    "--width is not for --model \(model.name); it is for "
                        + ModelOptionsRegistry.names { $0 is any WidthConfigurable.Type })
            }
            wide.width = width
            model = wide
        }
        // Before anything is computed from its settings.
        try validating { try model.validate() }
        var training = TrainingConfiguration(model)
        if let batch { training.recipe.batchSize = batch }
        try validating { try training.validate() }
        return training
    }
}

private func encoded(_ result: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(result), as: UTF8.self)
}

/// `gan bench step`
struct BenchStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "Time whole training steps, and generating.")

    @Option(help: "The model: \(ModelRegistry.names.joined(separator: ", ")).")
    var model = ModelRegistry.names[0]

    @OptionGroup var options: BenchOptions

    func validate() throws { _ = try training() }

    private func training() throws -> TrainingConfiguration {
        guard let type = ModelRegistry[model], ModelRegistry.names.contains(model) else {
            throw ValidationError(
                "there is no model \"\(model)\" to time; models are "
                    + ModelRegistry.names.joined(separator: ", "))
        }
        return try options.training(of: type)
    }

    func run() throws {
        options.threads.apply()
        let training = try training()
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let result = try StepBenchmark(training, steps: options.steps) { done in
            line.show("Timing steps", done, of: options.steps, since: start)
        }
        line.clear()
        print(options.json ? try encoded(result) : text(result, training))
    }

    private func text(_ result: StepBenchmark, _ training: TrainingConfiguration) -> String {
        func milliseconds(_ seconds: Double) -> String { fixed(seconds * 1000, 1) }
        let sorted = result.stepSeconds.sorted()
        let shares = result.shares.filter { $0.share >= 0.001 }
            .map { "\(fixed($0.share * 100, 1)) % \($0.family)" }
        let rest = max(0, 1 - result.shares.map(\.share).reduce(0, +))
        let width = (training.model as? any WidthConfigurable).map { "width \($0.width), " } ?? ""
        return """
            \(model) \(options.size.dimensions), \(options.channels) channels, \
            \(width)batch \(training.recipe.batchSize), \(Parallel.threads) threads
            Step:     \(milliseconds(result.medianSeconds)) ms (median of \(options.steps); \
            \(milliseconds(sorted[0])) to \(milliseconds(sorted[sorted.count - 1]))), \
            \(fixed(result.imagesPerSecond, 1)) img/s, \(fixed(result.effectiveGigaflops, 0)) GFLOP/s
            Where:    \(shares.joined(separator: ", ")), \(fixed(rest * 100, 1)) % other
            Generate: \(fixed(result.generatedImagesPerSecond, 0)) img/s
            Memory:   \(fixed(result.peakMegabytes, 0)) MB at most
            """
    }
}

/// `gan bench kernels`
struct BenchKernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels", abstract: "Time each convolution of the discriminator alone.",
        discussion: "The generator's convolutions are the same ones turned over.")

    @OptionGroup var options: BenchOptions

    func validate() throws { _ = try training() }

    private func training() throws -> TrainingConfiguration {
        try options.training(of: Self.model ?? ModelRegistry.all[0])
    }

    /// The first whose convolutions are worth timing one by one.
    private static var model: (any ModelConfiguration.Type)? {
        ModelRegistry.all.first { $0 is any ConvolutionBenchmarked.Type }
    }

    func run() throws {
        options.threads.apply()
        let training = try training()
        guard let model = training.model as? any ConvolutionBenchmarked else { return }
        let rows = model.convolutions(batch: training.recipe.batchSize).map {
            KernelBenchmark($0, repetitions: options.steps)
        }
        print(options.json ? try encoded(rows) : table(rows))
    }

    private func table(_ rows: [KernelBenchmark]) -> String {
        func line(_ name: String, _ cells: [String]) -> String {
            name.padding(toLength: 34, withPad: " ", startingAt: 0)
                + cells.map { $0.padding(toLength: 16, withPad: " ", startingAt: 0) }.joined()
        }
        let head = line("GFLOP/s (ms)", ["forward", "input gradient", "weight gradient"])
        let lines = rows.map { row in
            line(
                row.layer,
                zip(row.gigaflops, row.seconds).map { "\(fixed($0, 0)) (\(fixed($1 * 1000, 1)))" })
        }
        return ([head] + lines).joined(separator: "\n")
    }
}

/// `gan bench toy`
struct BenchToyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toy", abstract: "Time training small networks on points.",
        discussion: "Both networks are 2-128-128-out; a step is one of the generator.")

    @Option(help: "Points in a step.")
    var batch = 256

    @Option(help: "Timed steps after the first ones, 1 to 100000.")
    var steps = 200

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...4096).contains(batch) else {
            throw ValidationError("--batch is \(batch); it must lie between 1 and 4096")
        }
        guard (1...100_000).contains(steps) else {
            throw ValidationError("--steps is \(steps); it must lie between 1 and 100000")
        }
    }

    func run() throws {
        threads.apply()
        let result = try ToyBenchmark(batch: batch, steps: steps)
        guard !json else { return print(try encoded(result)) }
        print(
            """
            points, batch \(batch), \(Parallel.threads) threads, median of \(steps) steps
            Non-saturating:          \(fixed(result.nonSaturating, 0)) steps/s
            WGAN-GP, 5 critic steps: \(fixed(result.wganGP, 0)) steps/s
            """)
    }
}
