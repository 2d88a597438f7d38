import Checkpoints
import Datasets
import Images
import Networks
import Tensors

/// A trained network that translates images or label maps, with the discriminator of its outputs.
public struct Translator {
    /// How a network is run: as it was trained, normalized by the statistics of the image itself, with dropout as
    /// noise; or fixed, normalized by running statistics, without dropout.
    ///
    /// - Source: Isola et al. 2017, section 3.3, for the first, which is the published way.
    public enum Mode: Sendable { case asTrained, fixed }

    /// The header of the checkpoint.
    public let header: CheckpointHeader
    /// The model's configuration.
    public let configuration: any TranslationModelConfiguration
    /// The networks that the file has.
    private let held: [NamedNetwork]
    private let networks: TranslatorNetworks

    /// The most pixels that are translated at once: at the published widths they take some gigabytes.
    public static let maximumPixels = 1 << 24

    /// - Parameters:
    ///   - path: a run's checkpoint.
    ///   - direction: nil for the one that was trained. Networks that learned from pairs know no other.
    /// - Throws: `CheckpointError` if the file cannot be read or does not fit, `ConfigurationError` if there is
    ///   no network for the direction.
    public init(path: String, direction: TranslationDirection? = nil) throws {
        let file = try SafetensorsFile(path: path)
        let header = try CheckpointHeader(file)
        self.header = header
        guard let configuration = header.model as? any TranslationModelConfiguration else {
            throw ConfigurationError("the model \(header.model.name) in \(path) does not translate images")
        }
        let trained = header.training.data.direction
        if let direction, direction != trained, type(of: configuration).data.hasTargets {
            throw ConfigurationError(
                "direction", direction.rawValue,
                "the model in \(path) was trained to translate \(trained.rawValue) alone")
        }
        if configuration is any EnlargingModelConfiguration {
            throw ConfigurationError("the model in \(path) enlarges images; open it as an Upscaler")
        }
        self.configuration = configuration
        var source = ParameterSource.counting
        let model = configuration.makeModel(from: &source)
        let held = model.networks.filter { !header.lacks($0, file) }
        for network in held {
            let prefix =
                network.player == .generator ? header.prefix(ofGenerator: network.name) : network.name + "."
            try Checkpoint.read(network.network, prefix: prefix, from: file)
        }
        guard let translating = model as? any TranslatingModel else {
            fatalError("the model \(configuration.name) translates by its configuration alone")
        }
        var networks = translating.translator(direction ?? trained)
        func isHeld(_ network: any Module) -> Bool { held.contains { $0.network === network } }
        guard isHeld(networks.generator) else {
            throw ConfigurationError(
                "\(path) holds no network that translates \((direction ?? trained).rawValue); choose the other way"
            )
        }
        if let discriminator = networks.discriminator, !isHeld(discriminator) { networks.discriminator = nil }
        (self.held, self.networks) = (held, networks)
        isReversed = (direction ?? trained) == .b2a
    }

    private let isReversed: Bool

    /// Images made by the fixed network, without dropout, of inputs as it takes them.
    ///
    /// - Shapes: `[n, h, w, c]` to as many; the style `[n, styleSize]`, where the network takes one.
    func output(of inputs: Tensor, style: Tensor?) -> Tensor {
        networks.output(of: inputs, style: style, .inference)
    }

    /// Numbers in a style; nil of a network without.
    var styleSize: Int? {
        let size = configuration.size
        let image = Tensor.zeros([1, size.height, size.width, configuration.outputChannels])
        return networks.style(of: image)?.shape[1]
    }

    /// Writes the networks alone, with the weights that images are made with.
    ///
    /// - Parameter half: whether scalars are rounded to 16 bits.
    /// - Throws: `FileError`; then nothing is left behind.
    public func export(to path: String, half: Bool = false) throws {
        try Checkpoint.export(held, header, half: half, to: path)
    }

    /// Trained scalars of the networks.
    public var parameterCount: Int { held.map { $0.network.parameterCount }.reduce(0, +) }

    /// Channels of the images that are translated.
    public var inputChannels: Int {
        isReversed && !type(of: configuration).data.hasTargets
            ? configuration.outputChannels : configuration.inputChannels
    }

    /// Of images like those it makes, at the scale that was trained on.
    public var outputFormat: ImageFormat {
        let isSecondKind = !isReversed || type(of: configuration).data.hasTargets
        return ImageFormat(
            size: configuration.size,
            channels: isSecondKind ? configuration.outputChannels : configuration.inputChannels,
            fit: header.training.data.fit)
    }

    /// The labels of the maps that are translated; nil of a network that translates images.
    public var labels: LabelSet? { configuration.labels }

    /// Whether there is a discriminator of patches, for `Translation.withPatchScores`.
    public var scoresPatches: Bool { networks.discriminator != nil }

    /// Whether the same label map can become images of many styles.
    public var takesStyle: Bool { networks.encoder != nil }

    /// The style of an image of the kind that is made, nil where there are no styles.
    ///
    /// - Shapes: `[1, styleSize]`.
    public func style(of image: Image) -> Tensor? {
        networks.style(of: Tensor([outputFormat.apply(to: image)]))
    }

    /// The image that becomes of one of any size.
    ///
    /// It is brought to the scale that was trained on, keeping its shape, and continued past its edges as far as
    /// the network needs; what was made of that is cut off again.
    ///
    /// - Parameters:
    ///   - image: or a label map of one channel, of a network that translates these.
    ///   - isFullSize: leaves the image at its own scale.
    ///   - style: nil to draw one, where there are styles.
    ///   - seed: of dropout, and of a style that is drawn.
    /// - Throws: `ConfigurationError` if the network would be given more than `maximumPixels`, or labels that it
    ///   does not know.
    public func translation(
        of image: Image, isFullSize: Bool = false, mode: Mode = .asTrained, style: Tensor? = nil,
        seed: UInt64 = 0
    ) throws(ConfigurationError) -> Translation {
        if let labels, image.channels != 1 || image.pixels.contains(where: { $0 >= labels.count }) {
            throw ConfigurationError(
                "the image is no map of the \(labels.count) labels that the model knows")
        }
        let size =
            isFullSize
            ? ImageSize(width: image.width, height: image.height)
            : image.size(in: configuration.size, header.training.data.fit)
        guard size.width <= Translator.maximumPixels / size.height else {
            throw ConfigurationError(
                "the image of \(image.width)x\(image.height) would be translated at "
                    + "\(size.dimensions), which is too large; make it smaller or less narrow")
        }
        let input = image.resized(width: size.width, height: size.height, configuration.resampling).converted(
            toChannels: inputChannels)
        let multiple = configuration.sideMultiple
        func padded(_ side: Int, _ least: Int) -> Int {
            max((side + multiple - 1) / multiple * multiple, least)
        }
        let (width, height) = (
            padded(input.width, configuration.leastSize.width),
            padded(input.height, configuration.leastSize.height)
        )
        let corner = (x: (width - input.width) / 2, y: (height - input.height) / 2)
        let tensor = configuration.input(
            input.padded(
                toWidth: width, height: height, x: corner.x, y: corner.y,
                by: labels == nil ? .reflection : .replication))
        let output = networks.translated(
            tensor, style: style, mode: mode == .asTrained ? networks.mode : .inference, seed: seed)
        let cut = { (whole: Image) in
            whole.cropped(x: corner.x, y: corner.y, width: input.width, height: input.height)
        }
        return Translation(
            input: input, output: cut(images(output)[0]),
            scoreMap: { networks.discriminator.map { cut(scoreMap(by: $0, of: output, from: tensor)) } })
    }

    /// The discriminator's score of each pixel's patch as an image: from red for generated to green for real.
    private func scoreMap(
        by discriminator: PatchGANDiscriminator, of output: Tensor, from input: Tensor
    ) -> Image {
        let context = ForwardContext(mode: .training, differentiatesParameters: false)
        let seen = networks.isConditional ? Tensor.concatenated([input, output], axis: 3) : output
        let scores = discriminator(seen, context).score
        let isLogit = header.training.recipe.adversarialLoss.outputIsLogit
        let values = (isLogit ? scores.sigmoid() : scores).scalars.map { min(max(Double($0), 0), 1) }
        let (rows, columns) = (scores.shape[1], scores.shape[2])
        func nearest(_ place: Int, _ count: Int) -> Int {
            let distances = (0..<count).map {
                abs(PatchGANDiscriminator.center(of: $0, layers: discriminator.layers) - Double(place))
            }
            return distances.indices.min { distances[$0] < distances[$1] } ?? 0
        }
        let (height, width) = (output.shape[1], output.shape[2])
        let (ys, xs) = ((0..<height).map { nearest($0, rows) }, (0..<width).map { nearest($0, columns) })
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * width * height)
        for y in ys {
            for x in xs {
                let value = values[y * columns + x]
                // Through yellow, so that scores in between are bright, too.
                pixels += [
                    UInt8(220 * min(1, 2 - 2 * value)), UInt8(200 * min(1, 2 * value)), 40,
                ]
            }
        }
        return Image(width: width, height: height, channels: 3, pixels: pixels)
    }
}

/// A translated image.
public struct Translation {
    /// The network's input, without its padding.
    public let input: Image
    /// Of the same size.
    public let output: Image
    private let scoreMap: () -> Image?

    init(input: Image, output: Image, scoreMap: @escaping () -> Image?) {
        (self.input, self.output, self.scoreMap) = (input, output, scoreMap)
    }

    /// The discriminator's score of each pixel's patch, from red for generated to green for real; nil where no
    /// discriminator scores patches alone.
    public func patchScores() -> Image? { scoreMap() }

    /// The output under the discriminator's scores of its patches, from red for generated to green for real; nil
    /// where no discriminator scores patches alone.
    public func withPatchScores() -> Image? {
        guard let scoreMap = patchScores() else { return nil }
        let color = output.converted(toChannels: 3)
        var result = color
        for index in result.pixels.indices {
            result.pixels[index] = UInt8((Int(color.pixels[index]) + Int(scoreMap.pixels[index])) / 2)
        }
        return result
    }
}

extension Image {
    /// Width and height at the scale that the image would have in a format of a size, without being cut or padded.
    fileprivate func size(in size: ImageSize, _ fit: FitMode) -> ImageSize {
        if fit == .stretch { return size }
        // The side that becomes the format's own.
        let isNarrower = width * size.height <= height * size.width
        let (from, to) = isNarrower == (fit == .crop) ? (width, size.width) : (height, size.height)
        return ImageSize(width: width, height: height).map { max(1, ($0 * to + from / 2) / from) }
    }
}
