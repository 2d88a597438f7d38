import Files
import Images

/// A ZIP archive whose images are read in their places.
///
/// Files and folders whose names start with a dot are ignored, as in a folder on disk.
struct ImageArchive {
    let path: String
    /// The files, by name.
    let entries: [ZipArchive.Entry]
    private let archive: ZipArchive

    /// - Throws: `DatasetError` for what is no archive, or holds no images.
    init(_ path: String) throws(DatasetError) {
        let file = try RandomAccessFile(path).file
        do throws(ZipArchive.Failure) { archive = try ZipArchive(file) } catch {
            throw .malformed(path: path, reason: "cannot be read as a ZIP archive: \(error.message)")
        }
        self.path = path
        entries = archive.entries
            .filter { !$0.name.split(separator: "/").contains { $0.hasPrefix(".") } }
            .sorted { $0.name < $1.name }
        guard entries.contains(where: Self.isImage) else {
            var others = OtherFiles()
            for entry in entries { others.add(lastComponent(of: entry.name)) }
            throw .malformed(
                path: path, reason: DatasetError.noImages(in: "in this archive", seen: others.counts))
        }
    }

    static func isImage(_ entry: ZipArchive.Entry) -> Bool {
        FolderSource.isImage(lastComponent(of: entry.name))
    }

    /// The folder that all images lie in, with its slash.
    var commonFolder: String {
        let images = entries.filter(Self.isImage)
        return Self.commonFolder(images[0].name, images[images.count - 1].name)
    }

    /// The folder that all files lie in, with its slash, by the first and the last of them in their order.
    static func commonFolder(_ first: String, _ last: String) -> String {
        let common = zip(first, last).prefix { $0 == $1 }.count
        guard let slash = first.prefix(common).lastIndex(of: "/") else { return "" }
        return String(first[...slash])
    }

    /// - Throws: `ImageError` as the decoding of files does.
    func image(of entry: ZipArchive.Entry) throws(ImageError) -> Image {
        try Image(path: join(path, entry.name), byteCount: entry.size, reading: reading(entry))
    }

    /// - Throws: `ImageError` as the reading of files' headers does.
    func header(of entry: ZipArchive.Entry) throws(ImageError) -> ImageHeader {
        try ImageHeader(path: join(path, entry.name), byteCount: entry.size, reading: reading(entry))
    }

    /// - Throws: `ImageError` as the decoding of label maps does.
    func labelMap(of entry: ZipArchive.Entry) throws(ImageError) -> LabelMap {
        try LabelMap(path: join(path, entry.name), byteCount: entry.size, reading: reading(entry))
    }

    /// The content of a file that is no image.
    func content(of entry: ZipArchive.Entry) throws(DatasetError) -> [UInt8] {
        do throws(ZipArchive.Failure) { return try archive.content(of: entry) } catch {
            throw .unreadable(path: join(path, entry.name), reason: error.message)
        }
    }

    private func reading(_ entry: ZipArchive.Entry) -> (_ count: Int) throws(ImageError) -> [UInt8] {
        { [archive, path] count throws(ImageError) in
            do throws(ZipArchive.Failure) {
                return count < entry.size
                    ? try archive.beginning(of: entry, upTo: count) : try archive.content(of: entry)
            } catch {
                throw .damaged(path: join(path, entry.name), reason: error.message)
            }
        }
    }
}
