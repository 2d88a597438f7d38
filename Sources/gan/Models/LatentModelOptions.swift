import ArgumentParser
import GANs

/// The options of all models that are sampled from latent vectors.
struct LatentImageOptions<Configuration: LatentModelConfiguration>: ParsableArguments {
    @OptionGroup var color: ChannelsOption

    @Option(
        help: ArgumentHelp(
            "Numbers in a latent vector. (default: \(Configuration.defaults.latentSize))",
            valueName: "numbers"))
    var latent: Int?

    @Flag(
        help: """
            Class-conditional: tell both networks the images' classes, which are subfolders, or the labels \
            of IDX and CIFAR files.
            """)
    var conditional = false

    @Option(help: "How the networks are told the classes; implies --conditional. (default: projection)")
    var conditioning: Conditioning.Variant?

    func apply(to model: inout Configuration, beginning traits: DataTraits?) throws {
        if let channels = color.channels { model.channels = channels }
        if let latent { model.latentSize = latent }
        guard conditional || conditioning != nil else { return }
        if let traits {
            guard traits.classNames.count > 1 else {
                throw ValidationError(
                    "--conditional needs images of two classes or more: a folder for each, or IDX or CIFAR "
                        + "files with labels")
            }
            model.conditioning = Conditioning(variant: .projection, classes: traits.classNames)
        }
        guard model.conditioning != nil else {
            throw ValidationError("the run was begun without --conditional")
        }
        if let conditioning { model.conditioning?.variant = conditioning }
    }
}

extension Conditioning.Variant: ExpressibleByArgument {}
