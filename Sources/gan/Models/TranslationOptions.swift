import ArgumentParser
import GANs

/// The options of all models that learn from two folders.
struct TargetOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder with images of the second kind, where the data's folder does not hold both.",
            valueName: "folder"))
    var target: String?
}

/// The options of all models that learn from parts of images.
struct CropOption<Configuration: TranslationModelConfiguration>: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Size in pixels, in the form of --size, that images are brought to before a part of --size is cut \
            out at random, at least --size. (default: \(Self.standard))
            """, valueName: "pixels"))
    var cropFrom: ImageSize?

    private static var standard: String {
        let model = Configuration.defaults
        return Configuration.data == .crops
            ? "the images' own size, at most \(imagesOwnLimit)"
            : "\(model.defaultCrop) where --size is \(model.size)"
    }

    func apply(
        to data: inout DataPreparation, of model: Configuration, beginning traits: DataTraits?
    ) {
        if let traits {
            let own = Configuration.data == .crops ? min(traits.shortSide, imagesOwnLimit) : 0
            data = DataPreparation(for: model, cropFrom: model.defaultCrop.map { max($0, own) })
        }
        if let cropFrom { data.cropFrom = cropFrom }
    }
}

/// Larger images are shrunk to this side before parts are cut out of them, in pixels.
private let imagesOwnLimit = 512

/// The options of all models whose discriminators score patches.
struct PatchOptions<Configuration: PatchLayered>: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Strided layers of the discriminator; each score is of a square of 1, 16, 34, 70, 142 or 286 \
            pixels with 0 to 5 layers. (default: \(Configuration.defaults.patchLayers))
            """, valueName: "layers"))
    var patchLayers: Int?

    func apply(to model: inout Configuration) {
        if let patchLayers { model.patchLayers = patchLayers }
    }
}

/// The options of all models that may have a style encoder.
struct StyleEncoderOptions<Configuration: StyleEncodable>: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            """
            Style encoder: learns to tell the style of an image, so that the same \
            \(Configuration.data == .labelMaps ? "label map" : "input") becomes an image in the style of \
            another one, or in a drawn style.
            """))
    var styleEncoder = false

    @Option(
        help: ArgumentHelp(
            "Numbers in a style, with --style-encoder, 1 to 4096. (default: "
                + "\(Configuration.publishedStyle.size))",
            valueName: "numbers"))
    var latent: Int?

    func apply(to model: inout Configuration) throws {
        if styleEncoder && model.style == nil { model.addStyleEncoder() }
        guard let latent else { return }
        guard model.style != nil else {
            throw ValidationError("--latent is a style's length; there are styles with --style-encoder")
        }
        model.style?.size = latent
    }
}

/// The options of all models that make images of images with discriminators that score patches.
struct PatchModelOptions<Configuration: PatchDiscriminated>: ParsableArguments {
    @Option(
        help: """
            Channels of the images of both kinds: 1 gray, 3 color, 4 color and transparency. (default: 1 if \
            all images of a kind are gray, or else 3)
            """)
    var channels: Int?

    @OptionGroup var patches: PatchOptions<Configuration>
    @OptionGroup var crop: CropOption<Configuration>
    @OptionGroup var folders: TargetOption

    func apply(to model: inout Configuration) {
        if let channels { (model.inputChannels, model.outputChannels) = (channels, channels) }
        patches.apply(to: &model)
    }
}
