import ArgumentParser
import GANs

/// The options of `--model dcgan`.
struct DCGANOptions: ModelOptions {
    typealias Recipe = ImageRecipe<BatchRecipe<DCGAN>>

    @Option(
        help: """
            \(DCGAN.sizes.help(of: "images")). (default: what suits the images, at most 64)
            """)
    var size: ImageSize?

    @Option(
        help: ArgumentHelp(
            """
            Channels of both networks at half the images' size, 1 to 512; they double with every halving. \
            (default: \(DCGANOptions.smallWidth) for \(DataTraits.fewAndSmall), or else \(DCGAN.defaults.width))
            """, valueName: "channels"))
    var width: Int?

    private static let smallWidth = DCGAN(suiting: DataTraits(size: 32, channels: 3, count: 1)).width

    @OptionGroup var latents: LatentImageOptions<DCGAN>

    @OptionGroup var tiling: TilingOption

    func apply(to model: inout DCGAN, beginning traits: DataTraits?) throws {
        tiling.apply(to: &model)
        if let size { model.size = size }
        if let width { model.width = width }
        try latents.apply(to: &model, beginning: traits)
    }
}
