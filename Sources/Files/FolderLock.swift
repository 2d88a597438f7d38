import Foundation

/// A folder that one alone writes into, for as long as this lives; a process that ends, however it ends, lets go.
///
/// On file systems without locks it keeps nobody out.
public final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Parameter path: of a folder that exists.
    /// - Throws: `FileError` if another one holds it, or it cannot be opened.
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
