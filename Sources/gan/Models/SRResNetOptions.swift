import ArgumentParser
import GANs

/// The options of `--model srresnet`.
struct SRResNetOptions: ModelOptions {
    typealias Recipe = PlainRecipe<SRResNet>

    @OptionGroup var common: SuperResolutionOptions<SRResNet>

    var size: ImageSize? { common.size }

    func apply(to model: inout SRResNet, beginning traits: DataTraits?) throws { common.apply(to: &model) }

    func apply(
        to data: inout DataPreparation, of model: SRResNet, beginning traits: DataTraits?
    ) throws {
        common.crop.apply(to: &data, of: model, beginning: traits)
    }
}
