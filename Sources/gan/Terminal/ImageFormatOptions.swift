import ArgumentParser
import Datasets
import Images

/// `--channels`.
struct ChannelsOption: ParsableArguments {
    @Option(
        help: """
            Channels of the images: 1 gray, 3 color, 4 color and transparency. (default: 1 if all images are \
            gray, or else 3)
            """)
    var channels: Int?
}

/// What is made of images where no model says it.
struct ImageFormatOptions: ParsableArguments {
    @Option(
        help: """
            Size of the images in pixels, such as 64, or width and height as in 64x96. (default: what suits \
            them)
            """)
    var size: ImageSize?

    @OptionGroup var color: ChannelsOption

    @Option(help: "What becomes of images of another shape.")
    var fit = FitMode.crop

    func validate() throws {
        if let size, size.shortSide < 1 || size.longSide > 4096 {
            throw ValidationError("--size is \(size), but must be 1 to 4096 pixels")
        }
        if let channels = color.channels, ![1, 3, 4].contains(channels) {
            throw ValidationError("--channels is \(channels), but must be 1, 3 or 4")
        }
    }

    /// The format, with what suits the images where nothing was said.
    func format(suiting summary: DatasetSummary) -> ImageFormat {
        ImageFormat(
            size: size ?? ImageSize(summary.suggestedSize()),
            channels: color.channels ?? summary.suggestedChannels,
            fit: fit)
    }
}
