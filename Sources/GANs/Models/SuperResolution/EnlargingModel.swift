import Datasets
import Images
import Tensors

/// A model that enlarges images.
public protocol EnlargingModel: TranslatingModel {
    var enlarging: any EnlargingModelConfiguration { get }
    var generator: SRResNetGenerator { get }
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
        let side = min(image.width, limit) / enlarging.scale * enlarging.scale
        let corner = (image.width - side) / 2
        return image.cropped(x: corner, y: corner, width: side, height: side)
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
