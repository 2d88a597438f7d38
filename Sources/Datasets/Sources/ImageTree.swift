import Files
import Images

/// Images that are files, with their paths below a folder.
protocol ImageFiles: ImageSource {
    /// Relative to `path`, sorted.
    var files: [String] { get }
}

extension ImageFiles {
    var count: Int { files.count }
    func name(at index: Int) -> String { files[index] }
}

/// A folder on disk or in a ZIP archive, with folders of images below it.
enum ImageTree {
    case folder(String)
    /// `folder` has its slash; it is "" for the archive's beginning.
    case archive(ImageArchive, folder: String)

    /// - Throws: `DatasetError` for what is neither a folder nor an archive.
    init(_ path: String) throws(DatasetError) {
        if try FileKind(path) == .folder {
            self = .folder(path)
        } else if lastComponent(of: path).lowercased().hasSuffix(".zip") {
            self = .archive(try ImageArchive(path), folder: "")
        } else {
            throw .unrecognized(path: path, reason: "is a file, where a folder or .zip of images is needed")
        }
    }

    var path: String {
        switch self {
        case .folder(let path): path
        case .archive(let archive, ""): archive.path
        case .archive(let archive, let folder): join(archive.path, String(folder.dropLast()))
        }
    }

    /// The names of the folders in it, sorted, without those that start with a dot.
    func subfolders() throws(DatasetError) -> [String] {
        switch self {
        case .folder(let path):
            var found: [String] = []
            for name in try names(inFolder: path) where !name.hasPrefix(".") {
                if try FileKind(join(path, name)) == .folder { found.append(name) }
            }
            return found
        case .archive(let archive, let folder):
            let below = archive.files.map(\.name).filter { $0.hasPrefix(folder) }.map {
                $0.dropFirst(folder.count)
            }
            return Set(below.compactMap { name in name.firstIndex(of: "/").map { String(name[..<$0]) } })
                .sorted()
        }
    }

    func subfolder(_ name: String) -> ImageTree {
        switch self {
        case .folder(let path): .folder(join(path, name))
        case .archive(let archive, let folder): .archive(archive, folder: folder + name + "/")
        }
    }

    /// All images in it and below.
    ///
    /// - Throws: `DatasetError` if there are none.
    func images() throws(DatasetError) -> any ImageFiles {
        switch self {
        case .folder(let path): try FolderSource(path)
        case .archive(let archive, let folder): try ZipSource(archive, folder: folder)
        }
    }

    /// The content of a file in it; nil if there is none of that name.
    ///
    /// - Parameter limit: bytes that the file may have.
    func file(_ name: String, limit: Int) throws(DatasetError) -> [UInt8]? {
        switch self {
        case .folder(let path):
            guard (try? FileKind(join(path, name))) == .file else { return nil }
            let file = try RandomAccessFile(join(path, name))
            try DatasetError.check(size: file.size, limit: limit, of: file.path)
            return try file.read(count: file.size, at: 0)
        case .archive(let archive, let folder):
            return try archive.files.first { $0.name == folder + name }.map { file throws(DatasetError) in
                try archive.content(of: file, limit: limit)
            }
        }
    }
}
