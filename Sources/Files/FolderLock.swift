import Foundation

/// An exclusive lock of a folder, held for as long as this object lives; it is also released when the process
/// ends in any way.
///
/// On file systems without locks it excludes nobody.
public final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Parameter path: of a folder that exists.
    /// - Throws: `FileError` if it is locked already or cannot be opened.
    public init(_ path: String) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, .cannotRead(errno: errno)) }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
            close(descriptor)
            throw FileError(path: path, .inUse)
        }
    }

    deinit { close(descriptor) }
}
