import Files
import Foundation

/// The kind of file at a path, with symbolic links followed.
enum FileKind {
    case folder, file

    init(_ path: String) throws(DatasetError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
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

/// An open file, read in pieces from any thread.
final class RandomAccessFile: Sendable {
    let path: String
    /// The size in bytes when the file was opened.
    let size: Int
    private let descriptor: CInt

    init(_ path: String) throws(DatasetError) {
        // O_NONBLOCK: opening a named pipe must not wait for a writer.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        self.path = path
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            let reason = systemReason()
            if descriptor >= 0 { close(descriptor) }
            throw .unreadable(path: path, reason: reason)
        }
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// `count` bytes from `offset` on.
    func read(count: Int, at offset: Int) throws(DatasetError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + done, count - done, off_t(offset + done))
            }
            if got < 0 && errno == EINTR { continue }
            if got < 0 { throw .unreadable(path: path, reason: systemReason()) }
            if got == 0 { throw .malformed(path: path, reason: "ends early, at byte \(offset + done)") }
            done += got
        }
        return bytes
    }
}

/// Names in a folder, sorted.
func names(inFolder path: String) throws(DatasetError) -> [String] {
    guard let folder = opendir(path) else {
        throw .unreadable(path: path, reason: systemReason())
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        names.append(name)
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
}
