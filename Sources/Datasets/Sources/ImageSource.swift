import Files
import Images

/// Where images come from, before they are brought to one format.
public protocol ImageSource: Sendable {
    /// Where the source lies, for messages.
    var path: String { get }
    /// What the source is, such as "MNIST images (IDX)".
    var kind: String { get }
    /// How many images there are, undecodable ones included.
    var count: Int { get }
    /// One an image, each an index into `classNames`; nil without classes.
    var labels: [Int]? { get }
    var classNames: [String] { get }
    /// What the user should know about how the source was read.
    var notes: [String] { get }

    /// The image's file below the source's folder, or what else tells it apart.
    func name(at index: Int) -> String
    /// The image as it lies there. Called from many threads at once.
    func image(at index: Int) throws -> Image
    /// What the image will be like, if possible without decoding it.
    func header(at index: Int) throws -> ImageHeader
}

extension ImageSource {
    public func header(at index: Int) throws -> ImageHeader { ImageHeader(of: try image(at: index)) }
}

/// Images that are in memory already.
public struct InMemoryImages: ImageSource {
    public let images: [Image]
    public let labels: [Int]?
    public let classNames: [String]

    public init(_ images: [Image], labels: [Int]? = nil, classNames: [String] = []) {
        precondition(labels.map { $0.count == images.count } ?? true, "one label an image")
        self.images = images
        self.labels = labels
        self.classNames = classNames
    }

    public var path: String { "memory" }
    public var kind: String { "images in memory" }
    public var count: Int { images.count }
    public var notes: [String] { [] }
    public func name(at index: Int) -> String { "image \(index)" }
    public func image(at index: Int) -> Image { images[index] }
}

/// Opens the data at a path, its kind told from what lies there: an IDX, CIFAR-10 or NumPy file, a
/// folder that holds IDX files or CIFAR-10 batches, or else a folder of images.
public func openImageSource(_ path: String) throws(DatasetError) -> any ImageSource {
    switch try FileKind(path) {
    case .folder:
        if let source = try IDXSource(folder: path) { return source }
        if let source = try CIFARSource(folder: path) { return source }
        return try FolderSource(path)
    case .file:
        let name = lastComponent(of: path).lowercased()
        if name.hasSuffix(".npy") { return try NumpySource(path) }
        if name.hasSuffix(".bin") { return try CIFARSource(files: [path], folder: parent(of: path)) }
        if FolderSource.isImage(name) {
            throw .unrecognized(path: path, reason: "is one image; give the folder that holds it")
        }
        return try IDXSource(file: path)
    }
}

/// Opens one of the two sets of images in a folder of IDX files; nil where it does not hold them.
public func openIDXSource(_ folder: String, _ set: IDXSet) throws(DatasetError) -> (any ImageSource)? {
    guard try FileKind(folder) == .folder else { return nil }
    return try IDXSource(folder: folder, set)
}
