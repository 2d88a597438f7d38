import ArgumentParser
import GANs

/// The options of all style-based models.
struct StyleOptions<Configuration: StyleModelConfiguration>: ParsableArguments {
    @Option(
        help: """
            \(Configuration.sizes.help(of: "images")). (default: what suits the images, at most 64)
            """)
    var size: ImageSize?

    @Option(
        help: ArgumentHelp(
            """
            Channels of a layer times its resolution, 16 to 65536; published with 16384. (default: \
            \(Configuration.defaults.channelBase))
            """, valueName: "channels"))
    var channelBase: Int?

    @Option(
        help: ArgumentHelp(
            """
            The most channels of a layer, 1 to 1024; published with 512. (default: \
            \(Configuration.defaults.channelMaximum))
            """, valueName: "channels"))
    var channelMax: Int?

    @Option(
        help: ArgumentHelp(
            """
            Layers of the mapping network, which makes style vectors of latent vectors, 1 to 16. (default: \
            \(Configuration.defaults.mappingDepth))
            """, valueName: "layers"))
    var mappingDepth: Int?

    @Option(
        help: ArgumentHelp(
            """
            Style mixing: how likely a training batch takes its styles from two latent vectors, 0 to 1. \
            (default: \(Configuration.defaults.styleMixing))
            """, valueName: "probability"))
    var styleMixing: Double?

    @OptionGroup var latents: LatentImageOptions<Configuration>

    @OptionGroup var tiling: TilingOption

    func apply(to model: inout Configuration, beginning traits: DataTraits?) throws {
        tiling.apply(to: &model)
        if let size { model.size = size }
        if let channelBase { model.channelBase = channelBase }
        if let channelMax { model.channelMaximum = channelMax }
        if let mappingDepth { model.mappingDepth = mappingDepth }
        if let styleMixing { model.styleMixing = styleMixing }
        try latents.apply(to: &model, beginning: traits)
    }
}

/// The recipe options of style-based models.
struct StyleRecipe<Configuration: StyleModelConfiguration>: RecipeOptions {
    @OptionGroup var images: ImageRecipe<BatchRecipe<Configuration>>

    @Option(
        help: ArgumentHelp(
            """
            Path-length regularization: weight of what keeps the generator smooth, every \
            \(PathLengthRegularization().interval) steps; 0 for none. (default: \
            \(Configuration.defaults.recipe.pathLength?.weight ?? 0))
            """, valueName: "weight"))
    var pathLength: Double?

    @Flag(help: "Fine-tuning: keep the mapping network as --from has it.")
    var freezeMapping = false

    var decayFrom: Int? { images.decayFrom }

    func apply(to training: inout TrainingConfiguration, beginning traits: DataTraits?) throws {
        try images.apply(to: &training, beginning: traits)
        if freezeMapping { training.recipe.freezesMapping = true }
        if let pathLength {
            training.recipe.pathLength =
                pathLength == 0 ? nil : PathLengthRegularization(weight: pathLength)
        }
    }
}
