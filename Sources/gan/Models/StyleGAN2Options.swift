import ArgumentParser
import GANs

/// The options of `--model stylegan2`.
struct StyleGAN2Options: ModelOptions {
    typealias Recipe = StyleRecipe<StyleGAN2>

    @OptionGroup var styles: StyleOptions<StyleGAN2>

    var size: ImageSize? { styles.size }

    func apply(to model: inout StyleGAN2, beginning traits: DataTraits?) throws {
        try styles.apply(to: &model, beginning: traits)
    }
}
