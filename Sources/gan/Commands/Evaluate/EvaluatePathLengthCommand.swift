import ArgumentParser
import Foundation
import GANs
import Tensors

/// `gan evaluate path-length`
struct EvaluatePathLengthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path-length",
        abstract: "Measure path length: how much images change along interpolations between them.",
        discussion: """
            The perceptual path length of Karras et al. 2019, section 4.1: the mean squared distance of two \
            images a ten-thousandth of the way apart, divided by the square of that. Less is smoother. The \
            distance is of the pixels, not of a network's features as published, so that figures compare \
            with each other alone, of models that make images of one kind. Noise is the same in both images.
              gan evaluate path-length runs/styles
              gan evaluate path-length runs/styles --space latent
            """)

    @OptionGroup var model: LatentOptions

    @OptionGroup var space: SpaceOption

    @Option(help: "How many pairs of images, 100 to 1000000.")
    var samples = 5000

    @Option(help: "Seed of the first latent; the next have the next.")
    var seed: UInt64 = 0

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try check("--samples", samples, in: 100...1_000_000)
        if seed.addingReportingOverflow(UInt64(2 * samples)).overflow {
            throw ValidationError("--seed is too large for \(2 * samples) more")
        }
    }

    func run() throws {
        let (trained, label) = try model.open()
        let space = try space.space(of: trained, label: label, path: model.checkpoint.path)
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let length = PathLength(in: space, samples: samples, seed: seed) { done in
            line.show("Making pairs of images", done, of: samples, since: start)
        }
        line.clear()
        let result = Result(
            space: space.content.rawValue, distance: "mean squared difference of pixels", length: length)
        if json { return print(try encodedResult(result)) }
        print(
            "Path length \(fixed(length.mean, 3)) +- \(fixed(length.standardError, 3)), along "
                + "\(samples) ways "
                + "through the \(result.space), by the mean squared difference of pixels")
    }

    private struct Result: Encodable {
        let space: String
        let distance: String
        let length: PathLength
    }
}
