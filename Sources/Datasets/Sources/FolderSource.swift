import Files
import Foundation
import Images

/// The images in a folder and the folders below it.
///
/// Files and folders whose names start with a dot are ignored; symbolic links are followed, and every folder
/// is visited once. The order is by path, the same on any machine. Where all images lie in two or more
/// subfolders, the first-level subfolder is an image's class.
struct FolderSource: ImageSource {
    let path: String
    let kind = "folder of images"
    /// Relative to `path`, sorted.
    let files: [String]
    let labels: [Int]?
    let classNames: [String]
    let notes: [String]

    init(_ path: String) throws(DatasetError) {
        var walk = Walk(root: path)
        try walk.visit("")
        guard !walk.images.isEmpty else {
            throw .noImages(path: path, seen: walk.otherFiles)
        }
        self.path = path
        files = walk.images.sorted()
        (labels, classNames, notes) = Self.classes(of: files, path: path)
    }

    var count: Int { files.count }
    func name(at index: Int) -> String { files[index] }

    func image(at index: Int) throws -> Image {
        let file = join(path, files[index])
        do throws(ImageError) {
            return try Image(decoding: file)
        } catch {
            throw Undecodable(error, file: file)
        }
    }

    func header(at index: Int) throws -> ImageHeader { try ImageHeader(join(path, files[index])) }

    /// Whether a file name has the extension of an image, in any letter case.
    static func isImage(_ name: String) -> Bool {
        Image.fileExtensions.contains(fileExtension(name))
    }

    private static func classes(of files: [String], path: String) -> ([Int]?, [String], [String]) {
        let folders = files.map { file in
            file.firstIndex(of: "/").map { String(file[..<$0]) }
        }
        let names = Set(folders.compactMap { $0 }).sorted()
        let atTop = folders.count { $0 == nil }
        if names.isEmpty { return (nil, [], []) }
        if atTop > 0 {
            let note =
                "No classes, because \(atTop) of the images lie beside the subfolders, not in them."
            return (nil, [], [note])
        }
        if names.count == 1 {
            let note =
                "No classes, because all images lie in one subfolder; for classes by the folders "
                + "below it give \(join(path, names[0]))."
            return (nil, [], [note])
        }
        let indices = Dictionary(uniqueKeysWithValues: zip(names, 0...))
        return (folders.map { indices[$0!]! }, names, notesOnSpellings(folders.compactMap { $0 }))
    }

    /// Of names that differ in bytes alone, such as an accent that is one letter with its base or one by itself.
    private static func notesOnSpellings(_ names: [String]) -> [String] {
        var spellings: [String: Set<[UInt8]>] = [:]
        for name in names { spellings[name, default: []].insert(Array(name.utf8)) }
        return spellings.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { name, spellings in
            "\(spellings.count) subfolders are called \(name), spelled in different bytes (Unicode normalization); "
                + "they are one class."
        }
    }
}

/// The reason why an image is skipped, without its path, which the caller reports.
struct Undecodable: Error, CustomStringConvertible {
    let description: String

    init(_ error: ImageError, file: String) {
        let (description, prefix) = (error.description, file + ": ")
        self.description =
            description.hasPrefix(prefix) ? String(description.dropFirst(prefix.count)) : description
    }
}

/// The extension in lower case, without its dot; empty where there is none.
private func fileExtension(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
}

/// Collects the files below a folder.
private struct Walk {
    let root: String
    var images: [String] = []
    /// Counts by extension, as in `DatasetError.noImages`.
    var otherFiles: [String: Int] = [:]
    private var visited: Set<FolderIdentity> = []

    private struct FolderIdentity: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    init(root: String) { self.root = root }

    /// `folder` is relative to the root, which itself is "".
    mutating func visit(_ folder: String) throws(DatasetError) {
        let path = join(root, folder)
        var status = stat()
        guard stat(FileNames.systemPath(path), &status) == 0 else {
            throw .unreadable(path: path, reason: systemReason())
        }
        let identity = FolderIdentity(device: status.st_dev, inode: status.st_ino)
        guard visited.insert(identity).inserted else { return }

        for name in try names(inFolder: path) where !name.hasPrefix(".") {
            let relative = join(folder, name)
            guard stat(FileNames.systemPath(join(root, relative)), &status) == 0 else {
                // Such as a dangling link; if it is named as an image, it is reported as skipped.
                if FolderSource.isImage(name) { images.append(relative) }
                continue
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                try visit(relative)
            case S_IFREG where FolderSource.isImage(name):
                images.append(relative)
            default:
                let kind = fileExtension(name)
                otherFiles[kind.isEmpty ? "extensionless" : "." + kind, default: 0] += 1
            }
        }
    }
}
