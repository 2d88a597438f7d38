import Files
import Images

/// The images in a ZIP archive, which are read in their places.
///
/// What a folder of the same files would give: files and folders whose names start with a dot are ignored, the order
/// is by path, and folders are classes. Folders that hold all images do not count.
struct ZipSource: ImageSource {
    let path: String
    let kind = "ZIP archive of images"
    let labels: [Int]?
    let classNames: [String]
    let notes: [String]
    private let archive: ZipArchive
    private let entries: [ZipArchive.Entry]

    init(_ path: String) throws(DatasetError) {
        let file = try RandomAccessFile(path).file
        do throws(ZipArchive.Failure) { archive = try ZipArchive(file) } catch {
            throw .malformed(path: path, reason: "cannot be read as a ZIP archive: \(error.message)")
        }
        var others = OtherFiles()
        var images: [ZipArchive.Entry] = []
        for entry in archive.entries
        where !entry.name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            if FolderSource.isImage(lastComponent(of: entry.name)) {
                images.append(entry)
            } else {
                others.add(lastComponent(of: entry.name))
            }
        }
        guard !images.isEmpty else {
            throw .malformed(
                path: path, reason: DatasetError.noImages(in: "in this archive", seen: others.counts))
        }
        entries = images.sorted { $0.name < $1.name }
        self.path = path
        let root = Self.commonFolder(entries[0].name, entries[entries.count - 1].name)
        let classes = FolderClasses(of: entries.map { String($0.name.dropFirst(root.count)) }, in: path)
        (labels, classNames, notes) = (classes.labels, classes.names, classes.notes)
    }

    var count: Int { entries.count }
    func name(at index: Int) -> String { entries[index].name }

    func image(at index: Int) throws -> Image {
        let entry = entries[index]
        let file = join(path, entry.name)
        do throws(ImageError) {
            return try Image(path: file, byteCount: entry.size) { count throws(ImageError) in
                do throws(ZipArchive.Failure) {
                    return count < entry.size
                        ? try archive.beginning(of: entry, upTo: count) : try archive.content(of: entry)
                } catch {
                    throw .damaged(path: file, reason: error.message)
                }
            }
        } catch {
            throw Undecodable(error, file: file)
        }
    }

    /// The folder that all files lie in, with its slash, by the first and the last of them in their order.
    private static func commonFolder(_ first: String, _ last: String) -> String {
        let common = zip(first, last).prefix { $0 == $1 }.count
        guard let slash = first.prefix(common).lastIndex(of: "/") else { return "" }
        return String(first[...slash])
    }
}
