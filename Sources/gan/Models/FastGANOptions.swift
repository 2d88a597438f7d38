import ArgumentParser
import GANs

/// The options of `--model fastgan`.
struct FastGANOptions: ModelOptions {
    typealias Recipe = ImageRecipe<AdversarialRecipe<FastGAN>>

    @Option(
        help: """
            \(FastGAN.sizes.help(of: "images")); published from 256 on. (default: what suits the images, at most 64)
            """)
    var size: ImageSize?

    @Option(
        help: ArgumentHelp(
            """
            Channels of the generator's feature map of 128x128, which all other layers follow, 1 to 256; published \
            with 64. (default: \(FastGAN.defaults.width))
            """, valueName: "channels"))
    var width: Int?

    @OptionGroup var color: ChannelsOption

    @Option(
        help: ArgumentHelp(
            "Numbers in a latent vector. (default: \(FastGAN.defaults.latentSize))", valueName: "numbers"))
    var latent: Int?

    @OptionGroup var tiling: TilingOption

    func apply(to model: inout FastGAN, beginning traits: DataTraits?) throws {
        tiling.apply(to: &model)
        if let size { model.size = size }
        if let width { model.width = width }
        if let channels = color.channels { model.channels = channels }
        if let latent { model.latentSize = latent }
    }
}
