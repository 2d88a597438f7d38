import ArgumentParser
import GANs

/// The options of `--model pix2pix`.
struct Pix2PixOptions: ModelOptions {
    typealias Recipe = ImageRecipe<AdversarialRecipe<Pix2Pix>>

    @Option(
        help: """
            \(Pix2Pix.sizes.help(of: "images")). (default: what suits the images, 32 to 128)
            """)
    var size: ImageSize?

    @Option(
        help: ArgumentHelp(
            "Channels of the outermost layers of both networks, 1 to 512. (default: "
                + "\(Pix2Pix.defaults.width))",
            valueName: "channels"))
    var width: Int?

    @Option(
        help: ArgumentHelp(
            """
            L1 loss: weight of the mean absolute difference from the target, beside 1 of the adversarial \
            loss, 0 to 1000000. (default: \(Pix2Pix.defaults.l1Weight); \(Self.styledL1Weight) with \
            --style-encoder)
            """, valueName: "weight"))
    var l1Weight: Double?

    @OptionGroup var style: StyleEncoderOptions<Pix2Pix>

    @Option(name: .customLong("difference-weight"), help: .hidden)
    var differenceWeight: Double?

    @Option(help: "Which of a pair's images is made from the other one. (default: a2b)")
    var direction: TranslationDirection?

    @OptionGroup var patches: PatchModelOptions<Pix2Pix>

    var target: String? { patches.folders.target }
    var isReversed: Bool { direction == .b2a }

    func validate() throws {
        if l1Weight != nil && differenceWeight != nil {
            throw ValidationError("--difference-weight is the old name of --l1-weight; give only one of them")
        }
    }

    private static var styledL1Weight: Double {
        var model = Pix2Pix.defaults
        model.addStyleEncoder()
        return model.l1Weight
    }

    func apply(to model: inout Pix2Pix, beginning traits: DataTraits?) throws {
        try style.apply(to: &model)
        if let size { model.size = size }
        if let width { model.width = width }
        if let weight = l1Weight ?? differenceWeight { model.l1Weight = weight }
        patches.apply(to: &model)
    }

    func apply(
        to data: inout DataPreparation, of model: Pix2Pix, beginning traits: DataTraits?
    ) throws {
        patches.crop.apply(to: &data, of: model, beginning: traits)
        if let direction { data.direction = direction }
    }
}

extension TranslationDirection: ExpressibleByArgument {}
