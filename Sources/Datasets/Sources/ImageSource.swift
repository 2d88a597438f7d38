import Files
import Images

/// A source of images, before they are converted to one format.
public protocol ImageSource: Sendable {
    /// The path of the source, for messages.
    var path: String { get }
    /// The kind of source, such as "MNIST images (IDX)".
    var kind: String { get }
    /// How many images there are, undecodable ones included.
    var count: Int { get }
    /// The class of each image, an index into `classNames`; nil without classes.
    var labels: [Int]? { get }
    var classNames: [String] { get }
    /// Remarks for the user on how the source was read.
    var notes: [String] { get }

    /// The name of an image: its file below the source's folder, or what else identifies it.
    func name(at index: Int) -> String
    /// Decodes an image; called from many threads at once.
    func image(at index: Int) throws -> Image
    /// The size and channels of an image, if possible without decoding it.
    func header(at index: Int) throws -> ImageHeader
    /// An image whose samples are labels, as they are stored.
    func labelMap(at index: Int) throws -> LabelMap
    /// Tells whether the images are those of an earlier run, without reading them; nil where that cannot be told, or
    /// where decoding takes no time.
    var stamp: SourceStamp? { get }
}

/// What a source is, and what it holds, in short.
public struct SourceStamp: Hashable, Sendable {
    /// The same as long as images come from the same place.
    var source: String
    /// The same as long as they are the same images, by the sizes and the times of their files.
    var content: String
}

extension ImageSource {
    /// The header of the decoded image.
    public func header(at index: Int) throws -> ImageHeader { ImageHeader(of: try image(at: index)) }

    /// Nil: it cannot be told.
    public var stamp: SourceStamp? { nil }

    /// Files alone hold labels.
    public func labelMap(at index: Int) throws -> LabelMap {
        throw ImageError.noLabels(path: path, found: kind)
    }
}

/// Images in memory.
public struct InMemoryImages: ImageSource {
    /// The images.
    public let images: [Image]
    /// The class of each image, an index into `classNames`; nil without classes.
    public let labels: [Int]?
    /// The names of the classes.
    public let classNames: [String]

    /// - Parameters:
    ///   - labels: the class of each image, an index into `classNames`; nil without classes.
    public init(_ images: [Image], labels: [Int]? = nil, classNames: [String] = []) {
        precondition(labels.map { $0.count == images.count } ?? true, "one label an image")
        self.images = images
        self.labels = labels
        self.classNames = classNames
    }

    /// The word "memory", in place of a path.
    public var path: String { "memory" }
    /// The kind of source.
    public var kind: String { "images in memory" }
    /// How many images there are.
    public var count: Int { images.count }
    /// There are none.
    public var notes: [String] { [] }
    /// The image's number as a name.
    public func name(at index: Int) -> String { "image \(index)" }
    /// One of the images.
    public func image(at index: Int) -> Image { images[index] }
}

/// What `openImageSource` opens, for help and errors.
public let imageSourceFormats =
    "a folder or .zip archive of images (\(Image.listedExtensions); subfolders are classes), MNIST's IDX files, "
    + "CIFAR-10's binary batches, or NumPy arrays (.npy, .npz)"

/// Opens the data at a path, whose kind is detected: an IDX, CIFAR-10 or NumPy file, an archive of images, a folder
/// that holds IDX files or CIFAR-10 batches, or else a folder of images.
public func openImageSource(_ path: String) throws(DatasetError) -> any ImageSource {
    switch try FileKind(path) {
    case .folder:
        if let source = try IDXSource(folder: path) { return source }
        if let source = try CIFARSource(folder: path) { return source }
        return try FolderSource(path)
    case .file:
        let name = lastComponent(of: path).lowercased()
        if name.hasSuffix(".npy") { return try NumpySource(path) }
        if name.hasSuffix(".npz") { return try NumpySource(archive: path) }
        if name.hasSuffix(".zip") { return try ImageTree(path).images() }
        if name.hasSuffix(".bin") { return try CIFARSource(files: [path], folder: parent(of: path)) }
        if FolderSource.isImage(name) {
            throw .unrecognized(path: path, reason: "is one image; give the folder that holds it")
        }
        return try IDXSource(file: path)
    }
}

/// Opens the training or test images in a folder of IDX files; nil if it does not hold them.
public func openIDXSource(_ folder: String, _ set: IDXSet) throws(DatasetError) -> (any ImageSource)? {
    guard try FileKind(folder) == .folder else { return nil }
    return try IDXSource(folder: folder, set)
}
