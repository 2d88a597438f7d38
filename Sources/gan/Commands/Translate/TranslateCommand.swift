import ArgumentParser
import Datasets
import Files
import Foundation
import GANs
import Images
import Tensors

/// `gan translate`
struct TranslateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "translate",
        abstract: "Translate images or label maps with a trained model, or enlarge images.",
        discussion: """
            Images may have any size and shape. Each is brought to the scale that was trained on, continued \
            past its edges as far as the network needs, translated by itself, and cut to its own shape again.

            A model that learned from pairs (\(ModelOptionsRegistry.names(learningFrom: .pairs))) normalizes \
            by the image's own statistics and keeps its dropout, as published, as noise that follows from \
            --seed; --fixed takes the training's statistics and no noise.

            A model that learned from label maps (\(ModelOptionsRegistry.names(learningFrom: .labelMaps))) \
            takes label maps: PNG files with a palette, or in gray, whose numbers are the labels. With a \
            style encoder it makes images in the style of the image --style, or in one that follows from \
            --seed.

            A model that enlarges images (\(ModelOptionsRegistry.names(learningFrom: .crops))) makes every \
            image as many times as wide and high as it was trained to; large ones in tiles that overlap, so \
            that memory does not grow and no seams show.
            """)

    @Argument(help: "A run's folder, or a checkpoint of a run.")
    var checkpoint: CheckpointArgument

    @Argument(
        help: "An image (\(Image.listedExtensions)) or a label map (png), or a folder or .zip of them.",
        completion: .file())
    var input: String

    @Option(
        help: ArgumentHelp("A file for an image (.png); a folder for several.", valueName: "path"),
        completion: .file())
    var out: String

    @Option(
        help: """
            Which way, of a model that learned from two sets without pairs \
            (\(ModelOptionsRegistry.names(learningFrom: .domains))). (default: the first kind to the second, \
            a2b)
            """)
    var direction: TranslationDirection?

    @Flag(
        help: """
            Also write NAME-patches.png: the output under the discriminator's score of each patch, red for \
            generated, green for real.
            """)
    var patches = false

    @Flag(help: "Translate images at their own scale, whatever was trained on.")
    var fullSize = false

    @Flag(help: "Normalize by the training's running statistics, and leave dropout out.")
    var fixed = false

    @Option(
        help: ArgumentHelp(
            """
            The image whose style is taken, of a model with a style encoder. (default: a style drawn by \
            --seed)
            """,
            valueName: "image"), completion: .file())
    var style: String?

    @Option(help: "Seed of dropout, or of the style that is drawn.")
    var seed: UInt64 = 0

    @OptionGroup var origin: OriginOption

    func validate() throws {
        if out.isEmpty { throw ValidationError("--out needs the name of a file or a folder") }
    }

    func run() throws {
        let work = try job()
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: input, isDirectory: &isFolder) else {
            throw CommandError("\(input): no such file or folder")
        }
        if isFolder.boolValue || input.lowercased().hasSuffix(".zip") {
            try translateFolder(work)
        } else {
            let target = try fileTarget
            try work.make(work.read(input), target, work.origin?.with(input: lastComponent(of: input)))
            print("Translated into \(target)")
        }
    }

    /// What is done to each image.
    private struct Job {
        let read: (_ path: String) throws -> Image
        let open: (_ folder: String) throws -> any ImageSource
        let origin: ImageOrigin?
        let make: (Image, _ target: String, ImageOrigin?) throws -> Void
    }

    private func job() throws -> Job {
        let model = try CheckpointHeader(path: checkpoint.path).model
        let origin = try origin.origin(checkpoint)
        guard model is any EnlargingModelConfiguration else {
            return try job(Translator(path: checkpoint.path, direction: direction), origin)
        }
        if direction != nil || patches || fullSize || fixed || style != nil || seed != 0 {
            throw CommandError(
                "--direction, --patches, --full-size, --fixed, --style and --seed are not for a "
                    + "\(model.name); "
                    + "leave them out")
        }
        let upscaler = try Upscaler(path: checkpoint.path)
        return Job(read: Image.init(decoding:), open: openImageSource, origin: origin) {
            try enlarge($0, by: upscaler, to: $1, $2)
        }
    }

    private func job(_ translator: Translator, _ origin: ImageOrigin?) throws -> Job {
        if patches && !translator.scoresPatches && translator.labels == nil {
            throw CommandError(
                "\(checkpoint.path) holds no discriminator, whose scores --patches shows; leave it out")
        }
        if patches && !translator.scoresPatches || fixed && translator.labels != nil {
            throw CommandError(
                "--patches and --fixed are not for \(translator.configuration.nameWithArticle); leave them out"
            )
        }
        if style != nil && !translator.takesStyle {
            throw CommandError(
                "the model in \(checkpoint.path) has no styles; they come with gan train --model "
                    + "\(ModelOptionsRegistry.names(taking: "style-encoder")) --style-encoder")
        }
        let style = try style.flatMap { translator.style(of: try Image(decoding: $0)) }
        let make = { try translate($0, by: translator, style: style, to: $1, $2) }
        guard let labels = translator.labels else {
            return Job(read: Image.init(decoding:), open: openImageSource, origin: origin, make: make)
        }
        let known = "the model in \(checkpoint.path)"
        return Job(
            read: { try LabelMaps.read($0, labelCount: labels.count, knownBy: known) },
            open: { try LabelMaps(path: $0, labelCount: labels.count, knownBy: known) }, origin: origin,
            make: make)
    }

    private func enlarge(
        _ image: Image, by upscaler: Upscaler, to target: String, _ origin: ImageOrigin?
    ) throws {
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let made = try upscaler.enlarged(image) { line.show("Enlarging", $0, of: $1, since: start) }
        try makeFolder(URL(fileURLWithPath: target).deletingLastPathComponent().path)
        try made.writePNG(to: target, origin)
    }

    private var isOutFolder: Bool {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: out, isDirectory: &isFolder)
        return out.hasSuffix("/") || exists && isFolder.boolValue
    }

    /// Where one image goes.
    private var fileTarget: String {
        get throws {
            if isOutFolder { return join(out, stem(URL(fileURLWithPath: input).lastPathComponent) + ".png") }
            guard out.lowercased().hasSuffix(".png") else {
                throw CommandError("--out \(out): give a file that ends in .png, or a folder's name with a /")
            }
            return out
        }
    }

    private func stem(_ name: String) -> String {
        URL(fileURLWithPath: name).deletingPathExtension().relativePath
    }

    private func translateFolder(_ work: Job) throws {
        if isInside(out, folder: input) {
            throw CommandError("\(out) lies in the folder of the images, \(input); choose another --out")
        }
        if out.lowercased().hasSuffix(".png") && !isOutFolder {
            throw CommandError("--out \(out): a folder of images becomes a folder; give its name")
        }
        let source = try work.open(input)
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        var skipped: [SkippedImage] = []
        var written: [String: String] = [:]
        for index in 0..<source.count {
            line.show("Translating", index, of: source.count, since: start)
            let name = source.name(at: index)
            let target = join(out, stem(name) + ".png")
            if let other = written.updateValue(name, forKey: target) {
                line.clear()
                throw CommandError(
                    "\(name) and \(other) in \(input) would both become \(target); rename one of them")
            }
            do {
                let image = try source.image(at: index)
                try work.make(image, target, work.origin?.with(input: name))
            } catch let error where !isFatal(error) {
                skipped.append(SkippedImage(file: name, reason: "\(error)"))
            }
        }
        line.clear()
        tell(ofSkipped: skipped)
        guard skipped.count < source.count else {
            throw CommandError("\(input): none of the \(source.count) images can be read")
        }
        print("\(source.count - skipped.count) images in \(out)")
    }

    /// Whether no other image is tried: nothing can be written, or a file holds what it must not.
    private func isFatal(_ error: any Error) -> Bool {
        error is FileError || error is ImageError || error is DatasetError
    }

    private func translate(
        _ image: Image, by translator: Translator, style: Tensor?, to target: String, _ origin: ImageOrigin?
    ) throws {
        let made = try translator.translation(
            of: image, isFullSize: fullSize, mode: fixed ? .fixed : .asTrained, style: style, seed: seed)
        try makeFolder(URL(fileURLWithPath: target).deletingLastPathComponent().path)
        try made.output.writePNG(to: target, origin)
        let scored = patches ? made.withPatchScores() : nil
        try scored?.writePNG(to: String(target.dropLast(4)) + "-patches.png", origin)
    }
}
