import ArgumentParser
import GANs

/// The options of `--model esrgan`.
struct ESRGANOptions: ModelOptions {
    typealias Recipe = ImageRecipe<AdversarialRecipe<ESRGAN>>

    @OptionGroup var perceptual: PerceptualOptions<ESRGAN>

    var size: ImageSize? { perceptual.common.size }

    func apply(to model: inout ESRGAN, beginning traits: DataTraits?) throws {
        try perceptual.apply(to: &model, beginning: traits)
    }

    func apply(
        to data: inout DataPreparation, of model: ESRGAN, beginning traits: DataTraits?
    ) throws {
        try perceptual.apply(to: &data, of: model, beginning: traits)
    }

    func locateFiles(of model: inout ESRGAN) { perceptual.locateFiles(of: &model) }
}
