import Datasets
import Images
import Tensors

/// What networks that translate learn from, as their configuration says.
public struct TranslationData: Sendable {
    /// Where it lies.
    public let path: String
    /// What is trained on: images of both kinds.
    public let first: Dataset
    public let second: Dataset
    /// Pairs that are not trained on, at the networks' size; nil without.
    public let heldOut: PairedDataset?
    public let skipped: [SkippedImage]
    /// Images without a partner.
    public let unmatched: [String]

    /// Images that an epoch shows: all of the larger set.
    public var count: Int { max(first.count, second.count) }

    /// Decodes and fits pairs.
    ///
    /// - Throws: `ConfigurationError` if no pair is left to train on, `DatasetError` if images of a pair
    ///   differ in size or cannot be had.
    public init(
        pairs source: PairSource, for configuration: TranslationConfiguration,
        memoryBudget: Int = defaultMemoryBudget(), progress: Dataset.Progress? = nil
    ) throws {
        let source = configuration.direction == .a2b ? source : source.reversed
        // What is stretched comes to one size whatever it had.
        if configuration.fit != .stretch { try source.checkSizes() }
        let heldOutCount = configuration.heldOut
        guard heldOutCount < source.count else {
            throw ConfigurationError("held-out is \(heldOutCount), of \(source.count) pairs in all")
        }
        var random = RandomStream(seed: configuration.seed, purpose: .heldOutImages)
        let order = random.permutation(of: source.count)
        let family = configuration.architecture.family
        func first(_ size: Int) -> ImageFormat {
            ImageFormat(
                size: size, channels: family.inputChannels, fit: configuration.fit,
                resampling: family.resampling)
        }
        func second(_ size: Int) -> ImageFormat {
            ImageFormat(size: size, channels: family.outputChannels, fit: configuration.fit)
        }
        let training = try PairedDataset(
            source.selecting(order[heldOutCount...].sorted()),
            first: first(configuration.cropFrom), second: second(configuration.cropFrom),
            memoryBudget: memoryBudget, progress: progress)
        heldOut =
            heldOutCount == 0
            ? nil
            : try PairedDataset(
                source.selecting(order[..<heldOutCount].sorted()),
                first: first(family.size), second: second(family.size), memoryBudget: memoryBudget)
        (path, self.first, self.second) = (source.path, training.first, training.second)
        skipped = training.skipped + (heldOut?.skipped ?? [])
        unmatched = source.unmatched
    }

    /// Decodes and fits the images in full that a super-resolution learns from.
    ///
    /// - Throws: `ConfigurationError` if no image is left to train on, `DatasetError` if there are none.
    public init(
        images source: any ImageSource, for configuration: TranslationConfiguration,
        memoryBudget: Int = defaultMemoryBudget(), progress: Dataset.Progress? = nil
    ) throws {
        let whole = try Dataset(
            source,
            format: ImageFormat(
                size: configuration.cropFrom, channels: configuration.architecture.family.outputChannels,
                fit: configuration.fit),
            memoryBudget: memoryBudget, progress: progress)
        guard configuration.heldOut < whole.count else {
            throw ConfigurationError(
                "held-out is \(configuration.heldOut), of \(whole.count) images in all")
        }
        let (training, heldOut) = whole.split(heldOut: configuration.heldOut, seed: configuration.seed)
        (path, first, second) = (source.path, training, training)
        self.heldOut = heldOut.count == 0 ? nil : PairedDataset(of: heldOut)
        (skipped, unmatched) = (whole.skipped, [])
    }

    /// Decodes and fits two sets that need not belong together.
    ///
    /// - Throws: `DatasetError` if there are no images.
    public init(
        first: any ImageSource, second: any ImageSource, path: String,
        for configuration: TranslationConfiguration, memoryBudget: Int = defaultMemoryBudget(),
        progress: Dataset.Progress? = nil
    ) throws {
        let family = configuration.architecture.family
        func load(_ source: any ImageSource, _ channels: Int, from start: Int) throws -> Dataset {
            let total = first.count + second.count
            return try Dataset(
                source,
                format: ImageFormat(
                    size: configuration.cropFrom, channels: channels, fit: configuration.fit),
                memoryBudget: memoryBudget / 2
            ) { done, _ in progress?(start + done, total) }
        }
        self.path = path
        self.first = try load(first, family.inputChannels, from: 0)
        self.second = try load(second, family.outputChannels, from: first.count)
        (heldOut, unmatched) = (nil, [])
        skipped = self.first.skipped + self.second.skipped
    }
}

/// The endless order in which training sees images of two kinds, with the parts cut out of them; a function
/// of the configuration and the position alone.
struct TranslationSampler {
    private let configuration: TranslationConfiguration
    private let data: TranslationData
    private var firstOrder, secondOrder: BatchSampler

    init(_ data: TranslationData, _ configuration: TranslationConfiguration) {
        (self.data, self.configuration) = (data, configuration)
        let seed = configuration.seed
        firstOrder = BatchSampler(count: data.first.count, seed: seed)
        let isPaired = type(of: configuration.architecture.family).isPaired
        // Without pairs, both sets go round in orders of their own.
        secondOrder = BatchSampler(count: data.second.count, seed: isPaired ? seed : ~seed)
    }

    /// The batch that begins at a position.
    mutating func batch(at position: Int) -> (inputs: Tensor, targets: Tensor) {
        let positions = position..<position + configuration.batchSize
        let isPaired = type(of: configuration.architecture.family).isPaired
        if case .superResolution(let family) = configuration.architecture {
            let parts = positions.map { (firstOrder.index(at: $0), part(at: $0, of: 0)) }
            let whole = data.first.tensor(parts, size: family.size)
            return (whole.shrunk(by: family.scale), whole)
        }
        let ones = positions.map { (firstOrder.index(at: $0), part(at: $0, of: 0)) }
        let others = positions.map { (secondOrder.index(at: $0), part(at: $0, of: isPaired ? 0 : 1)) }
        let family = configuration.architecture.family
        return (family.inputs(ones, of: data.first), data.second.tensor(others, size: family.size))
    }

    /// What is shown of the image at a position.
    private func part(at position: Int, of set: UInt64) -> ImagePart {
        var random = RandomStream(
            seed: configuration.seed, purpose: .augmentation, index: 2 * UInt64(position) + set)
        let room = configuration.cropFrom - configuration.architecture.family.size
        func place() -> Int { random.integer(in: 0..<room + 1) }
        return ImagePart(x: place(), y: place(), isMirrored: random.uniform() < 0.5 && configuration.flip)
    }
}

/// A square part of an image, as it is shown.
struct ImagePart {
    let x: Int
    let y: Int
    let isMirrored: Bool
}

extension Dataset {
    /// Parts of images as `[n, size, size, channels]` in [-1, 1].
    func tensor(_ parts: [(index: Int, part: ImagePart)], size: Int) -> Tensor {
        let shape: Shape = [parts.count, size, size, format.channels]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(shape.count)
        forEachPixel(of: parts, size: size) { bytes += $0 }
        return Tensor(bytes: bytes, shape: shape)
    }

    /// Parts of label maps as `[n, size, size, count]`, 1 at each pixel's label and 0 elsewhere.
    func oneHot(_ parts: [(index: Int, part: ImagePart)], size: Int, count: Int) -> Tensor {
        Tensor(filling: [parts.count, size, size, count]) { target in
            target.update(repeating: 0)
            var next = 0
            forEachPixel(of: parts, size: size) { pixel in
                let label = Int(pixel[pixel.startIndex])
                require(label < count, "oneHot: label \(label) is none of \(count)")
                target[next + label] = 1
                next += count
            }
        }
    }

    private func forEachPixel(
        of parts: [(index: Int, part: ImagePart)], size: Int,
        _ body: (Slice<UnsafeBufferPointer<UInt8>>) -> Void
    ) {
        for (index, part) in parts {
            withPixels(at: index) { pixels in
                for y in 0..<size {
                    for x in 0..<size {
                        let column = part.x + (part.isMirrored ? size - 1 - x : x)
                        let source = ((part.y + y) * format.width + column) * format.channels
                        body(pixels[source..<source + format.channels])
                    }
                }
            }
        }
    }
}
