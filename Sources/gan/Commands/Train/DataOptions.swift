import ArgumentParser
import Datasets
import GANs

/// The options of `gan train` that say how images are prepared.
struct DataOptions: ParsableArguments {
    @Option(help: "What becomes of images of another shape than --size. (default: crop)")
    var fit: FitMode?

    @Flag(
        inversion: .prefixedNo,
        help: """
            Mirror images at random, left to right. (default: --no-flip; --flip where parts of images are \
            cut out at random)
            """)
    var flip: Bool?

    @Option(
        help: ArgumentHelp(
            """
            Held-out images or pairs, 0 to 1000000: kept from training, to choose the best checkpoint and to \
            see memorization by. (default: a tenth, at most 500; none where images have no partners)
            """, valueName: "images"))
    var heldOut: Int?

    func apply(to data: inout DataPreparation, beginning traits: DataTraits?) {
        if let traits { data.heldOut = Dataset.suggestedHeldOut(images: traits.count) }
        if let fit { data.fit = fit }
        if let flip { data.flip = flip }
        if let heldOut { data.heldOut = heldOut }
    }
}
