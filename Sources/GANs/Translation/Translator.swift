import Checkpoints
import Datasets
import Images
import Networks
import Tensors

/// A trained network that translates pictures, with the judge of what it makes.
public struct Translator {
    /// What a network does that is used as it was trained: normalization by the statistics of the picture
    /// itself, with dropout as noise; or by running statistics, without dropout.
    ///
    /// - Source: Isola et al. 2017, section 3.3, for the first, which is the published way.
    public enum Mode: Sendable { case asTrained, fixed }

    public let header: TranslationHeader
    private let pair: TranslatingPair
    private let judge: PatchGANDiscriminator

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
        var blank = ParameterSource.blank
        let networks = configuration.architecture.family.makeNetworks(from: &blank)
        for (name, network) in networks.networks {
            try Checkpoint.read(network, prefix: name + ".", from: file)
        }
        pair = networks.pair(direction ?? configuration.direction)
        guard let judge = pair.judge else {
            throw ConfigurationError("the model in \(path) enlarges pictures; open it as an Upscaler")
        }
        self.judge = judge
        isReversed = (direction ?? configuration.direction) == .b2a
    }

    private let isReversed: Bool

    /// Channels of the pictures that are translated.
    private var inputChannels: Int {
        isReversed && !type(of: family).isPaired ? family.outputChannels : family.inputChannels
    }

    /// Of pictures like those it makes, at the scale that was trained on.
    public var outputFormat: PictureFormat {
        let isSecondKind = !isReversed || type(of: family).isPaired
        return PictureFormat(
            size: family.size, channels: isSecondKind ? family.outputChannels : family.inputChannels,
            fit: header.configuration.fit)
    }

    /// The picture that becomes of one of any size.
    ///
    /// It is brought to the scale that was trained on, keeping its shape, and continued past its edges as far as
    /// the network needs; what was made of that is cut off again.
    ///
    /// - Parameters:
    ///   - isFullSize: leaves the picture at its own scale.
    ///   - seed: of dropout.
    /// - Throws: `ConfigurationError` if the network would be given more than `maximumPixels`.
    public func translation(
        of picture: Picture, isFullSize: Bool = false, mode: Mode = .asTrained, seed: UInt64 = 0
    ) throws(ConfigurationError) -> Translation {
        let size =
            isFullSize
            ? (width: picture.width, height: picture.height)
            : picture.sides(in: family.size, header.configuration.fit)
        guard size.width <= Translator.maximumPixels / size.height else {
            throw ConfigurationError(
                "the picture of \(picture.width)x\(picture.height) would be translated at "
                    + "\(size.width)x\(size.height), which is too large; make it smaller or less narrow")
        }
        let input = picture.resized(width: size.width, height: size.height).converted(
            toChannels: inputChannels)
        let multiple = family.sideMultiple
        func padded(_ side: Int) -> Int { max((side + multiple - 1) / multiple * multiple, family.leastSide) }
        let (width, height) = (padded(input.width), padded(input.height))
        let corner = (x: (width - input.width) / 2, y: (height - input.height) / 2)
        let tensor = Tensor([input.continued(toWidth: width, height: height, x: corner.x, y: corner.y)])
        let output = translated(
            tensor, by: pair.generator, mode: mode == .asTrained ? .training : .inference, seed: seed)
        let cut = { (whole: Picture) in
            whole.cropped(x: corner.x, y: corner.y, width: input.width, height: input.height)
        }
        return Translation(
            input: input, output: cut(pictures(output)[0]),
            verdict: { cut(verdict(of: output, from: tensor)) })
    }

    /// What the judge says of each pixel's patch, as a picture: red where it is sure of a fake, green where it
    /// is sure of a real.
    private func verdict(of output: Tensor, from input: Tensor) -> Picture {
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
        return Picture(width: width, height: height, channels: 3, pixels: pixels)
    }
}

/// A translated picture.
public struct Translation {
    /// What the network was given, without what it was continued by.
    public let input: Picture
    /// Of the same size.
    public let output: Picture
    private let verdict: () -> Picture

    init(input: Picture, output: Picture, verdict: @escaping () -> Picture) {
        (self.input, self.output, self.verdict) = (input, output, verdict)
    }

    /// The output under what the judge says of each patch: red where it is sure of a fake, green of a real.
    public func judged() -> Picture {
        let (color, verdict) = (output.converted(toChannels: 3), verdict())
        var result = color
        for index in result.pixels.indices {
            result.pixels[index] = UInt8((Int(color.pixels[index]) + Int(verdict.pixels[index])) / 2)
        }
        return result
    }
}

/// Pictures as a network translates them, one by one: statistics of pictures must not mix.
///
/// - Shapes: `[n, h, w, channels]` to as many.
func translated(
    _ input: Tensor, by generator: any Layer, mode: ForwardContext.Mode, seed: UInt64
) -> Tensor {
    let outputs = (0..<input.shape[0]).map { index in
        generator(
            input.sliced(axis: 0, index..<index + 1),
            ForwardContext(
                mode: mode, statistics: .kept, differentiatesParameters: false,
                random: RandomStream(seed: seed, purpose: .dropout)))
    }
    return Tensor.concatenated(outputs, axis: 0)
}

extension Picture {
    /// Width and height at the scale that the picture would have in a square of `size` pixels, without being cut
    /// or padded.
    fileprivate func sides(in size: Int, _ fit: FitMode) -> (width: Int, height: Int) {
        if fit == .stretch { return (size, size) }
        let side = fit == .crop ? min(width, height) : max(width, height)
        func scaled(_ other: Int) -> Int { max(1, (other * size + side / 2) / side) }
        return (scaled(width), scaled(height))
    }
}
