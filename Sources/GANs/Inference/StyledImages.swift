import Images
import Networks
import Tensors

/// How a style-based generator makes images.
public struct StyleSettings: Hashable, Sendable {
    /// The noise that layers add to their activations.
    public enum Noise: String, CaseIterable, Sendable {
        /// The same for all images, drawn once with the network.
        case constant = "const"
        /// Each image's own, by its seed.
        case random
        case none
    }

    /// The difference between the variants of an image.
    public enum Variation: Hashable, Sendable {
        case noise
        /// The style of some layers.
        case style(layers: Range<Int>)
    }

    /// How much of a style's distance from the mean style is kept: 1 all, 0 nothing.
    public var truncation: Double
    /// How many layers that is done for, from the coarsest; nil for as many as the model was published with.
    public var truncatedLayers: Int?
    /// The noise that layers add.
    public var noise: Noise

    /// No truncation and constant noise, unless said otherwise.
    public init(truncation: Double = 1, truncatedLayers: Int? = nil, noise: Noise = .constant) {
        (self.truncation, self.truncatedLayers, self.noise) = (truncation, truncatedLayers, noise)
    }
}

/// Images of a style-based generator whose layers' styles are chosen one by one.
public struct StyledImages {
    private let generator: any StyleGenerator
    private let settings: StyleSettings

    /// Layers that take a style.
    public var layerCount: Int { generator.layerCount }

    /// - Parameter trained: nil is given back where it is not style-based.
    public init?(_ trained: TrainedGenerator, settings: StyleSettings = StyleSettings()) {
        guard let generator = trained.generator as? any StyleGenerator else { return nil }
        (self.generator, self.settings) = (generator, settings)
    }

    /// The images of some latents.
    ///
    /// - Shapes: latents `[n, latentSize]`; labels one-hot `[n, classes]` of a class-conditional generator.
    /// - Parameters:
    ///   - seeds: for each latent, what random noise is drawn by.
    ///   - progress: told now and then how many are done.
    public func images(
        latents: Tensor, labels: Tensor? = nil, seeds: [UInt64], progress: (_ done: Int) -> Void = { _ in }
    ) -> [Image] {
        make(
            latents.shape[0], of: styles(latents, labels),
            noiseSeeds: settings.noise == .random ? seeds : nil,
            progress
        ) { image, _ in image }
    }

    /// The images of some latents, made at once and not rounded to bytes. Random noise is constant here.
    ///
    /// - Shapes: latents `[n, latentSize]` to `[n, height, width, channels]` in [-1, 1]; labels as of `images`.
    func tensor(latents: Tensor, labels: Tensor? = nil) -> Tensor {
        let style = styles(latents, labels)
        return generator.images(
            fromStyles: truncated([Tensor](repeating: style, count: layerCount)),
            noise: settings.noise == .none ? .none : .constant, .inference)
    }

    /// For each of some latents a row of images that differ in one respect; the first has the latent's own
    /// style.
    ///
    /// - Shapes: latents `[n, latentSize]`, to n rows of `variants` images; labels as of `images`.
    /// - Parameter seed: of the first variant's noise or style; the next have the next.
    public func variants(
        of latents: Tensor, labels: Tensor? = nil, seeds: [UInt64], in variation: StyleSettings.Variation,
        count variants: Int, seed: UInt64 = 1 << 32, progress: (_ done: Int) -> Void = { _ in }
    ) -> [Image] {
        let count = latents.shape[0]
        let variantSeeds = (0..<UInt64(variants)).map { seed + $0 }
        let own = styles(latents, labels)
        switch variation {
        case .noise:
            return make(
                count * variants, of: own,
                noiseSeeds: (0..<count * variants).map { variantSeeds[$0 % variants] }, progress
            ) { image, _ in image / variants }
        case .style(let layers):
            let places = 0..<count * variants
            let others = styles(
                GANs.latents(seeds: variantSeeds, latentSize: latents.shape[1])
                    .rows(at: places.map { $0 % variants }),
                labels?.rows(at: places.map { $0 / variants }))
            return make(
                count * variants, of: .concatenated([own, others], axis: 0),
                noiseSeeds: settings.noise == .random ? places.map { seeds[$0 / variants] } : nil, progress
            ) { image, layer in
                let isOther = image % variants > 0 && layers.contains(layer)
                return isOther ? count + image : image / variants
            }
        }
    }

    /// A table of mixed styles: each image has the style of its row, but in some layers that of its column.
    /// The rows' and the columns' own images stand along the edges.
    ///
    /// - Shapes: latents `[r, latentSize]` and `[c, latentSize]` to `(r + 1) (c + 1)` images, row by row, of
    ///   which the first is white.
    /// - Source: Karras et al. 2019, figure 3.
    /// - Parameters:
    ///   - labels: one-hot `[1, classes]` of a class-conditional generator.
    ///   - replaced: the layers that take the column's style.
    public func table(
        rows: Tensor, columns: Tensor, labels: Tensor? = nil, replacing replaced: Range<Int>,
        progress: (_ done: Int) -> Void = { _ in }
    ) -> [Image] {
        let (rowCount, columnCount) = (rows.shape[0], columns.shape[0])
        let mixing = StyleMixing(layers: layerCount, replacing: replaced)
        let all = Tensor.concatenated([rows, columns], axis: 0)
        let places = (0..<(rowCount + 1) * (columnCount + 1)).map {
            (row: $0 / (columnCount + 1) - 1, column: $0 % (columnCount + 1) - 1)
        }
        var images = make(
            places.count,
            of: styles(all, labels.map { $0.broadcast(to: [rowCount + columnCount, $0.shape[1]]) }),
            noiseSeeds: settings.noise == .random ? places.map { _ in 0 } : nil, progress
        ) { image, layer in
            let (row, column) = places[image]
            if row < 0 { return rowCount + max(0, column) }
            return column >= 0 && mixing.choice[layer] == 1 ? rowCount + column : row
        }
        let first = images[0]
        images[0] = Image(
            width: first.width, height: first.height, channels: first.channels,
            pixels: [UInt8](repeating: 255, count: first.pixels.count))
        return images
    }

    private func styles(_ latents: Tensor, _ labels: Tensor?) -> Tensor {
        generator.styles(of: latents, .inference(labels: labels))
    }

    /// - Parameters:
    ///   - bank: styles `[m, styleSize]`.
    ///   - noiseSeeds: of each image; nil for noise that is none or the same for all.
    ///   - choice: the number of an image's style in a layer.
    private func make(
        _ count: Int, of bank: Tensor, noiseSeeds: [UInt64]?, _ progress: (_ done: Int) -> Void,
        _ choice: (_ image: Int, _ layer: Int) -> Int
    ) -> [Image] {
        (0..<count).pieces(of: LatentSpace.atATime).flatMap { chosen in
            let styles = (0..<layerCount).map { layer in
                bank.rows(at: chosen.map { choice($0, layer) })
            }
            let noise: StyleNoise =
                if let noiseSeeds {
                    .given(generator.noise(seeds: Array(noiseSeeds[chosen])))
                } else {
                    settings.noise == .none ? .none : .constant
                }
            defer { progress(chosen.upperBound) }
            return GANs.images(
                generator.images(fromStyles: truncated(styles), noise: noise, .inference))
        }
    }

    /// The layers' styles, truncated as the settings say.
    private func truncated(_ styles: [Tensor]) -> [Tensor] {
        generator.truncated(
            styles, psi: Scalar(settings.truncation),
            layers: settings.truncatedLayers ?? generator.truncatedLayers)
    }
}
