import ArgumentParser
import GANs

/// The options of `--model srgan`.
struct SRGANOptions: ModelOptions {
    typealias Recipe = ImageRecipe<AdversarialRecipe<SRGAN>>

    @OptionGroup var perceptual: PerceptualOptions<SRGAN>

    var size: ImageSize? { perceptual.common.size }

    func apply(to model: inout SRGAN, beginning traits: DataTraits?) throws {
        try perceptual.apply(to: &model, beginning: traits)
    }

    func apply(
        to data: inout DataPreparation, of model: SRGAN, beginning traits: DataTraits?
    ) throws {
        try perceptual.apply(to: &data, of: model, beginning: traits)
    }

    func locateFiles(of model: inout SRGAN) { perceptual.locateFiles(of: &model) }
}
