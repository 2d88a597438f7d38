import ArgumentParser
import GANs

/// The options of `--model cyclegan`.
struct CycleGANOptions: ModelOptions {
    typealias Recipe = ImageRecipe<AdversarialRecipe<CycleGAN>>

    @Option(
        help: """
            \(CycleGAN.sizes.help(of: "images")). (default: what suits the images, 32 to 128)
            """)
    var size: ImageSize?

    @Option(
        help: ArgumentHelp(
            """
            Channels of the outermost layers of all networks, 1 to 512. (default: \
            \(CycleGAN.defaults.width))
            """, valueName: "channels"))
    var width: Int?

    @Option(
        help: ArgumentHelp(
            """
            Residual blocks of each generator, 1 to 32. (default: \(CycleGAN.defaults.blocks); \
            \(CycleGAN().blocks) above 128 pixels)
            """, valueName: "blocks"))
    var blocks: Int?

    @Option(
        help: ArgumentHelp(
            """
            Cycle-consistency loss: weight of the difference after both ways, beside 1 of the adversarial \
            loss, 0 to 1000000. (default: \(CycleGAN.defaults.cycleWeight))
            """, valueName: "weight"))
    var cycleWeight: Double?

    @Option(
        help: ArgumentHelp(
            """
            Identity loss: weight of the change of images that are of the right kind already, as a share of \
            --cycle-weight, 0 to 1000000; 0 spares a third of the generators' passes. (default: \
            \(CycleGAN.defaults.identityWeight))
            """, valueName: "share"))
    var identityWeight: Double?

    @OptionGroup var patches: PatchModelOptions<CycleGAN>

    var target: String? { patches.folders.target }

    func apply(to model: inout CycleGAN, beginning traits: DataTraits?) throws {
        if let size { model.size = size }
        if let width { model.width = width }
        if let blocks { model.blocks = blocks }
        if let cycleWeight { model.cycleWeight = cycleWeight }
        if let identityWeight { model.identityWeight = identityWeight }
        patches.apply(to: &model)
    }

    func apply(
        to data: inout DataPreparation, of model: CycleGAN, beginning traits: DataTraits?
    ) throws {
        patches.crop.apply(to: &data, of: model, beginning: traits)
    }
}
