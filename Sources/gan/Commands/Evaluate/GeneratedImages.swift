import Datasets
import Foundation
import GANs
import Images

/// The images that `gan evaluate quality` measures: a generator's, or those that were made elsewhere.
enum GeneratedImages {
    case samples(TrainedGenerator, path: String)
    case files(Dataset)

    /// - Parameters:
    ///   - path: of a run's folder, of a checkpoint or exported generator, or of a folder or array of images.
    ///   - raw: whether a run's trained weights are used in place of their moving average.
    init(_ path: String, raw: Bool) throws {
        if let checkpoint = CheckpointArgument(argument: path), !GeneratedImages.areFiles(path) {
            self = .samples(try checkpoint.generator(raw: raw), path: checkpoint.path)
        } else {
            self = .files(try GeneratedImages.load(path))
        }
    }

    private static func areFiles(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return false }
        return isFolder.boolValue ? !RunFolder(path).holdsRun : path.hasSuffix(".npy")
    }

    /// In the size that most of them have.
    private static func load(_ path: String) throws -> Dataset {
        let source = try openImageSource(path)
        let (line, start) = (ProgressLine(), ContinuousClock.now)
        defer { line.clear() }
        let summary = try DatasetSummary(source) { line.show("Looking at images", $0, of: $1, since: start) }
        let size = summary.mostCommonSize
        let format = ImageFormat(
            width: size.width, height: size.height, channels: summary.suggestedChannels)
        let images = try Dataset(source, format: format) {
            line.show("Reading images", $0, of: $1, since: start)
        }
        line.clear()
        tell(ofSkipped: images.skipped)
        return images
    }

    /// That of the images, which real ones are brought to.
    var format: ImageFormat {
        switch self {
        case .samples(let trained, _):
            ImageFormat(
                size: trained.configuration.size, channels: trained.configuration.channels,
                fit: trained.header.training.data.fit)
        case .files(let images): images.format
        }
    }

    /// How many there are; nil for a generator, which makes as many as one likes.
    var count: Int? {
        if case .files(let images) = self { images.count } else { nil }
    }

    /// So many of the images, some at a time: a generator's first ones, or files from all over the folder.
    ///
    /// - Parameters:
    ///   - className: the class of all samples; without it each class is made as often as in the data.
    ///   - seed: of the first sample.
    func drawing(
        _ count: Int, seed: UInt64, className: String?, beside dataset: Dataset
    ) throws -> (_ indices: Range<Int>) -> [Image] {
        switch self {
        case .files(let images): return { $0.map { images.image(at: $0 * images.count / count) } }
        case .samples(let trained, let path):
            let labels = try labels(trained, path, className, dataset, count: count)
            return { indices in
                trained.images(
                    seeds: indices.map { seed + UInt64($0) }, labels: labels.map { Array($0[indices]) })
            }
        }
    }

    /// The class of each generated image, of a class-conditional model: the one that is asked for; or as
    /// often as in the data, where it has these classes; or else all in turn.
    private func labels(
        _ trained: TrainedGenerator, _ path: String, _ className: String?, _ dataset: Dataset, count: Int
    ) throws -> [Int]? {
        guard let conditioning = trained.configuration.conditioning else {
            guard className == nil else {
                throw CommandError("\(path) holds a model without classes; leave out --class")
            }
            return nil
        }
        if let className {
            return [Int](repeating: try conditioning.label(of: className), count: count)
        }
        let own = dataset.classNames.compactMap(conditioning.classes.firstIndex(of:))
        guard let found = dataset.labels, own.count == dataset.classNames.count else {
            return (0..<count).map { $0 % conditioning.classes.count }
        }
        return (0..<count).map { own[found[$0 * found.count / count]] }
    }
}
