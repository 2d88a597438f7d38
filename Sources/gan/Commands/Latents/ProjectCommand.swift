import ArgumentParser
import Files
import Foundation
import GANs
import Images
import Tensors

/// `gan project`
struct ProjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "project",
        abstract: "Projection: find the latent vector whose image is most like a given one.",
        discussion: """
            Gradient descent on the latent vector, from the likest of many random ones, makes the pixels \
            agree and, with the checkpoint of a run, the features of its discriminator; an exported \
            generator has no discriminator with it. Of a conditional model without --class every class is \
            tried.
              gan project runs/faces face.png --out pair.png --save z.npy
              gan interpolate runs/faces --latents z.npy --along glasses.npy --out rows.png
            """)

    @OptionGroup var model: LatentOptions

    @Argument(
        help: "The image (\(Image.listedExtensions)), brought to the model's size as data for training is.",
        completion: .file())
    var image: String

    @Option(
        help: ArgumentHelp("Write the image beside what was found.", valueName: "pair.png"),
        completion: .file())
    var out: String

    @Option(
        help: ArgumentHelp(
            "Save the latent vector, for gan sample --latents and others.", valueName: "z.npy"),
        completion: .file())
    var save: String?

    @Option(help: "Steps of gradient descent, 1 to 100000.")
    var steps = 400

    @Option(help: "Latent vectors to start from, of which the best result is kept, 1 to 64.")
    var starts = 4

    @OptionGroup var space: SpaceOption

    @OptionGroup var origin: OriginOption

    func validate() throws {
        try checkImageName(out)
        if let save { try checkArrayName(save, "--save") }
        try check("--steps", steps, in: 1...100_000)
        try check("--starts", starts, in: 1...64)
    }

    func run() throws {
        let (trained, label) = try model.open()
        let origin = try origin.origin(model.checkpoint, input: lastComponent(of: image))
        let target = trained.imageFormat.apply(to: try Image(decoding: image))
        var settings = LatentProjection.Settings()
        (settings.steps, settings.starts) = (steps, starts)
        let projector = try ImageProjector(trained, checkpoint: model.checkpoint.path, settings)
        let labels: [Int?] =
            model.className == nil
            ? trained.configuration.conditioning?.classes.indices.map { $0 } ?? [nil] : [label]
        let found = try labels.map { label in
            let space = try space.space(of: trained, label: label, path: model.checkpoint.path)
            return (
                label: label, space: space, match: projector.matches([target], in: space, label: label)[0]
            )
        }
        guard let best = found.min(by: { $0.match.pixelLoss < $1.match.pixelLoss }) else { return }
        let made = best.space.images(of: best.match.latent)
        try Image.grid([target] + made, columns: 2).writePNG(to: out, origin)
        if let save { try best.space.write(best.match.latent, to: save) }

        let name = best.label.flatMap { trained.configuration.conditioning?.classes[$0] }
        print("Image and what was found" + (name.map { ", class \($0)" } ?? "") + ", in \(out)")
        print(
            "Pixels differ by \(fixed(rootMeanSquare(best.match.pixelLoss), 1)) of 255"
                + (best.match.featureLoss.map {
                    ", the discriminator's features by \(percent($0.squareRoot()))"
                }
                    ?? ""))
    }
}

/// A mean squared difference in [-1, 1] as the root mean square of samples 0 to 255.
func rootMeanSquare(_ loss: Double) -> Double { loss.squareRoot() * 127.5 }

/// Projects images, showing how far it is.
struct ImageProjector {
    private let discriminator: TrainedDiscriminator?
    private let settings: LatentProjection.Settings

    /// Says so where there is no discriminator.
    init(
        _ trained: TrainedGenerator, checkpoint: String, _ settings: LatentProjection.Settings
    ) throws {
        self.settings = settings
        discriminator = try TrainedDiscriminator(path: checkpoint)
        if discriminator?.features(label: trained.configuration.conditioning.map { _ in 0 }) == nil {
            print("\(checkpoint) holds no discriminator with features: only pixels are compared")
            fflush(nil)
        }
    }

    /// Some at a time, so that memory stays small.
    func matches(_ images: [Image], in space: LatentSpace, label: Int?) -> [LatentProjection.Match] {
        let projection = LatentProjection(
            in: space, features: discriminator?.features(label: label), settings)
        let atATime = max(1, 64 / settings.starts)
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let parts = (images.count + atATime - 1) / atATime
        return (0..<parts).flatMap { part in
            let chosen = images[part * atATime..<min(images.count, (part + 1) * atATime)]
            return projection.match(Tensor(Array(chosen))) { step, loss in
                line.show(
                    "Projecting, loss \(fixed(loss, 4))", part * settings.steps + step,
                    of: parts * settings.steps, since: start)
            }
        }
    }
}
