import Files
import Images
import Kernels
import Synchronization

/// The label maps in a folder or an archive, as images of one channel whose samples are the labels.
public struct LabelMaps: ImageSource {
    private let files: any ImageSource
    /// The number of labels.
    private let labelCount: Int
    /// What defines them, for messages.
    private let knownBy: String

    /// - Parameters:
    ///   - files: the maps.
    ///   - labelCount: the number of labels, which every label must be below.
    ///   - knownBy: what defines the labels, such as the file that lists them, for messages.
    init(of files: any ImageSource, labelCount: Int, knownBy: String) {
        (self.files, self.labelCount, self.knownBy) = (files, labelCount, knownBy)
    }

    /// The label maps in a folder or a ZIP archive, and in the folders below it.
    ///
    /// - Throws: `DatasetError` if there are none.
    public init(path: String, labelCount: Int, knownBy: String) throws(DatasetError) {
        self.init(of: try ImageTree(path).images(), labelCount: labelCount, knownBy: knownBy)
    }

    /// The folder or the archive.
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
            let map = try files.labelMap(at: index)
            return try LabelMaps.checked(map, path: file, labelCount: labelCount, knownBy: knownBy)
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
        try checked(LabelMap(decoding: path), path: path, labelCount: labelCount, knownBy: knownBy)
    }

    private static func checked(
        _ map: LabelMap, path: String, labelCount: Int, knownBy: String
    ) throws(DatasetError) -> Image {
        let labels = map.labels
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
    /// Opens label maps with their images: two folders, on disk or in an archive, whose files are matched by name, the
    /// maps' first, as in `open`, and `labels.txt`, which lists the labels, beside the maps or in the folder of both.
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
        let palette = (0..<pairs.count).lazy.compactMap { try? pairs.first.labelMap(at: $0).palette }.first
        let tree = try ImageTree(path)
        let maps = second == nil ? try tree.domains()?.0 ?? tree : tree
        let (labels, list) = try labelList(of: maps, in: tree, palette: palette ?? [])
        let checked = LabelMaps(of: pairs.first, labelCount: labels.count, knownBy: list)
        try checked.check()
        return (pairs.replacingFirst(by: checked), labels)
    }

    /// The labels, and the path of their list.
    private static func labelList(
        of maps: ImageTree, in tree: ImageTree, palette: [[UInt8]]
    ) throws(DatasetError) -> (LabelSet, String) {
        for folder in [maps, tree] {
            guard let list = try folder.file(LabelSet.fileName, limit: LabelSet.mostBytes) else { continue }
            let path = join(folder.path, LabelSet.fileName)
            return (try LabelSet(list: list, path: path, palette: palette), path)
        }
        throw .malformed(
            path: maps.path,
            reason:
                "there is no \(LabelSet.fileName) beside the label maps or in \(tree.path); write one, with the "
                + "name of a label on each line, label 0 first")
    }
}
