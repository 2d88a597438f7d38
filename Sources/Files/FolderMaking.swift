import Foundation

/// Makes a folder, and those above it that are missing.
///
/// - Throws: `FileError` with the system's own reason, which Foundation's call loses on Linux.
public func makeFolder(_ path: String) throws(FileError) {
    guard mkdir(path, 0o777) != 0 else { return }
    var failure = errno
    if failure == ENOENT, parent(of: path) != "." {
        try makeFolder(parent(of: path))
        if mkdir(path, 0o777) == 0 { return }
        failure = errno
    }
    if failure == EEXIST {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        failure = ENOTDIR
    }
    throw FileError(path: path, .cannotWrite(errno: failure))
}
