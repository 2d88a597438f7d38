import Files
import Images

/// Where pictures come from, before they are brought to one format.
public protocol PictureSource: Sendable {
    /// Where the source lies, for messages.
    var path: String { get }
    /// What the source is, such as "MNIST images (IDX)".
    var kind: String { get }
    /// How many pictures there are, undecodable ones included.
    var count: Int { get }
    /// One a picture, each an index into `classNames`; nil without classes.
    var labels: [Int]? { get }
    var classNames: [String] { get }
    /// What the user should know about how the source was read.
    var notes: [String] { get }

    /// The picture's file below the source's folder, or what else tells it apart.
    func name(at index: Int) -> String
    /// The picture as it lies there. Called from many threads at once.
    func picture(at index: Int) throws -> Picture
    /// What the picture will be like, if possible without decoding it.
    func header(at index: Int) throws -> PictureHeader
}

extension PictureSource {
    public func header(at index: Int) throws -> PictureHeader { PictureHeader(of: try picture(at: index)) }
}

/// Pictures that are in memory already.
public struct InMemoryPictures: PictureSource {
    public let pictures: [Picture]
    public let labels: [Int]?
    public let classNames: [String]

    public init(_ pictures: [Picture], labels: [Int]? = nil, classNames: [String] = []) {
        precondition(labels.map { $0.count == pictures.count } ?? true, "one label a picture")
        self.pictures = pictures
        self.labels = labels
        self.classNames = classNames
    }

    public var path: String { "memory" }
    public var kind: String { "pictures in memory" }
    public var count: Int { pictures.count }
    public var notes: [String] { [] }
    public func name(at index: Int) -> String { "picture \(index)" }
    public func picture(at index: Int) -> Picture { pictures[index] }
}

/// Opens the data at a path, its kind told from what lies there: an IDX, CIFAR-10 or NumPy file, a
/// folder that holds IDX files or CIFAR-10 batches, or else a folder of pictures.
public func openPictureSource(_ path: String) throws(DatasetError) -> any PictureSource {
    switch try FileKind(path) {
    case .folder:
        if let source = try IDXSource(folder: path) { return source }
        if let source = try CIFARSource(folder: path) { return source }
        return try FolderSource(path)
    case .file:
        let name = lastComponent(of: path).lowercased()
        if name.hasSuffix(".npy") { return try NumpySource(path) }
        if name.hasSuffix(".bin") { return try CIFARSource(files: [path], folder: parent(of: path)) }
        if FolderSource.isPicture(name) {
            throw .unrecognized(path: path, reason: "is one picture; give the folder that holds it")
        }
        return try IDXSource(file: path)
    }
}

/// Opens one of the two sets of pictures in a folder of IDX files; nil where it does not hold them.
public func openIDXSource(_ folder: String, _ set: IDXSet) throws(DatasetError) -> (any PictureSource)? {
    guard try FileKind(folder) == .folder else { return nil }
    return try IDXSource(folder: folder, set)
}
