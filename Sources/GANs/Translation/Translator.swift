import Checkpoints
import Datasets
import Images
import Networks
import Tensors

/// A trained network that translates images or label maps, with the judge of what it makes.
public struct Translator {
    /// What a network does that is used as it was trained: normalization by the statistics of the image
    /// itself, with dropout as noise; or by running statistics, without dropout.
    ///
    /// - Source: Isola et al. 2017, section 3.3, for the first, which is the published way.
    public enum Mode: Sendable { case asTrained, fixed }

    public let header: TranslationHeader
    private let pair: TranslatingPair

    /// What is given to a network at once: at the published widths it takes some gigabytes.
    public static let maximumPixels = 1 << 24

    private var family: any TranslationFamily { header.configuration.architecture.family }

    /// - Parameters:
    ///   - path: a run's checkpoint.
    ///   - direction: nil for the one that was trained. Networks that learned from pairs know no other.
    /// - Throws: `CheckpointError` if the file cannot be read or does not fit, `ConfigurationError` if there is
    ///   no network for the direction.
    public init(path: String, direction: TranslationDirection? = nil) throws {
        let file = try SafetensorsFile(path: path)
        header = try TranslationHeader(file)
        let configuration = header.configuration
        if let direction, direction != configuration.direction,
            type(of: configuration.architecture.family).isPaired
        {
            throw ConfigurationError(
                "direction is \(direction.rawValue); the model in \(path) was trained to translate "
                    + "\(configuration.direction.rawValue) alone")
        }
        if case .superResolution = configuration.architecture {
            throw ConfigurationError("the model in \(path) enlarges images; open it as an Upscaler")
        }
        var blank = ParameterSource.blank
        let networks = try configuration.architecture.family.makeNetworks(from: &blank)
        for (name, network) in networks.networks {
            try Checkpoint.read(network, prefix: name + ".", from: file)
        }
        pair = networks.pair(direction ?? configuration.direction)
        isReversed = (direction ?? configuration.direction) == .b2a
    }

    private let isReversed: Bool

    /// Channels of the images that are translated.
    private var inputChannels: Int {
        isReversed && !type(of: family).isPaired ? family.outputChannels : family.inputChannels
    }

    /// Of images like those it makes, at the scale that was trained on.
    public var outputFormat: ImageFormat {
        let isSecondKind = !isReversed || type(of: family).isPaired
        return ImageFormat(
            size: family.size, channels: isSecondKind ? family.outputChannels : family.inputChannels,
            fit: header.configuration.fit)
    }

    /// What the pixels of label maps mean that are translated; nil of a network that translates images.
    public var labels: LabelSet? { family.labels }

    /// Whether there is a judge of patches, for `Translation.judged`.
    public var judgesPatches: Bool { pair.judge != nil }

    /// Whether the same label map can become images of many styles.
    public var takesStyle: Bool { pair.encoder != nil }

    /// The style of an image of the kind that is made, nil where there are no styles.
    ///
    /// - Shapes: `[1, styleSize]`.
    public func style(of image: Image) -> Tensor? {
        pair.style(of: Tensor([outputFormat.apply(to: image)]))
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
            ? (width: image.width, height: image.height)
            : image.sides(in: family.size, header.configuration.fit)
        guard size.width <= Translator.maximumPixels / size.height else {
            throw ConfigurationError(
                "the image of \(image.width)x\(image.height) would be translated at "
                    + "\(size.width)x\(size.height), which is too large; make it smaller or less narrow")
        }
        let input = image.resized(width: size.width, height: size.height, family.resampling).converted(
            toChannels: inputChannels)
        let multiple = family.sideMultiple
        func padded(_ side: Int) -> Int { max((side + multiple - 1) / multiple * multiple, family.leastSide) }
        let (width, height) = (padded(input.width), padded(input.height))
        let corner = (x: (width - input.width) / 2, y: (height - input.height) / 2)
        let tensor = family.input(
            input.padded(
                toWidth: width, height: height, x: corner.x, y: corner.y,
                by: labels == nil ? .reflection : .replication))
        let output = translated(
            tensor, by: pair, style: style, mode: mode == .asTrained ? pair.mode : .inference, seed: seed)
        let cut = { (whole: Image) in
            whole.cropped(x: corner.x, y: corner.y, width: input.width, height: input.height)
        }
        return Translation(
            input: input, output: cut(images(output)[0]),
            verdict: { pair.judge.map { cut(verdict(by: $0, of: output, from: tensor)) } })
    }

    /// What the judge says of each pixel's patch, as an image: red where it is sure of a fake, green where it
    /// is sure of a real.
    private func verdict(
        by judge: PatchGANDiscriminator, of output: Tensor, from input: Tensor
    ) -> Image {
        let context = ForwardContext(mode: .training, differentiatesParameters: false)
        let judged = pair.judgesPairs ? Tensor.concatenated([input, output], axis: 3) : output
        let scores = judge(judged, context)
        let isLogit = header.configuration.objective.scoresAreLogits
        let opinions = (isLogit ? scores.sigmoid() : scores).scalars.map { min(max(Double($0), 0), 1) }
        let (rows, columns) = (scores.shape[1], scores.shape[2])
        func nearest(_ place: Int, _ count: Int) -> Int {
            let distances = (0..<count).map {
                abs(PatchGANDiscriminator.center(of: $0, layers: judge.layers) - Double(place))
            }
            return distances.indices.min { distances[$0] < distances[$1] } ?? 0
        }
        let (height, width) = (output.shape[1], output.shape[2])
        let (ys, xs) = ((0..<height).map { nearest($0, rows) }, (0..<width).map { nearest($0, columns) })
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * width * height)
        for y in ys {
            for x in xs {
                let opinion = opinions[y * columns + x]
                // Through yellow, so that doubt is bright, too.
                pixels += [
                    UInt8(220 * min(1, 2 - 2 * opinion)), UInt8(200 * min(1, 2 * opinion)), 40,
                ]
            }
        }
        return Image(width: width, height: height, channels: 3, pixels: pixels)
    }
}

/// A translated image.
public struct Translation {
    /// What the network was given, without what it was continued by.
    public let input: Image
    /// Of the same size.
    public let output: Image
    private let verdict: () -> Image?

    init(input: Image, output: Image, verdict: @escaping () -> Image?) {
        (self.input, self.output, self.verdict) = (input, output, verdict)
    }

    /// The output under what the judge says of each patch: red where it is sure of a fake, green of a real; nil
    /// where there is no judge of patches alone.
    public func judged() -> Image? {
        guard let verdict = verdict() else { return nil }
        let color = output.converted(toChannels: 3)
        var result = color
        for index in result.pixels.indices {
            result.pixels[index] = UInt8((Int(color.pixels[index]) + Int(verdict.pixels[index])) / 2)
        }
        return result
    }
}

/// Images as a network translates them, one by one: statistics of images must not mix.
///
/// - Shapes: `[n, h, w, channels]` to as many; the style `[1, styleSize]`.
func translated(
    _ input: Tensor, by pair: TranslatingPair, style: Tensor? = nil, mode: ForwardContext.Mode, seed: UInt64
) -> Tensor {
    let outputs = (0..<input.shape[0]).map { index in
        pair.output(
            of: input.sliced(axis: 0, index..<index + 1), style: style,
            ForwardContext(
                mode: mode, statistics: .kept, differentiatesParameters: false,
                random: RandomStream(seed: seed, purpose: .dropout)))
    }
    return Tensor.concatenated(outputs, axis: 0)
}

extension Image {
    /// Width and height at the scale that the image would have in a square of `size` pixels, without being cut
    /// or padded.
    fileprivate func sides(in size: Int, _ fit: FitMode) -> (width: Int, height: Int) {
        if fit == .stretch { return (size, size) }
        let side = fit == .crop ? min(width, height) : max(width, height)
        func scaled(_ other: Int) -> Int { max(1, (other * size + side / 2) / side) }
        return (scaled(width), scaled(height))
    }
}
