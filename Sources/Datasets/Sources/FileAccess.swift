import Files
import Foundation

/// The kind of file at a path, with symbolic links followed.
enum FileKind {
    case folder, file

    init(_ path: String) throws(DatasetError) {
        var status = stat()
        guard stat(FileNames.systemPath(path), &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .missing(path: path) }
            throw .unreadable(path: path, reason: systemReason())
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: self = .folder
        case S_IFREG: self = .file
        default: throw .unrecognized(path: path, reason: "is neither a file nor a folder")
        }
    }
}

/// Tells contents of a file apart by its size and the time of its last change; nil for a file that is not there.
func fileStamp(_ path: String) -> String? {
    var status = stat()
    guard stat(FileNames.systemPath(path), &status) == 0 else { return nil }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
}

/// A path from the root, whatever the working folder.
func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

/// An open file, read in pieces from any thread.
struct RandomAccessFile: Sendable {
    let file: RegularFile
    var path: String { file.path }
    /// The size in bytes when the file was opened.
    var size: Int { file.size }

    init(_ path: String) throws(DatasetError) {
        do throws(FileError) { file = try RegularFile(path) } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }

    /// `count` bytes from `offset` on.
    func read(count: Int, at offset: Int) throws(DatasetError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try file.read(count: count, at: offset) } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        guard bytes.count == count else {
            throw .malformed(path: path, reason: "ends early, at byte \(offset + bytes.count)")
        }
        return bytes
    }
}

/// Names in a folder, sorted.
func names(inFolder path: String) throws(DatasetError) -> [String] {
    guard let folder = opendir(FileNames.systemPath(path)) else {
        throw .unreadable(path: path, reason: systemReason())
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { FileNames.text(Array($0.prefix { $0 != 0 })) }
        names.append(name)
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
}
