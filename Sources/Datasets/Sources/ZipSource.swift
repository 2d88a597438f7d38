import Files
import Images

/// The images in a ZIP archive, or in one of its folders, which are read in their places.
///
/// What a folder of the same files would give: the order is by path, and folders are classes. Folders that hold all
/// images do not count.
struct ZipSource: ImageFiles {
    let path: String
    let kind = "ZIP archive of images"
    /// Relative to the folder, sorted.
    let files: [String]
    let labels: [Int]?
    let classNames: [String]
    let notes: [String]
    private let archive: ImageArchive
    private let entries: [ZipArchive.Entry]

    /// - Parameter folder: with its slash; "" for the whole archive.
    /// - Throws: `DatasetError` if it holds no images.
    init(_ archive: ImageArchive, folder: String = "") throws(DatasetError) {
        let below = archive.entries.filter { $0.name.hasPrefix(folder) }
        entries = below.filter(ImageArchive.isImage)
        path = folder.isEmpty ? archive.path : join(archive.path, String(folder.dropLast()))
        guard !entries.isEmpty else {
            var others = OtherFiles()
            for entry in below { others.add(lastComponent(of: entry.name)) }
            throw .noImages(path: path, seen: others.counts)
        }
        self.archive = archive
        files = entries.map { String($0.name.dropFirst(folder.count)) }
        let root = ImageArchive.commonFolder(files[0], files[files.count - 1])
        let classes = FolderClasses(of: files.map { String($0.dropFirst(root.count)) }, in: path)
        (labels, classNames, notes) = (classes.labels, classes.names, classes.notes)
    }

    func image(at index: Int) throws -> Image {
        do throws(ImageError) { return try archive.image(of: entries[index]) } catch {
            throw Undecodable(error, file: join(path, files[index]))
        }
    }

    func header(at index: Int) throws -> ImageHeader { try archive.header(of: entries[index]) }
    func labelMap(at index: Int) throws -> LabelMap { try archive.labelMap(of: entries[index]) }
}
