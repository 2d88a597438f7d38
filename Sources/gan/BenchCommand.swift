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
            directly would take. GAN_CONVOLUTION=im2col turns the faster convolutions off, for comparison.
            """,
        subcommands: [BenchStepCommand.self, BenchKernelsCommand.self, BenchToyCommand.self],
        defaultSubcommand: BenchStepCommand.self)
}

/// What both benchmarks are told.
struct BenchOptions: ParsableArguments {
    @Option(help: "Network family: \(BenchOptions.models.joined(separator: ", ")).")
    var model = "dcgan"

    @Option(help: "Width and height of the images in pixels.")
    var size = 64

    @Option(help: "1 gray, 3 color, 4 color and transparency.")
    var channels = 3

    @Option(help: "Images in a step. (default: 64; 1 for pix2pix and cyclegan)")
    var batch: Int?

    @Option(help: "Channels of the networks of all but those with styles at the images' edge.")
    var width = 64

    @Option(help: "Timed repetitions after the first ones, 1 to 1000.")
    var steps = 10

    @Option(help: "Threads that share the work. (default: one for each core)")
    var threads: Int?

    @Flag(help: "Print JSON.")
    var json = false

    static let models = Architecture.names + ["pix2pix", "cyclegan"]

    /// What is trained.
    enum Subject {
        case generation(TrainingConfiguration)
        case translation(TranslationConfiguration)
    }

    var family: DCGAN { DCGAN(size: size, channels: channels, width: width) }

    var subject: Subject {
        func generation(_ architecture: Architecture) -> Subject {
            var training = TrainingConfiguration(architecture: architecture, batchSize: batch ?? 64)
            Preset(of: architecture)?.apply(to: &training)
            return .generation(training)
        }
        func translation(_ architecture: TranslationArchitecture) -> Subject {
            var training = TranslationConfiguration(architecture: architecture)
            if let batch { training.batchSize = batch }
            return .translation(training)
        }
        switch model {
        case "stylegan": return generation(.styleGAN(StyleGAN(size: size, channels: channels)))
        case "stylegan2": return generation(.styleGAN2(StyleGAN2(size: size, channels: channels)))
        case "pix2pix":
            return translation(
                .pix2pix(
                    Pix2Pix(size: size, inputChannels: channels, outputChannels: channels, width: width)))
        case "cyclegan":
            return translation(
                .cycleGAN(
                    CycleGAN(size: size, inputChannels: channels, outputChannels: channels, width: width)))
        default: return generation(.dcgan(family))
        }
    }

    /// Images in a step.
    var images: Int {
        switch subject {
        case .generation(let training): training.batchSize
        case .translation(let training): training.batchSize
        }
    }

    func validate() throws {
        guard (1...1000).contains(steps) else {
            throw ValidationError("--steps is \(steps); it must lie between 1 and 1000")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); it must lie between 1 and 1024")
        }
        guard Self.models.contains(model) else {
            throw ValidationError(
                "there is no model \"\(model)\" to time; models are \(Self.models.joined(separator: ", "))")
        }
        do {
            switch subject {
            case .generation(let training): try training.validate()
            case .translation(let training): try training.validate()
            }
        } catch { throw ValidationError("--\(error)") }
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

    @OptionGroup var options: BenchOptions

    func run() throws {
        if let threads = options.threads { Parallel.threads = threads }
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        func show(_ done: Int) { line.show("Timing steps", done, of: options.steps, since: start) }
        let result =
            switch options.subject {
            case .generation(let training): try StepBenchmark(training, steps: options.steps, progress: show)
            case .translation(let training): try StepBenchmark(training, steps: options.steps, progress: show)
            }
        line.clear()
        print(options.json ? try encoded(result) : text(result))
    }

    private func text(_ result: StepBenchmark) -> String {
        func milliseconds(_ seconds: Double) -> String { fixed(seconds * 1000, 1) }
        let sorted = result.stepSeconds.sorted()
        let shares = result.shares.filter { $0.share >= 0.001 }
            .map { "\(fixed($0.share * 100, 1)) % \($0.family)" }
        let rest = max(0, 1 - result.shares.map(\.share).reduce(0, +))
        return """
            \(options.model) \(options.size)x\(options.size), \(options.channels) channels, \
            \(options.model.hasPrefix("stylegan") ? "" : "width \(options.width), ")batch \(options.images), \(Parallel.threads) threads
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

    func validate() throws {
        guard options.model == "dcgan" else {
            throw ValidationError("gan bench kernels times a dcgan's convolutions; leave out --model")
        }
    }

    func run() throws {
        if let threads = options.threads { Parallel.threads = threads }
        let rows = KernelBenchmark.layers(of: options.family, batch: options.images).map {
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

    @Option(help: "Threads that share the work. (default: one for each core)")
    var threads: Int?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...4096).contains(batch) else {
            throw ValidationError("--batch is \(batch); it must lie between 1 and 4096")
        }
        guard (1...100_000).contains(steps) else {
            throw ValidationError("--steps is \(steps); it must lie between 1 and 100000")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); it must lie between 1 and 1024")
        }
    }

    func run() throws {
        if let threads { Parallel.threads = threads }
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
