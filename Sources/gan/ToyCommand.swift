import ArgumentParser
import Foundation
import GANs
import Networks

/// `gan toy`
struct ToyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toy",
        abstract: "Watch two small networks play on points of the line or the plane.",
        discussion: """
            Writes into a folder: toy.gif (points, the discriminator's map and its gradients, modes that are \
            missed, losses), final.png, points.npy (2,500 generated points) and metrics.jsonl. The last line \
            tells modes covered, the share of points within 3 deviations of a mode, and the reverse KL of the \
            modes, as Lin et al. 2018 (PacGAN) define them.
              gan toy 8-gaussians --out ring8
              gan toy 25-grid --preset wgan-gp --out grid25
            """)

    @Argument(help: ArgumentHelp("The points' distribution.", valueName: "points"))
    var distribution: ToyDistribution

    @Option(help: "The folder to write to.")
    var out: String

    @OptionGroup(title: "How the game is played") var game: GameOptions

    @Option(help: "Steps of the generator.")
    var steps = 10_000

    @Option(
        help: ArgumentHelp(
            "Let both learning rates fall from this step on, to nothing at the end. (default: half of the steps)",
            valueName: "step"))
    var decayFrom: Int?

    @Option(help: "Points in a step.")
    var batch = 256

    @Option(help: "Numbers in a latent.")
    var latent = 2

    @Option(help: "Units of each hidden layer, in both networks.")
    var width = 128

    @Option(help: "Hidden layers, in both networks.")
    var depth = 3

    @Option(
        help: ArgumentHelp(
            "Half-life of the generator's moving average in training points; 0 for none.",
            valueName: "points"))
    var halfLife = 100_000.0

    @Option(help: "Number that everything random follows from.")
    var seed: UInt64 = 0

    @Option(help: "Frames of the animation, 1 to 1000.")
    var frames = 100

    @Flag(help: "Write toy.apng, with all colors, in place of toy.gif.")
    var apng = false

    @Option(help: "Threads that share the work. (default: one for each core)")
    var threads: Int?

    func validate() throws {
        if out.isEmpty { throw ValidationError("--out needs the name of a folder") }
        func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws {
            guard range.contains(value) else {
                throw ValidationError(
                    "\(name) is \(value); it must lie between \(range.lowerBound) and \(range.upperBound)")
            }
        }
        try check("--steps", steps, in: 1...100_000_000)
        try check("--frames", frames, in: 1...1000)
        if let threads { try check("--threads", threads, in: 1...1024) }
        _ = try training()
    }

    func run() throws {
        if let threads { Parallel.threads = threads }
        guard !RunFolder(out).holdsRun || FileManager.default.fileExists(atPath: out + "/points.npy") else {
            throw CommandError("\(out) holds a run on images; choose another --out")
        }
        let training = try training()
        for line in training.gameDescription.dropLast() { print(line) }
        Interrupt.listen()
        let run = try ToyRun(
            ToyTraining(distribution, training), steps: steps, frames: frames, into: out)
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let animation = apng ? "toy.apng" : "toy.gif"
        try run.run(
            animation: animation, until: { Interrupt.isRequested },
            observe: { line.show("Training", $0, of: steps, since: start) })
        line.clear()
        let progress = run.training.trainer.progress
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(
            "\(progress.step) steps in \(fixed(seconds, 1)) s; look at \(out)/\(animation) and \(out)/final.png"
        )
        let summary = ToyMetrics(of: run.training.generatedPoints(), from: distribution).summary
        print(summary.isEmpty ? "A curve has no modes to count" : summary)
    }

    /// The training that the options ask for.
    private func training() throws -> TrainingConfiguration {
        let networks = PointNetworks(
            dimensions: distribution.dimensions, latentSize: latent, width: width, depth: depth)
        var training = TrainingConfiguration(
            architecture: .points(networks), batchSize: batch,
            movingAverage: MovingAverage(halfLifeInImages: halfLife), seed: seed)
        Preset.dcgan.apply(to: &training)
        try game.apply(to: &training)
        if steps > 1 {
            training.learningRateDecay = LearningRateDecay(from: decayFrom ?? steps / 2, to: steps)
        }
        do { try training.validate() } catch { throw ValidationError("--\(error)") }
        return training
    }
}

extension ToyDistribution: ExpressibleByArgument {}
