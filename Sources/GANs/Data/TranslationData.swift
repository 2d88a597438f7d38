import Datasets
import Images
import Tensors

/// Images of two kinds for a model that makes one of the other: pairs, two domains, or images in full with the same
/// ones shrunk.
public struct TranslationData: TrainingData {
    /// The path of the images of the first kind, or of both.
    public let path: String
    /// The path of the images of the second kind, if elsewhere.
    public let target: String?
    /// Images of the first kind that are trained on.
    public let first: Dataset
    /// Images of the second kind that are trained on.
    public let second: Dataset
    /// Held-out images, at the model's size; nil if nothing is held out.
    public let heldOut: ExampleSet?
    /// Images that could not be read.
    public let skipped: [SkippedImage]
    /// Images without a partner.
    public let unmatched: [String]
    private let configuration: TrainingConfiguration
    private let model: any TranslationModelConfiguration

    /// Images that an epoch shows: all of the larger set.
    public var count: Int { max(first.count, second.count) }
    /// All pairs or images, held-out ones included.
    public var total: Int { count + (heldOut?.count ?? 0) }

    /// Examples for sheets and measurements.
    public var examples: Examples {
        Examples(configuration, training: ExampleSet(inputs: first, reals: second), heldOut: heldOut)
    }

    private init(
        _ path: String, target: String?, _ training: (Dataset, Dataset), heldOut: (Dataset, Dataset)?,
        skipped: [SkippedImage], unmatched: [String] = [], _ configuration: TrainingConfiguration
    ) throws(ConfigurationError) {
        (self.path, self.target, self.skipped, self.unmatched) = (path, target, skipped, unmatched)
        (first, second) = training
        self.heldOut = heldOut.map { ExampleSet(inputs: $0.0, reals: $0.1) }
        (self.configuration, model) = (configuration, try TranslationData.model(of: configuration))
    }

    private static func model(
        of configuration: TrainingConfiguration
    ) throws(ConfigurationError) -> any TranslationModelConfiguration {
        guard let model = configuration.model as? any TranslationModelConfiguration else {
            throw ConfigurationError("the model \(configuration.model.name) does not translate images")
        }
        return model
    }

    /// How images of both kinds are read.
    private static func formats(
        _ configuration: TrainingConfiguration, size: ImageSize
    ) throws(ConfigurationError) -> (first: ImageFormat, second: ImageFormat) {
        let (model, fit) = (try model(of: configuration), configuration.data.fit)
        return (
            ImageFormat(size: size, channels: model.inputChannels, fit: fit, resampling: model.resampling),
            ImageFormat(size: size, channels: model.outputChannels, fit: fit)
        )
    }

    /// Decodes and fits pairs.
    ///
    /// - Throws: `ConfigurationError` if no pair is left to train on, `DatasetError` if images of a pair
    ///   differ in size or cannot be had.
    public init(
        pairs source: PairSource, target: String? = nil, for configuration: TrainingConfiguration,
        storage: StorageOptions = StorageOptions(), progress: Dataset.Progress? = nil
    ) throws {
        let preparation = configuration.data
        let source = preparation.direction == .a2b ? source : source.reversed
        // What is stretched comes to one size whatever it had.
        if preparation.fit != .stretch { try source.checkSizes() }
        guard preparation.heldOut < source.count else {
            throw ConfigurationError(
                "heldOut", preparation.heldOut, "there are \(source.count) pairs in all")
        }
        var random = RandomStream(seed: configuration.seed, purpose: .heldOutImages)
        let order = random.permutation(of: source.count)
        func load(_ places: ArraySlice<Int>, size: ImageSize, _ progress: Dataset.Progress?) throws
            -> PairedDataset
        {
            let formats = try TranslationData.formats(configuration, size: size)
            return try PairedDataset(
                source.selecting(places.sorted()), first: formats.first, second: formats.second,
                storage: storage, progress: progress)
        }
        let training = try load(
            order[preparation.heldOut...], size: preparation.cropFrom ?? configuration.model.size, progress)
        let heldOut =
            preparation.heldOut == 0
            ? nil : try load(order[..<preparation.heldOut], size: configuration.model.size, nil)
        try self.init(
            source.path, target: target, (training.first, training.second),
            heldOut: heldOut.map { ($0.first, $0.second) },
            skipped: training.skipped + (heldOut?.skipped ?? []), unmatched: source.unmatched, configuration)
    }

    /// Decodes and fits images in full, of which parts are cut out.
    ///
    /// - Throws: `ConfigurationError` if no image is left to train on, `DatasetError` if there are none.
    public init(
        images source: any ImageSource, for configuration: TrainingConfiguration,
        storage: StorageOptions = StorageOptions(), progress: Dataset.Progress? = nil
    ) throws {
        let format = try TranslationData.formats(
            configuration, size: configuration.data.cropFrom ?? configuration.model.size
        ).second
        let whole = try Dataset(source, format: format, storage: storage, progress: progress)
        let (training, heldOut) = try whole.parts(for: configuration)
        try self.init(
            source.path, target: nil, (training, training), heldOut: heldOut.map { ($0, $0) },
            skipped: whole.skipped, configuration)
    }

    /// Decodes and fits two sets that need not belong together.
    ///
    /// - Throws: `ConfigurationError` if no image is left to train on, `DatasetError` if there are none.
    public init(
        first: any ImageSource, second: any ImageSource, path: String, target: String? = nil,
        for configuration: TrainingConfiguration, storage: StorageOptions = StorageOptions(),
        progress: Dataset.Progress? = nil
    ) throws {
        let formats = try TranslationData.formats(
            configuration, size: configuration.data.cropFrom ?? configuration.model.size)
        let total = first.count + second.count
        func load(_ source: any ImageSource, _ format: ImageFormat, from start: Int) throws -> Dataset {
            try Dataset(source, format: format, storage: storage.half) { done, _ in
                progress?(start + done, total)
            }
        }
        let one = try load(first, formats.first, from: 0)
        let other = try load(second, formats.second, from: first.count)
        let firstParts = try one.parts(for: configuration)
        let secondParts = try other.parts(for: configuration)
        let heldOut = firstParts.heldOut.flatMap { first in secondParts.heldOut.map { (first, $0) } }
        try self.init(
            path, target: target, (firstParts.training, secondParts.training), heldOut: heldOut,
            skipped: one.skipped + other.skipped, configuration)
    }

    /// Batches of parts of both kinds of images.
    public func makeSource() -> any BatchSource {
        TranslationSource(model, configuration, first: first, second: second)
    }

    /// Up to eight examples: both images of each.
    public func realsSheet() -> Image {
        var source = ParameterSource.counting
        let built = model.makeModel(from: &source)
        guard let set = heldOut ?? examples.training else { return Image.grid([], columns: 4) }
        let batches = set.spread(min(8, set.count)).map { built.examples([$0], of: set) }
        let isOneKind = type(of: model).data == .crops
        let images = batches.flatMap { batch in
            (isOneKind ? [] : model.images(ofInputs: batch.inputs ?? batch.reals)) + GANs.images(batch.reals)
        }
        return Image.grid(images, columns: 4)
    }
}

/// The endless order in which training sees images of two kinds, with the parts cut out of them; a function
/// of the configuration and the position alone.
private final class TranslationSource: BatchSource {
    private let model: any TranslationModelConfiguration
    private let configuration: TrainingConfiguration
    private let first, second: Dataset
    private var firstOrder, secondOrder: BatchSampler

    init(
        _ model: any TranslationModelConfiguration, _ configuration: TrainingConfiguration, first: Dataset,
        second: Dataset
    ) {
        (self.model, self.configuration, self.first, self.second) = (model, configuration, first, second)
        let seed = configuration.seed
        firstOrder = BatchSampler(count: first.count, seed: seed)
        // Without pairs, both sets go round in orders of their own.
        secondOrder = BatchSampler(
            count: second.count, seed: type(of: model).data.hasTargets ? seed : ~seed)
    }

    func batch(
        at position: Int, count: Int, drawing stream: inout RandomStream
    ) throws(TrainingError) -> TrainingBatch {
        let share = Ranks.share(of: count)
        let positions = position + share.lowerBound..<position + share.upperBound
        let otherSet: UInt64 = type(of: model).data.hasTargets ? 0 : 1
        let batch = model.batch(
            inputs: positions.map { (firstOrder.index(at: $0), part(at: $0, of: 0)) }, of: first,
            targets: positions.map { (secondOrder.index(at: $0), part(at: $0, of: otherSet)) }, of: second)
        if let lost = first.lost ?? second.lost { throw .lost(lost) }
        return batch.among(count, at: share)
    }

    /// The part of the image at a position.
    private func part(at position: Int, of set: UInt64) -> ImagePart {
        var random = RandomStream(
            seed: configuration.seed, purpose: .augmentation, index: 2 * UInt64(position) + set)
        let (whole, part) = (configuration.data.cropFrom ?? model.size, model.size)
        func place(_ room: Int) -> Int { random.integer(in: 0..<room + 1) }
        return ImagePart(
            x: place(whole.width - part.width), y: place(whole.height - part.height),
            isMirrored: random.uniform() < 0.5 && configuration.data.flip)
    }
}
