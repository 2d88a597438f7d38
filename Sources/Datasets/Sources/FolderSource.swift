import Checkpoints
import Files
import Foundation
import Images

/// The images in a folder and the folders below it.
///
/// Files and folders whose names start with a dot are ignored; symbolic links are followed, and every folder
/// is visited once. The order is by path, the same on any machine. Where all images lie in two or more
/// subfolders, the first-level subfolder is an image's class.
struct FolderSource: ImageFiles {
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
            throw .noImages(path: path, seen: walk.otherFiles.counts)
        }
        self.path = path
        files = walk.images.sorted()
        let classes = FolderClasses(of: files, in: path)
        (labels, classNames, notes) = (classes.labels, classes.names, classes.notes)
    }

    func image(at index: Int) throws -> Image {
        let file = join(path, files[index])
        do throws(ImageError) {
            return try Image(decoding: file)
        } catch {
            throw Undecodable(error, file: file)
        }
    }

    var stamp: SourceStamp? {
        let hash = SHA256()
        for file in files {
            guard let stamp = fileStamp(join(path, file)) else { return nil }
            hash.update(Array("\(file)\0\(stamp)\0".utf8))
        }
        return SourceStamp(source: absolute(path), content: hash.hexadecimal())
    }

    func header(at index: Int) throws -> ImageHeader { try ImageHeader(join(path, files[index])) }
    func labelMap(at index: Int) throws -> LabelMap { try LabelMap(decoding: join(path, files[index])) }

    /// Whether a file name has the extension of an image, in any letter case.
    static func isImage(_ name: String) -> Bool {
        Image.fileExtensions.contains(fileExtension(name))
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

/// Files that are no images, counted by extension.
struct OtherFiles {
    private(set) var counts: [String: Int] = [:]

    init(_ names: [String] = []) {
        for name in names { add(name) }
    }

    mutating func add(_ name: String) {
        let kind = fileExtension(name)
        counts[kind.isEmpty ? "extensionless" : "." + kind, default: 0] += 1
    }
}

/// Collects the files below a folder.
private struct Walk {
    let root: String
    var images: [String] = []
    var otherFiles = OtherFiles()
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
                otherFiles.add(name)
            }
        }
    }
}
