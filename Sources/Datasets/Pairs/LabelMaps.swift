import Files
import Images
import Kernels
import Synchronization

/// The label maps in a folder, as images of one channel whose samples are the labels.
public struct LabelMaps: ImageSource {
    private let files: any ImageSource
    /// The number of labels.
    private let labelCount: Int
    /// What defines them, for messages.
    private let knownBy: String

    /// - Parameters:
    ///   - files: the images of a folder.
    ///   - labelCount: the number of labels, which every label must be below.
    ///   - knownBy: what defines the labels, such as the file that lists them, for messages.
    init(of files: any ImageSource, labelCount: Int, knownBy: String) {
        (self.files, self.labelCount, self.knownBy) = (files, labelCount, knownBy)
    }

    /// The label maps in a folder and the folders below it.
    ///
    /// - Throws: `DatasetError` if there are none.
    public init(folder: String, labelCount: Int, knownBy: String) throws(DatasetError) {
        self.init(of: try FolderSource(folder), labelCount: labelCount, knownBy: knownBy)
    }

    /// The folder.
    public var path: String { files.path }
    /// The kind of source.
    public var kind: String { "label maps" }
    /// How many maps there are.
    public var count: Int { files.count }
    /// Label maps have no classes.
    public var labels: [Int]? { nil }
    /// Label maps have no classes.
    public var classNames: [String] { [] }
    /// There are none.
    public var notes: [String] { [] }
    /// The file of a map below the folder.
    public func name(at index: Int) -> String { files.name(at: index) }
    /// The size of a map, without decoding it.
    public func header(at index: Int) throws -> ImageHeader { try files.header(at: index) }

    /// A map as an image of one channel, whose samples are the labels.
    public func image(at index: Int) throws -> Image {
        let file = join(files.path, files.name(at: index))
        do {
            return try LabelMaps.read(file, labelCount: labelCount, knownBy: knownBy)
        } catch let error as ImageError {
            if case .noLabels = error { throw error }
            throw Undecodable(error, file: file)
        }
    }

    /// Reads one map.
    ///
    /// - Throws: `DatasetError.malformed` that names file, pixel and label if a label is not known;
    ///   `ImageError` if the file cannot be decoded or holds no labels.
    public static func read(_ path: String, labelCount: Int, knownBy: String) throws -> Image {
        let labels = try LabelMap(decoding: path).labels
        if let place = labels.pixels.firstIndex(where: { $0 >= labelCount }) {
            let (x, y) = (place % labels.width, place / labels.width)
            throw DatasetError.malformed(
                path: path,
                reason: "its pixel (\(x), \(y)) has label \(labels.pixels[place]), but \(knownBy) knows "
                    + (labelCount == 1 ? "label 0 alone" : "\(labelCount) labels, 0 to \(labelCount - 1)")
                    + "; mend the map, or list all labels")
        }
        return labels
    }

    /// Throws the first error in the labels of the maps; a damaged file is skipped later, as a damaged image
    /// is.
    func check() throws(DatasetError) {
        let found = Mutex<(index: Int, error: DatasetError)?>(nil)
        Parallel.forEach(count) { index in
            guard let error = trouble(at: index) else { return }
            found.withLock { first in
                if first.map({ index < $0.index }) ?? true { first = (index, error) }
            }
        }
        if let (_, error) = found.withLock({ $0 }) { throw error }
    }

    private func trouble(at index: Int) -> DatasetError? {
        do {
            _ = try image(at: index)
            return nil
        } catch let error as DatasetError {
            return error
        } catch let error as ImageError {
            return .invalid(reason: error.description)
        } catch {
            return nil
        }
    }
}

extension PairSource {
    /// Opens label maps with their images: two folders whose files are matched by name, the maps' first, as
    /// in `open`, and `labels.txt`, which lists the labels, beside the maps or in the folder of both.
    ///
    /// - Throws: `DatasetError` that names the file, and of a label that is not listed the pixel.
    public static func openLabeled(
        _ path: String, second: String? = nil
    ) throws(DatasetError) -> (pairs: PairSource, labels: LabelSet) {
        let pairs = try open(path, second: second)
        guard pairs.kind == kindByName else {
            throw .malformed(
                path: path,
                reason:
                    "holds one set of images; label maps need a folder of their own beside the images', "
                    + "such as labels and images, or give the images' folder as the target")
        }
        let list = try labelList([pairs.first.path, path])
        let palette = (0..<pairs.count).lazy.compactMap { index in
            try? LabelMap(decoding: join(pairs.first.path, pairs.first.name(at: index))).palette
        }.first
        let labels = try LabelSet(file: list, palette: palette ?? [])
        let maps = LabelMaps(of: pairs.first, labelCount: labels.count, knownBy: list)
        try maps.check()
        return (pairs.replacingFirst(by: maps), labels)
    }

    private static func labelList(_ folders: [String]) throws(DatasetError) -> String {
        let name = "labels.txt"
        for folder in folders where (try? FileKind(join(folder, name))) == .file { return join(folder, name) }
        throw .malformed(
            path: folders[0],
            reason:
                "there is no \(name) beside the label maps or in \(folders[1]); write one, with the name of "
                + "a label on each line, label 0 first")
    }
}
