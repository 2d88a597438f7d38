import ArgumentParser
import GANs

/// The options of the model of points.
struct PointsOptions: ModelOptions {
    typealias Recipe = BatchRecipe<PointGAN>

    @Option(
        help: ArgumentHelp(
            "Numbers in a latent vector, 1 to 4096. (default: \(PointGAN.defaults.latentSize))",
            valueName: "numbers"))
    var latent: Int?

    @Option(
        help: ArgumentHelp(
            "Units of each hidden layer, in both networks, 1 to 4096. (default: \(PointGAN.defaults.width))",
            valueName: "units"))
    var width: Int?

    @Option(
        help: ArgumentHelp(
            "Hidden layers, in both networks, 1 to 16. (default: \(Self.standardDepth))", valueName: "layers")
    )
    var depth: Int?

    /// One more than the published networks have, which covers more modes of the harder distributions.
    private static let standardDepth = 3

    var size: ImageSize? { nil }

    func apply(to model: inout PointGAN, beginning traits: DataTraits?) throws {
        if traits != nil {
            model = PointGAN(dimensions: model.dimensions, depth: Self.standardDepth)
        }
        if let latent { model.latentSize = latent }
        if let width { model.width = width }
        if let depth { model.depth = depth }
    }
}
