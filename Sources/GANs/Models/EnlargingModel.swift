import Datasets
import Images
import Networks
import Tensors

/// A configuration of a model that enlarges images.
public protocol EnlargingModelConfiguration: TranslationModelConfiguration {
    /// How many times as wide and high images become.
    var scale: Int { get }
    /// How many pixels of the input away an output pixel still depends on the input, either way.
    var reach: Int { get }
    /// What the corners of tiles must be multiples of, in pixels of the input.
    var tileMultiple: Int { get }
    /// Whether the checkpoint with the least difference from held-out images is the best. An adversarial loss gives
    /// up some of it for sharpness.
    static var isMeasuredByDifference: Bool { get }

    /// From images `[n, h, w, channels]` to `[n, scale h, scale w, channels]`, of any height and width.
    func makeGenerator(from source: inout ParameterSource) -> any Layer
}

extension EnlargingModelConfiguration {
    /// The data that the model learns from.
    public static var data: DataRequirement { .crops }
    /// The number that width and height of an image must be a multiple of.
    public var sideMultiple: Int { 1 }
    /// The least size of an image that can be translated.
    public var leastSize: ImageSize { 1 }
    /// Tiles may begin anywhere.
    public var tileMultiple: Int { 1 }
    /// As many as the enlarged images have.
    public var inputChannels: Int { outputChannels }
    /// Of the images that parts are cut out of, in pixels.
    public var cropSizes: (least: ImageSize, most: ImageSize)? { (size, size.map { max($0, 2048) }) }
    /// Images that are no larger than a part are not enlarged.
    public var defaultCrop: ImageSize { size }

    /// The model in words.
    public var description: String { "\(name), \(scale) times, from parts of \(size.dimensions)" }

    /// Targets are parts of images in full, inputs the same parts shrunk.
    public func batch(
        inputs: [(index: Int, part: ImagePart)], of first: Dataset, targets: [(index: Int, part: ImagePart)],
        of second: Dataset
    ) -> TrainingBatch {
        let whole = second.tensor(targets, size: size)
        return TrainingBatch(inputs: whole.shrunk(by: scale), reals: whole)
    }
}

/// A model that enlarges images.
public protocol EnlargingModel: TranslatingModel {
    var enlarging: any EnlargingModelConfiguration { get }
    var generator: any Layer { get }
}

extension EnlargingModel {
    /// The configuration, as one of a model that translates.
    public var translation: any TranslationModelConfiguration { enlarging }

    /// The generator; images are enlarged in one direction alone.
    public func translator(_ direction: TranslationDirection) -> TranslatorNetworks {
        TranslatorNetworks(generator: generator, discriminator: nil, isConditional: false, mode: .inference)
    }

    /// Enlarged by a cubic, enlarged by the network, and in full, side by side.
    public func sheet(_ examples: Examples) -> Image {
        guard let images = (examples.heldOut ?? examples.training)?.reals else {
            return Image.grid([], columns: 6)
        }
        let count = min(8, images.count)
        let rows = (0..<count).flatMap { number -> [Image] in
            let whole = middle(of: images.image(at: number * images.count / count), atMost: 128)
            let small = whole.shrunk(by: enlarging.scale)
            return [small.enlarged(by: enlarging.scale), enlarged(small), whole]
        }
        return Image.grid(rows, columns: 6)
    }

    /// - Parameter limit: of the sides, in pixels.
    private func middle(of image: Image, atMost limit: Int) -> Image {
        func shown(_ side: Int) -> Int { min(side, limit) / enlarging.scale * enlarging.scale }
        let (width, height) = (shown(image.width), shown(image.height))
        return image.cropped(
            x: (image.width - width) / 2, y: (image.height - height) / 2, width: width, height: height)
    }

    private func enlarged(_ small: Image) -> Image { images(generator(Tensor([small]), .inference))[0] }

    /// PSNR and SSIM of enlarged held-out images, beside bicubic enlargement.
    public func measure(_ examples: Examples, into row: inout MetricsRow) {
        guard let heldOut = examples.heldOut?.reals else { return }
        // So many, and so large, that it takes seconds.
        let wholes = (0..<min(heldOut.count, 50)).map { middle(of: heldOut.image(at: $0), atMost: 256) }
        let outputs = wholes.map { enlarged($0.shrunk(by: enlarging.scale)) }
        row.fidelity = EnlargementFidelity(of: outputs, to: wholes, scale: enlarging.scale)
        if type(of: enlarging).isMeasuredByDifference {
            let differences = zip(outputs, wholes).map { output, whole in
                Double((Tensor([output]) - Tensor([whole])).absolute().mean().scalar)
            }
            row.difference = differences.reduce(0, +) / Double(differences.count)
        }
    }

    /// Plots of the model's losses and measures.
    public func panels(of log: MetricsLog) -> [LinePlot.Panel] {
        let fidelity = [
            log.series("PSNR of held-out images, in dB") { $0.fidelity?.psnr },
            log.series("of bicubic enlargement") { $0.fidelity?.bicubicPSNR },
        ]
        let parts = partNames.map { name in log.series(name) { $0.parts?[name] } }
        return [LinePlot.Panel(yLabel: "mean absolute difference", series: parts)]
            + (fidelity[0].x.count > 1 ? [LinePlot.Panel(yLabel: "PSNR in dB", series: fidelity)] : [])
    }
}

extension Image {
    /// The image at a whole fraction of its size, antialiased; what is over at the right and below is cut.
    func shrunk(by scale: Int) -> Image {
        let (columns, rows) = (width / scale, height / scale)
        return cropped(x: 0, y: 0, width: columns * scale, height: rows * scale)
            .resized(width: columns, height: rows)
    }

    func enlarged(by scale: Int) -> Image { resized(width: width * scale, height: height * scale) }
}

extension Tensor {
    /// Images `[n, h, w, channels]` at a whole fraction of their size, rounded to bytes as in a file.
    func shrunk(by scale: Int) -> Tensor { Tensor(images(self).map { $0.shrunk(by: scale) }) }
}
