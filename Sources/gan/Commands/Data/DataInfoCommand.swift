import ArgumentParser
import Datasets
import Foundation
import Images

extension FitMode: ExpressibleByArgument {}

/// `gan data info`.
struct DataInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Say what training would see in a data set.",
        discussion: """
            Decodes every image once, and counts images, classes, sizes and channels and what would \
            be skipped.
            """)

    @Argument(help: "\(imageSourceFormats.capitalizedFirst).")
    var data: String

    @Option(
        help: "Width and height that training would use, in pixels. (default: what suits the images)")
    var size: Int?

    @Option(
        help: """
            Channels of the images: 1 gray, 3 color, 4 color and transparency. (default: 1 if every image is \
            gray, or else 3)
            """)
    var channels: Int?

    @Option(help: "What becomes of images that are not square.")
    var fit = FitMode.crop

    @Option(
        help: ArgumentHelp(
            "Write a grid of up to 64 of the images as training would see them.", valueName: "file.png"))
    var preview: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let size, !(1...4096).contains(size) {
            throw ValidationError("--size is a number of pixels from 1 to 4096, not \(size).")
        }
        if let channels, ![1, 3, 4].contains(channels) {
            throw ValidationError("--channels is 1, 3 or 4, not \(channels).")
        }
    }

    func run() throws {
        let source = try openImageSource(data)
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let summary = try DatasetSummary(source) { done, total in
            line.show("Reading images", done, of: total, since: start)
        }
        line.clear()
        let report = DataInfoReport(
            summary: summary,
            format: ImageFormat(
                size: size ?? summary.suggestedSize(), channels: channels ?? summary.suggestedChannels,
                fit: fit))
        if let preview { try Image.grid(source.someImages(64, in: report.format)).writePNG(to: preview) }

        if json {
            print(try report.json())
        } else {
            print(report.text())
            if let preview { print("\nPreview in \(preview)") }
        }
    }
}
