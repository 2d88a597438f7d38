import Files
import Images

/// A ZIP archive whose images are read in their places.
///
/// Files and folders whose names start with a dot are ignored, as in a folder on disk. Folders that hold all images do
/// not count.
struct ImageArchive {
    /// A file in the archive.
    struct File {
        /// Its path below the folder that holds all images.
        let name: String
        fileprivate let entry: ZipArchive.Entry

        var isImage: Bool { FolderSource.isImage(lastComponent(of: name)) }
    }

    let path: String
    /// By name.
    let files: [File]
    private let archive: ZipArchive

    /// - Throws: `DatasetError` for what is no archive, or holds no images.
    init(_ path: String) throws(DatasetError) {
        let file = try RandomAccessFile(path).file
        do throws(ZipArchive.Failure) { archive = try ZipArchive(file) } catch {
            throw .malformed(path: path, reason: "cannot be read as a ZIP archive: \(error.message)")
        }
        self.path = path
        let all = archive.entries
            .filter { !$0.name.split(separator: "/").contains { $0.hasPrefix(".") } }
            .sorted { $0.name < $1.name }
            .map { File(name: $0.name, entry: $0) }
        let images = all.filter(\.isImage)
        guard let first = images.first, let last = images.last else {
            let others = OtherFiles(all.map { lastComponent(of: $0.name) })
            throw .malformed(
                path: path, reason: DatasetError.noImages(in: "in this archive", seen: others.counts))
        }
        let root = Self.commonFolder(first.name, last.name)
        files = all.filter { $0.name.hasPrefix(root) }
            .map { File(name: String($0.name.dropFirst(root.count)), entry: $0.entry) }
    }

    /// The folder that all files lie in, with its slash, by the first and the last of them in their order.
    private static func commonFolder(_ first: String, _ last: String) -> String {
        let common = zip(first, last).prefix { $0 == $1 }.count
        guard let slash = first.prefix(common).lastIndex(of: "/") else { return "" }
        return String(first[...slash])
    }

    /// - Throws: `ImageError` as the decoding of files does.
    func image(of file: File) throws(ImageError) -> Image {
        try Image(path: join(path, file.name), byteCount: file.entry.size, reading: reading(file))
    }

    /// - Throws: `ImageError` as the reading of files' headers does.
    func header(of file: File) throws(ImageError) -> ImageHeader {
        try ImageHeader(path: join(path, file.name), byteCount: file.entry.size, reading: reading(file))
    }

    /// - Throws: `ImageError` as the decoding of label maps does.
    func labelMap(of file: File) throws(ImageError) -> LabelMap {
        try LabelMap(path: join(path, file.name), byteCount: file.entry.size, reading: reading(file))
    }

    /// The content of a file that is no image.
    ///
    /// - Parameter limit: bytes that it may have.
    /// - Throws: `DatasetError` for more, and for what is damaged.
    func content(of file: File, limit: Int) throws(DatasetError) -> [UInt8] {
        try DatasetError.check(size: file.entry.size, limit: limit, of: join(path, file.name))
        do throws(ZipArchive.Failure) { return try archive.content(of: file.entry) } catch {
            throw .unreadable(path: join(path, file.name), reason: error.message)
        }
    }

    private func reading(_ file: File) -> (_ count: Int) throws(ImageError) -> [UInt8] {
        { [archive, path] count throws(ImageError) in
            do throws(ZipArchive.Failure) {
                return count < file.entry.size
                    ? try archive.beginning(of: file.entry, upTo: count) : try archive.content(of: file.entry)
            } catch {
                throw .damaged(path: join(path, file.name), reason: error.message)
            }
        }
    }
}
