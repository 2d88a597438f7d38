import ArgumentParser
import GANs

/// The option of models whose generator can make textures that repeat.
struct TilingOption: ParsableArguments {
    @Flag(
        help: """
            Textures that repeat without a seam: pad the generator's feature maps circularly, and not by zeros.
            """)
    var tileable = false

    func apply(to model: inout some TileableConfiguration) {
        if tileable { model.paddingMode = .circular }
    }
}
