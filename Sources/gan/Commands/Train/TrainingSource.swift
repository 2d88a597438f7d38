import Datasets
import GANs
import Images

/// Images as they lie, before a model is known well enough to read them for it.
struct TrainingSource {
    private enum Content {
        case images(any ImageSource)
        case pairs(PairSource, LabelSet?)
        case domains(any ImageSource, any ImageSource)
    }

    let path: String
    let target: String?
    private let content: Content

    /// - Throws: `DatasetError` if there is nothing such.
    init(
        _ path: String, target: String? = nil, for requirement: DataRequirement
    ) throws(DatasetError) {
        (self.path, self.target) = (path, target)
        switch requirement {
        case .images, .crops, .points: content = .images(try openImageSource(path))
        case .pairs: content = .pairs(try PairSource.open(path, second: target), nil)
        case .labelMaps:
            let (pairs, labels) = try PairSource.openLabeled(path, second: target)
            content = .pairs(pairs, labels)
        case .domains:
            let (first, second) = try openDomains(path, second: target)
            content = .domains(first, second)
        }
    }

    /// What the pixels of label maps mean; nil for images.
    var labels: LabelSet? {
        if case .pairs(_, let labels) = content { labels } else { nil }
    }

    // MARK: - What suits the images

    /// Of some of the images, which stand for all.
    ///
    /// - Parameter isReversed: whether the second image of a pair becomes the first.
    func traits(for requirement: DataRequirement, isReversed: Bool) -> DataTraits {
        switch content {
        case .images(let images) where requirement == .images:
            let summary = summary(images, of: 200)
            return DataTraits(
                size: ImageSize(summary?.suggestedSize() ?? 64), channels: summary?.suggestedChannels ?? 3,
                count: images.count, classNames: images.classNames)
        case .images(let images): return translationTraits(images, images, count: images.count)
        case .pairs(let pairs, _):
            let (first, second) = isReversed ? (pairs.second, pairs.first) : (pairs.first, pairs.second)
            return translationTraits(first, second, count: pairs.count)
        case .domains(let first, let second):
            // None of them is worth holding out, as there is nothing to compare it with.
            return translationTraits(first, second, count: 0)
        }
    }

    private func translationTraits(
        _ first: any ImageSource, _ second: any ImageSource, count: Int
    ) -> DataTraits {
        let (one, other) = (summary(first, of: 100), summary(second, of: 100))
        // More costs minutes a hundred steps without a GPU; fewer than 32 are no U-Net's.
        let size = [one, other].compactMap { $0?.suggestedSize(atMost: 128) }.min() ?? 64
        return DataTraits(
            size: ImageSize(max(32, size)), inputChannels: one?.suggestedChannels ?? 3,
            channels: other?.suggestedChannels ?? 3, shortSide: other.map { Int($0.shortSide.median) } ?? 96,
            count: count, labels: labels)
    }

    /// Of some images from all over a source; nil where loading will say what is wrong with them.
    private func summary(_ source: any ImageSource, of count: Int) -> DatasetSummary? {
        var sampler = BatchSampler(count: source.count, seed: 0)
        let some = (0..<min(source.count, count)).compactMap { position in
            try? source.image(at: sampler.index(at: position))
        }
        return some.isEmpty ? nil : try? DatasetSummary(InMemoryImages(some))
    }

    // MARK: - Reading

    /// Reads and prepares the images as a training says, whose classes become those that are there.
    ///
    /// - Parameter isBegun: whether a run goes on, whose classes must be there.
    func load(
        for training: inout TrainingConfiguration, isBegun: Bool, storage: StorageOptions,
        progress: @escaping Dataset.Progress
    ) throws -> any TrainingData {
        switch content {
        case .images(let images) where type(of: training.model).data == .images:
            let (model, fit) = (training.model, training.data.fit)
            let dataset = try Dataset(
                images, format: ImageFormat(size: model.size, channels: model.outputChannels, fit: fit),
                storage: storage, progress: progress)
            // Classes whose images all turned out unreadable are none.
            if !isBegun { training.setClasses(dataset.classNames) }
            return try ImageData(dataset, for: training)
        case .images(let images):
            return try TranslationData(
                images: images, for: training, storage: storage, progress: progress)
        case .pairs(let pairs, _):
            return try TranslationData(
                pairs: pairs, target: target, for: training, storage: storage, progress: progress)
        case .domains(let first, let second):
            return try TranslationData(
                first: first, second: second, path: path, target: target, for: training,
                storage: storage, progress: progress)
        }
    }

    // MARK: - In words

    /// What is trained on, a line for each thing worth knowing.
    func description(of data: any TrainingData, _ training: TrainingConfiguration) -> [String] {
        let (model, heldOut) = (training.model, training.data.heldOut)
        let side = model.size.dimensions
        switch (content, data) {
        case (.pairs(let pairs, let labels), _):
            let direction =
                training.data.direction == .a2b ? "the first to the second" : "the second to the first"
            return [
                "\(data.count) pairs" + (heldOut > 0 ? " (and \(heldOut) held out to measure by)" : "")
                    + ", \(pairs.kind), as \(side), \(direction)"
            ] + folders(pairs.first, pairs.second)
                + (labels.map { ["\($0.count) labels: \($0.names.joined(separator: ", "))"] } ?? [])
        case (.domains(let first, let second), let data as TranslationData):
            return [
                "\(data.first.count) and \(data.second.count) images without partners"
                    + (heldOut > 0 ? " (and \(heldOut) of each held out to measure by)" : "") + " as \(side)"
            ] + folders(first, second)
        case (_, let data as TranslationData): return enlargingDescription(data, training)
        case (_, let data as ImageData):
            let channels = [1: "gray", 3: "color", 4: "color with transparency"][model.outputChannels] ?? ""
            return [
                "\(data.all.count) images" + (heldOut > 0 ? " (\(heldOut) held out to measure by)" : "")
                    + " as \(side), \(channels)"
                    + words(data.all.place)
            ] + data.all.summary.notes + shapeNote(data.all, training)
        default: return []
        }
    }

    private func words(_ place: Dataset.Place) -> String {
        switch place {
        case .memory: ""
        case .temporaryFile: ", kept in a temporary file"
        case .cache: ", decoded by an earlier run"
        case .source: ", decoded in every epoch, since neither memory nor disk has room for all of them"
        }
    }

    /// That images of another shape than a square need not be made square.
    private func shapeNote(_ dataset: Dataset, _ training: TrainingConfiguration) -> [String] {
        guard training.model.size.isSquare, training.data.fit == .crop,
            let size = dataset.summary.suggestedShape(near: training.model.size.width)
        else { return [] }
        return ["  (most of them are cut to a square; --size \(size) keeps their shape)"]
    }

    private func folders(_ first: any ImageSource, _ second: any ImageSource) -> [String] {
        first.path == second.path ? [] : ["  \(first.path) and \(second.path)"]
    }

    private func enlargingDescription(
        _ data: TranslationData, _ training: TrainingConfiguration
    ) -> [String] {
        guard let model = training.model as? any EnlargingModelConfiguration else { return [] }
        let (small, whole) = (model.size.map { $0 / model.scale }, training.data.cropFrom ?? model.size)
        let enlarged = data.first.summary.enlargedCount(in: data.first.format)
        return [
            "\(data.count) images" + (data.heldOut.map { " (and \($0.count) held out to measure by)" } ?? "")
                + " at \(whole.dimensions), to learn to enlarge \(small.dimensions) to \(model.size.dimensions)"
        ]
            + (enlarged == 0
                ? []
                : [
                    "\(enlarged) of them are smaller and lack the detail; --crop-from SIZE takes all at "
                        + "another size"
                ])
    }
}

extension TrainingConfiguration {
    /// Sets the classes of a class-conditional model.
    fileprivate mutating func setClasses(_ names: [String]) {
        guard var model = model as? any LatentModelConfiguration, model.conditioning != nil else { return }
        model.conditioning?.classes = names
        self.model = model
    }
}
