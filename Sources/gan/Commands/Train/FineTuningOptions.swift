import ArgumentParser
import GANs

/// The options of `gan train` for a training that begins with trained weights.
struct FineTuningOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Begin with the weights of a trained model: a run, a checkpoint or an exported generator. Settings that \
            are not given are that model's. Layers of other shapes, such as those of another size, begin anew.
            """, valueName: "checkpoint"))
    var from: CheckpointArgument?

    /// The trained model, if there is one.
    func model() throws -> (any ModelConfiguration)? {
        try from.map { try CheckpointHeader(path: $0.path).model }
    }

    /// Throws where layers would be kept that nothing has trained.
    func check(_ recipe: Recipe) throws {
        guard from == nil, recipe.frozenDiscriminatorLayers > 0 || recipe.freezesMapping else { return }
        throw ValidationError(
            "--freeze-discriminator and --freeze-mapping keep trained layers; name them by --from")
    }
}
