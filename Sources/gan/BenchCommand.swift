import ArgumentParser
import Foundation
import GANs
import Tensors

/// `gan bench`
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time training steps and generating on this machine.",
        discussion: """
            Pictures of random numbers, two steps to warm up, then the timed ones. GFLOP/s counts the \
            multiplications and additions that convolving directly would take. GAN_CONVOLUTION=im2col \
            turns the faster convolutions off, for comparison.
            """)

    @Option(help: "Network family: \(Architecture.names.joined(separator: ", ")).")
    var model = "dcgan"

    @Option(help: "Width and height of the pictures in pixels.")
    var size = 64

    @Option(help: "1 gray, 3 color, 4 color and transparency.")
    var channels = 3

    @Option(help: "Pictures in a step.")
    var batch = 64

    @Option(help: "Channels of both networks at half the pictures' size.")
    var width = 64

    @Option(help: "Timed steps, 1 to 1000.")
    var steps = 10

    @Option(help: "Threads that share the work. (default: one for each core)")
    var threads: Int?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Time each convolution of the discriminator alone, in GFLOP/s, instead of whole steps.")
    var kernels = false

    func validate() throws {
        guard (1...1000).contains(steps) else {
            throw ValidationError("--steps is \(steps); it must lie between 1 and 1000")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); it must lie between 1 and 1024")
        }
        guard Architecture.names.contains(model) else {
            throw ValidationError(
                "there is no model \"\(model)\"; models are \(Architecture.names.joined(separator: ", "))")
        }
        do { try training.validate() } catch { throw ValidationError("--\(error)") }
    }

    func run() throws {
        if let threads { Parallel.threads = threads }
        if kernels { return try timeKernels() }
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let result = try StepBenchmark(training, steps: steps) { done in
            line.show("Timing steps", done, of: steps, since: start)
        }
        line.clear()
        print(json ? try encoded(result) : text(result))
    }

    private var family: DCGAN { DCGAN(size: size, channels: channels, width: width) }

    private var training: TrainingConfiguration {
        TrainingConfiguration(architecture: .dcgan(family), batchSize: batch)
    }

    private func timeKernels() throws {
        let rows = KernelBenchmark.layers(of: family, batch: batch).map {
            KernelBenchmark($0, repetitions: steps)
        }
        if json { return print(try encoded(rows)) }
        func cell(_ text: String, _ width: Int) -> String {
            text.padding(toLength: width, withPad: " ", startingAt: 0)
        }
        print(cell("GFLOP/s (ms)", 34) + cell("forward", 16) + cell("input gradient", 16) + "weight gradient")
        for row in rows {
            let cells = zip(row.gigaflops, row.seconds).map { "\(fixed($0, 0)) (\(fixed($1 * 1000, 1)))" }
            print(cell(row.layer, 34) + cells.map { cell($0, 16) }.joined())
        }
    }

    private func encoded(_ result: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(result), as: UTF8.self)
    }

    private func text(_ result: StepBenchmark) -> String {
        func milliseconds(_ seconds: Double) -> String { fixed(seconds * 1000, 1) }
        let sorted = result.stepSeconds.sorted()
        let shares = result.shares.filter { $0.share >= 0.001 }.map {
            "\(fixed($0.share * 100, 1)) % \($0.family)"
        }
        let rest = 1 - result.shares.map(\.share).reduce(0, +)
        return """
            \(model) \(size)x\(size), \(channels) channels, width \(width), batch \(batch), \
            \(Parallel.threads) threads
            Step:     \(milliseconds(result.medianSeconds)) ms (median of \(steps); \
            \(milliseconds(sorted[0])) to \(milliseconds(sorted[sorted.count - 1]))), \
            \(fixed(result.imagesPerSecond, 1)) img/s, \(fixed(result.effectiveGigaflops, 0)) GFLOP/s
            Where:    \(shares.joined(separator: ", ")), \(fixed(rest * 100, 1)) % other
            Generate: \(fixed(result.generatedImagesPerSecond, 0)) img/s
            Memory:   \(fixed(result.peakMegabytes, 0)) MB at most
            """
    }
}
