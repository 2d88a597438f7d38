import ArgumentParser
import Datasets
import Foundation
import GANs
import Images

/// `gan data augmentations`: what training would do to images before the discriminator sees them.
struct DataAugmentationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "augmentations",
        abstract: "Show a data set's images under every augmentation.",
        discussion: """
            Draws a sheet with a row for each augmentation and each of its parts, and the same images down \
            every column. Look there for what must not happen to yours: a 6 turned over is a 9.
            """)

    @Argument(help: "A folder of images, or what else `gan data info` reads.", completion: .file())
    var data: String

    @Option(help: ArgumentHelp("PNG file to draw into.", valueName: "file.png"), completion: .file())
    var out: String

    @Option(help: "Images in a row, 1 to 32.")
    var count = 8

    @OptionGroup var format: ImageFormatOptions

    @Option(help: "Seed of the choice of images and of all transforms.")
    var seed: UInt64 = 0

    func validate() throws {
        guard (1...32).contains(count) else {
            throw ValidationError("--count is \(count), but must be 1 to 32")
        }
        if let size = format.size, size.shortSide < 8 || size.longSide > 512 {
            throw ValidationError("--size is \(size), but must be 8 to 512 pixels")
        }
        guard !out.isEmpty else { throw ValidationError("--out needs the name of a file") }
    }

    func run() throws {
        let source = try openImageSource(data)
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        let summary = try DatasetSummary(source) { done, total in
            line.show("Reading images", done, of: total, since: start)
        }
        line.clear()
        let format = format.format(suiting: summary)
        let preview = AugmentationPreview(
            of: source.someImages(count, in: format, seed: seed), seed: seed)
        try Image.grid(rows: preview.rows.map { ($0.name, $0.images) }).writePNG(to: out)

        let width = preview.rows.map(\.name.count).max() ?? 0
        for row in preview.rows {
            print(row.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + row.about)
        }
        let suggestion = Augmentation.suggested(images: summary.count, isOfStyles: false)
        let styled = Augmentation.suggested(images: summary.count, isOfStyles: true)
        print("\n\(suggestion.reason).")
        if styled.augmentation != suggestion.augmentation {
            print("Style-based models take \(styled.augmentation.name) augmentation instead.")
        }
        print("Sheet in \(out)")
    }
}

extension ImageSource {
    /// Up to `count` decodable images, drawn from all over the source so that every class can show up.
    func someImages(_ count: Int, in format: ImageFormat, seed: UInt64 = 0) -> [Image] {
        var sampler = BatchSampler(count: self.count, seed: seed)
        var images: [Image] = []
        for position in 0..<self.count where images.count < count {
            if let image = try? image(at: sampler.index(at: position)) {
                images.append(format.apply(to: image))
            }
        }
        return images
    }
}
