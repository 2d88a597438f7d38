import ArgumentParser
import GANs

/// The options of `gan train` that a style-based model alone has.
struct StyleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Channels of a stylegan's layer times its resolution; published is 16384. (default: 2048)
            """, valueName: "channels"))
    var channelBase: Int?

    @Option(
        help: ArgumentHelp(
            "The most channels of a stylegan's layer; published is 512. (default: 128)",
            valueName: "channels"))
    var channelMax: Int?

    @Option(
        help: ArgumentHelp("Layers of a stylegan's mapping network. (default: 8)", valueName: "layers"))
    var mappingDepth: Int?

    @Option(
        help: ArgumentHelp(
            "How likely a stylegan's training batch mixes the styles of two latents. (default: 0.9)",
            valueName: "probability"))
    var styleMixing: Double?

    var areGiven: Bool {
        channelBase != nil || channelMax != nil || mappingDepth != nil || styleMixing != nil
    }

    func apply(to family: inout StyleGAN) {
        if let channelBase { family.channelBase = channelBase }
        if let channelMax { family.channelMaximum = channelMax }
        if let mappingDepth { family.mappingDepth = mappingDepth }
        if let styleMixing { family.styleMixing = styleMixing }
    }
}
