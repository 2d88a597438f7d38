import ArgumentParser
import GANs

/// The options of all models that enlarge images.
struct SuperResolutionOptions<Configuration: SuperResolutionConfiguration>: ParsableArguments {
    @Option(
        help: """
            \(Configuration.sizes.help(of: "parts of images that are learned from")). (default: what suits the \
            images, at most 96)
            """)
    var size: ImageSize?

    @OptionGroup var color: ChannelsOption

    @Option(
        help: ArgumentHelp(
            "How many times as wide and high images become: 2 or 4. (default: "
                + "\(Configuration.defaults.scale))",
            valueName: "times"))
    var scale: Int?

    @Option(
        help: ArgumentHelp(
            """
            Channels of the generator's layers, and of a discriminator's first, 1 to 512; published with \
            \(Configuration.published.width). \
            (default: \(Configuration.defaults.width))
            """, valueName: "channels"))
    var width: Int?

    @Option(
        help: ArgumentHelp(
            """
            Residual blocks of the generator, 1 to 64; published with \(Configuration.published.blocks). \
            (default: \(Configuration.defaults.blocks))
            """, valueName: "blocks"))
    var blocks: Int?

    @OptionGroup var crop: CropOption<Configuration>

    func apply(to model: inout Configuration) {
        if let size { model.size = size }
        if let channels = color.channels { model.channels = channels }
        if let scale { model.scale = scale }
        if let width { model.width = width }
        if let blocks { model.blocks = blocks }
    }
}
