import ArgumentParser
import GANs

/// The options of `gan train` that a style-based model alone has.
struct StyleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Channels of a layer with a style times its resolution; published is 16384. (default: 1024)
            """, valueName: "channels"))
    var channelBase: Int?

    @Option(
        help: ArgumentHelp(
            "The most channels of a layer with a style; published is 512. (default: 64)",
            valueName: "channels"))
    var channelMax: Int?

    @Option(
        help: ArgumentHelp(
            "Layers of the network that makes styles. (default: 8; 2 for stylegan2)", valueName: "layers"))
    var mappingDepth: Int?

    @Option(
        help: ArgumentHelp(
            "How likely a training batch mixes the styles of two latents. (default: 0.9)",
            valueName: "probability"))
    var styleMixing: Double?

    @Option(
        help: ArgumentHelp(
            """
            Weight of what keeps a generator with styles smooth, every 4 steps. (default: 2 for stylegan2, \
            else 0)
            """, valueName: "weight"))
    var pathLength: Double?

    @Flag(help: "Begin a stylegan with images of 4x4 and let it grow.")
    var grow = false

    @Option(
        help: ArgumentHelp(
            """
            Training images for which each resolution is faded in, and for which it stays; implies --grow. \
            (default: so that growing takes half of the training; 10000 with --minutes)
            """, valueName: "images"))
    var growImages: Int?

    var grows: Bool { grow || growImages != nil }

    var areGiven: Bool {
        grows || channelBase != nil || channelMax != nil || mappingDepth != nil || styleMixing != nil
            || pathLength != nil
    }

    /// - Parameter isNew: whether the training begins.
    func applyGrowth(to family: inout StyleGAN, isNew: Bool) throws {
        if grows && family.growth == nil {
            guard isNew else { throw ValidationError("the run was begun without --grow") }
            family.growth = Growth(phaseImages: 10_000)
        }
        if let growImages { family.growth?.phaseImages = growImages }
    }

    func apply(to family: inout some StyleFamily) {
        if let channelBase { family.channelBase = channelBase }
        if let channelMax { family.channelMaximum = channelMax }
        if let mappingDepth { family.mappingDepth = mappingDepth }
        if let styleMixing { family.styleMixing = styleMixing }
    }

    func applyPathLength(to training: inout TrainingConfiguration) {
        guard let pathLength else { return }
        training.pathLength = pathLength == 0 ? nil : PathLengthRegularization(weight: pathLength)
    }

    /// Sets how fast networks grow that were not told, in a training that begins.
    func applyGrowth(to training: inout TrainingConfiguration, _ schedule: Schedule, images: Int) {
        guard growImages == nil, case .styleGAN(var family) = training.architecture, family.growth != nil
        else { return }
        let rounds = Double(training.discriminatorSteps)
        switch schedule.end {
        case .steps(let steps):
            family.growth = Growth(
                size: family.size, batchSize: training.batchSize, steps: Double(steps) * rounds)
        case .epochs(let epochs):
            family.growth = Growth(
                size: family.size, batchSize: training.batchSize, images: epochs * Double(images))
        case .minutes: break
        }
        training.architecture = .styleGAN(family)
    }
}
