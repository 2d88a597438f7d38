import Tensors

/// Differentiable augmentation: a few strong transforms of every image.
///
/// - Source: Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training", with the ranges
///   and the order of the authors' program.
public struct DifferentiablePolicy: OptionSet, Hashable, Sendable {
    /// A bit for each kind of transform.
    public let rawValue: Int

    /// A policy of some kinds, by their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Brightness moved by up to 0.5 either way, saturation times 0 to 2, contrast times 0.5 to 1.5.
    public static let color = DifferentiablePolicy(rawValue: 1)
    /// Moved by up to an eighth of the image either way in both directions; zeros come in.
    public static let translation = DifferentiablePolicy(rawValue: 2)
    /// Zeros over a rectangle half as wide and half as high as the image, whose middle lies anywhere in it.
    public static let cutout = DifferentiablePolicy(rawValue: 4)
    /// All three kinds of transforms.
    public static let all: DifferentiablePolicy = [.color, .translation, .cutout]

    /// Images, and what they are conditioned on, which moves along and keeps its values.
    func apply(
        to images: Tensor, beside condition: Tensor? = nil, _ random: inout RandomStream
    ) -> (images: Tensor, condition: Tensor?) {
        let shape = images.shape
        var (result, condition) = (images, condition)
        if contains(.color) {
            let transforms = Shards.drawn(forImages: shape[0]) { Self.color(channels: shape[3], &random) }
            result = result.channelsTransformed(by: transforms)
        }
        if contains(.translation) {
            let transforms = Shards.drawn(forImages: shape[0]) {
                PlaneTransform.translation(
                    x: Double(random.integer(in: Range(Self.shifts(of: shape[2])))),
                    y: Double(random.integer(in: Range(Self.shifts(of: shape[1])))))
            }
            result = result.resampled(by: transforms)
            condition = condition?.resampled(by: transforms)
        }
        if contains(.cutout) {
            let mask = Self.mask(shape, &random)
            result = result * mask
            condition = condition.map { $0 * mask.sliced(axis: 3, 0..<1) }
        }
        return (result, condition)
    }

    private static func color(channels: Int, _ random: inout RandomStream) -> ChannelTransform {
        let brightness = random.uniform(in: -0.5..<0.5)
        let saturation = random.uniform(in: 0..<2)
        let contrast = random.uniform(in: 0.5..<1.5)
        return ChannelTransform.brightness(brightness, channels: channels)
            .then(.saturation(saturation, channels: channels))
            .then(.contrastAboutMean(contrast, channels: channels))
    }

    private static func shifts(of extent: Int) -> ClosedRange<Int> {
        let most = Int((Double(extent) / 8).rounded())
        return -most...most
    }

    /// Zeros in each image's rectangle, ones around it.
    private static func mask(_ shape: Shape, _ random: inout RandomStream) -> Tensor {
        let holes = Shards.drawn(forImages: shape[0]) {
            (rows: hole(in: shape[1], &random), columns: hole(in: shape[2], &random))
        }
        let (rowCount, channels) = (shape[2] * shape[3], shape[3])
        return Tensor(filling: shape) { buffer in
            buffer.update(repeating: 1)
            for (image, hole) in holes.enumerated() where !hole.columns.isEmpty {
                for row in hole.rows {
                    let start = (image * shape[1] + row) * rowCount
                    buffer[
                        start + hole.columns.lowerBound * channels..<start + hole.columns.upperBound
                            * channels
                    ]
                    .update(repeating: 0)
                }
            }
        }
    }

    /// Half of an extent, cut at its ends.
    private static func hole(in extent: Int, _ random: inout RandomStream) -> Range<Int> {
        let size = Int((Double(extent) / 2).rounded())
        let first = random.integer(in: 0..<extent - size % 2 + 1) - size / 2
        return (first..<first + size).clamped(to: 0..<extent)
    }
}

/// As on the command line: `color,translation,cutout`.
extension DifferentiablePolicy: Codable, CustomStringConvertible {
    private static let names: [(name: String, policy: DifferentiablePolicy)] = [
        ("color", .color), ("translation", .translation), ("cutout", .cutout),
    ]

    /// The names of its transforms, joined by commas.
    public var description: String {
        Self.names.filter { contains($0.policy) }.map(\.name).joined(separator: ",")
    }

    /// - Throws: `ConfigurationError` for an unknown name, or none.
    public init(_ description: String) throws(ConfigurationError) {
        self = []
        for word in description.split(separator: ",", omittingEmptySubsequences: false) {
            guard let policy = Self.names.first(where: { $0.name == word })?.policy else {
                throw ConfigurationError(
                    "\"\(word)\" is no differentiable augmentation; there are color, translation and cutout, "
                        + "joined by commas")
            }
            insert(policy)
        }
    }

    /// Reads the names of the transforms, joined by commas.
    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the names of the transforms, joined by commas.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
