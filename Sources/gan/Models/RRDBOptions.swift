import ArgumentParser
import GANs

/// The options of `--model rrdb`.
struct RRDBOptions: ModelOptions {
    typealias Recipe = PlainRecipe<RRDB>

    @OptionGroup var common: SuperResolutionOptions<RRDB>

    var size: ImageSize? { common.size }

    func apply(to model: inout RRDB, beginning traits: DataTraits?) throws { common.apply(to: &model) }

    func apply(
        to data: inout DataPreparation, of model: RRDB, beginning traits: DataTraits?
    ) throws {
        common.crop.apply(to: &data, of: model, beginning: traits)
    }
}
