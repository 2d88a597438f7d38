import ArgumentParser
import GANs

/// The options of `--model srresnet`.
struct SRResNetOptions: ModelOptions {
    typealias Recipe = PlainRecipe<SRResNet>

    @OptionGroup var enlarging: EnlargingOptions<SRResNet>

    var size: Int? { enlarging.size }

    func apply(to model: inout SRResNet, beginning traits: DataTraits?) throws { enlarging.apply(to: &model) }

    func apply(
        to data: inout DataPreparation, of model: SRResNet, beginning traits: DataTraits?
    ) throws {
        enlarging.crop.apply(to: &data, of: model, beginning: traits)
    }
}
