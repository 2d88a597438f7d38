import Files
import Images

/// The images in a folder of a ZIP archive, which are read in their places.
///
/// What a folder of the same files on disk would give: the order is by path, and folders are classes.
struct ZipSource: ImageFiles {
    let path: String
    let kind = "ZIP archive of images"
    /// Relative to the folder, sorted.
    let files: [String]
    let labels: [Int]?
    let classNames: [String]
    let notes: [String]
    private let archive: ImageArchive
    private let images: [ImageArchive.File]

    /// - Parameter folder: with its slash; "" for the whole archive.
    /// - Throws: `DatasetError` if it holds no images.
    init(_ archive: ImageArchive, folder: String) throws(DatasetError) {
        let below = archive.files.filter { $0.name.hasPrefix(folder) }
        images = below.filter(\.isImage)
        path = folder.isEmpty ? archive.path : join(archive.path, String(folder.dropLast()))
        guard !images.isEmpty else {
            throw .noImages(path: path, seen: OtherFiles(below.map { lastComponent(of: $0.name) }).counts)
        }
        self.archive = archive
        files = images.map { String($0.name.dropFirst(folder.count)) }
        let classes = FolderClasses(of: files, in: path)
        (labels, classNames, notes) = (classes.labels, classes.names, classes.notes)
    }

    func image(at index: Int) throws -> Image {
        do throws(ImageError) { return try archive.image(of: images[index]) } catch {
            throw Undecodable(error, file: join(path, files[index]))
        }
    }

    var stamp: SourceStamp? {
        fileStamp(archive.path).map { SourceStamp(source: absolute(path), content: $0) }
    }

    func header(at index: Int) throws -> ImageHeader { try archive.header(of: images[index]) }
    func labelMap(at index: Int) throws -> LabelMap { try archive.labelMap(of: images[index]) }
}
