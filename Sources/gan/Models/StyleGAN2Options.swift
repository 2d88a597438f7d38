import ArgumentParser
import GANs

/// The options of `--model stylegan2`.
struct StyleGAN2Options: ModelOptions {
    typealias Recipe = StyleRecipe<StyleGAN2>

    @OptionGroup var styles: StyleOptions<StyleGAN2>

    @Option(
        help: ArgumentHelp(
            """
            Class-conditional as StyleGAN2-ADA is: classes pass a mapping network of so many layers in the \
            discriminator, which has 8 there. (default: as StyleGAN2 is, with a score for each class)
            """, valueName: "layers"))
    var classMappingDepth: Int?

    var size: ImageSize? { styles.size }

    func apply(to model: inout StyleGAN2, beginning traits: DataTraits?) throws {
        try styles.apply(to: &model, beginning: traits)
        if let classMappingDepth { model.classMappingDepth = classMappingDepth }
    }
}
