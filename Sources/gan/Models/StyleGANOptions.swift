import ArgumentParser
import GANs

/// The options of `--model stylegan`.
struct StyleGANOptions: ModelOptions {
    typealias Recipe = StyleRecipe<StyleGAN>

    @OptionGroup var styles: StyleOptions<StyleGAN>

    @Flag(help: "Progressive growing: begin with images of 4x4, and double their size again and again.")
    var grow = false

    @Option(
        help: ArgumentHelp(
            """
            Training images for which each resolution is faded in, and for which it stays; implies --grow. \
            (default: so that growing takes half of the training; \(Self.phaseImages) with --minutes)
            """, valueName: "images"))
    var growImages: Int?

    private static let phaseImages = 10_000

    var size: ImageSize? { styles.size }

    func apply(to model: inout StyleGAN, beginning traits: DataTraits?) throws {
        try styles.apply(to: &model, beginning: traits)
        guard grow || growImages != nil else { return }
        if model.growth == nil {
            guard traits != nil else { throw ValidationError("the run was begun without --grow") }
            model.growth = Growth(phaseImages: Self.phaseImages)
        }
        if let growImages { model.growth?.phaseImages = growImages }
    }

    func fit(_ model: inout StyleGAN, to schedule: Schedule, _ recipe: GANs.Recipe, images: Int) {
        guard growImages == nil, model.growth != nil else { return }
        if case .steps(let steps) = schedule.end {
            model.growth = Growth(
                size: model.size, batchSize: recipe.batchSize,
                steps: Double(steps) * Double(recipe.discriminatorSteps))
        } else if let shown = schedule.imagesShown(of: images, imagesInStep: recipe.batchSize) {
            model.growth = Growth(size: model.size, batchSize: recipe.batchSize, images: shown)
        }
    }
}
