import ArgumentParser
import GANs

/// The options of `--model spade`.
struct SPADEOptions: ModelOptions {
    typealias Recipe = ImageRecipe<AdversarialRecipe<SPADE>>

    @Option(
        help: """
            \(SPADE.sizes.help(of: "images")). (default: what suits the images, 32 to 128)
            """)
    var size: ImageSize?

    @OptionGroup var color: ChannelsOption

    @Option(
        help: ArgumentHelp(
            """
            Channels of the generator at full size, and of the other networks' first layers, 1 to 512; \
            published with 64. (default: \(SPADE.defaults.width))
            """, valueName: "channels"))
    var width: Int?

    @OptionGroup var style: StyleEncoderOptions<SPADE>
    @OptionGroup var patches: PatchOptions<SPADE>
    @OptionGroup var crop: CropOption<SPADE>
    @OptionGroup var folders: TargetOption

    var target: String? { folders.target }

    func apply(to model: inout SPADE, beginning traits: DataTraits?) throws {
        if let size { model.size = size }
        if let channels = color.channels { model.outputChannels = channels }
        if let width { model.width = width }
        patches.apply(to: &model)
        try style.apply(to: &model)
    }

    func apply(
        to data: inout DataPreparation, of model: SPADE, beginning traits: DataTraits?
    ) throws {
        crop.apply(to: &data, of: model, beginning: traits)
    }
}
