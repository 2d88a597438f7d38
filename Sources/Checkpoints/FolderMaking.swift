import Foundation

/// Makes a folder, and those above it that are missing.
///
/// - Throws: `CheckpointError` with the system's own reason, which Foundation's call loses on Linux.
public func makeFolder(_ path: String) throws(CheckpointError) {
    guard mkdir(path, 0o777) != 0 else { return }
    var failure = errno
    if failure == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
        try makeFolder(String(path[..<slash]))
        if mkdir(path, 0o777) == 0 { return }
        failure = errno
    }
    if failure == EEXIST {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        failure = ENOTDIR
    }
    throw CheckpointError(path: path, .cannotWrite(errno: failure))
}
