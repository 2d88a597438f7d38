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

    @Argument(help: "\(imageSourceFormats.capitalizedFirst).", completion: .file())
    var data: String

    @OptionGroup var format: ImageFormatOptions

    @Option(
        help: ArgumentHelp(
            "Write a grid of up to 64 of the images as training would see them.", valueName: "file.png"))
    var preview: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let source = try openImageSource(data)
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let summary = try DatasetSummary(source) { done, total in
            line.show("Reading images", done, of: total, since: start)
        }
        line.clear()
        let report = DataInfoReport(
            summary: summary, format: format.format(suiting: summary))
        if let preview { try Image.grid(source.someImages(64, in: report.format)).writePNG(to: preview) }

        if json {
            print(try report.json())
        } else {
            print(report.text())
            if let preview { print("\nPreview in \(preview)") }
        }
    }
}
