import Checkpoints
import Images
import Networks
import Tensors

/// A trained network that enlarges images.
public struct Upscaler {
    /// The header of the checkpoint.
    public let header: CheckpointHeader
    /// The model's configuration.
    public let configuration: any EnlargingModelConfiguration
    let generator: any Layer

    /// The most pixels of an enlarged image.
    public static let maximumPixels = 1 << 27
    /// The side of a tile, in pixels of the image that comes in.
    static let tileSide = 128

    /// - Parameter path: a run's checkpoint.
    /// - Throws: `CheckpointError` if the file cannot be read or does not fit, `ConfigurationError` if its network
    ///   does not enlarge.
    public init(path: String) throws {
        let file = try SafetensorsFile(path: path)
        header = try CheckpointHeader(file)
        guard let configuration = header.model as? any EnlargingModelConfiguration else {
            throw ConfigurationError(
                "the model \(header.model.name) in \(path) does not enlarge images")
        }
        self.configuration = configuration
        var source = ParameterSource.counting
        generator = configuration.makeGenerator(from: &source)
        try Checkpoint.read(generator, prefix: header.prefix(ofGenerator: "generator"), from: file)
    }

    /// Writes the generator alone.
    ///
    /// - Parameter half: whether scalars are rounded to 16 bits.
    /// - Throws: `FileError`; then nothing is left behind.
    public func export(to path: String, half: Bool = false) throws {
        try Checkpoint.export(generator, header, half: half, to: path)
    }

    /// Trained scalars of the network.
    public var parameterCount: Int { generator.parameterCount }

    /// An image of any size, enlarged.
    ///
    /// Large ones in tiles, each with all around it that its pixels depend on, so that there are no seams and
    /// memory does not grow with the image.
    ///
    /// - Parameter progress: told how many tiles are done, and how many there are.
    /// - Throws: `ConfigurationError` if the result would have more than `maximumPixels`.
    public func enlarged(
        _ image: Image, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(ConfigurationError) -> Image {
        try enlarged(image, tileSide: Upscaler.tileSide, progress: progress)
    }

    /// - Parameter tileSide: in pixels of the image that comes in.
    package func enlarged(
        _ image: Image, tileSide: Int, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(ConfigurationError) -> Image {
        let scale = configuration.scale
        guard image.width * scale <= Upscaler.maximumPixels / (image.height * scale) else {
            throw ConfigurationError(
                "the image of \(image.width)x\(image.height) would become too large; cut it into parts")
        }
        let input = image.converted(toChannels: configuration.outputChannels)
        let (reach, multiple) = (configuration.reach, configuration.tileMultiple)
        func around(_ tile: Range<Int>, _ side: Int) -> Range<Int> {
            max(0, tile.lowerBound - reach) / multiple * multiple..<min(side, tile.upperBound + reach)
        }
        var result = Image(
            width: input.width * scale, height: input.height * scale,
            color: [UInt8](repeating: 0, count: input.channels))
        let (rows, columns) = (
            (0..<input.height).pieces(of: tileSide), (0..<input.width).pieces(of: tileSide)
        )
        for (number, row) in rows.enumerated() {
            for (place, column) in columns.enumerated() {
                let (ys, xs) = (around(row, input.height), around(column, input.width))
                let part = input.cropped(
                    x: xs.lowerBound, y: ys.lowerBound, width: xs.count, height: ys.count)
                let made = images(generator(Tensor([part]), .inference))[0].cropped(
                    x: (column.lowerBound - xs.lowerBound) * scale,
                    y: (row.lowerBound - ys.lowerBound) * scale, width: column.count * scale,
                    height: row.count * scale)
                result.place(made, x: column.lowerBound * scale, y: row.lowerBound * scale)
                progress(number * columns.count + place + 1, rows.count * columns.count)
            }
        }
        return result
    }
}
