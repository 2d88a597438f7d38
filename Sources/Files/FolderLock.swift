import Foundation

/// An exclusive lock of a folder, held for as long as this object lives; it is also released when the process
/// ends in any way.
///
/// On file systems without locks it excludes nobody.
public final class FolderLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// - Parameter path: of a folder that exists.
    /// - Throws: `FileError` if it is locked already or cannot be opened.
    public init(_ path: String) throws(FileError) {
        let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw FileError(path: path, .cannotRead(errno: errno)) }
        if flock(opened, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
            close(opened)
            throw FileError(path: path, .inUse)
        }
        (self.path, descriptor) = (path, opened)
    }

    deinit { close(descriptor) }

    /// A path that leads to the locked folder itself, even when it was moved or another folder took its name: the
    /// open folder's entry in /proc, or the folder's own path where there is no such entry.
    public var place: String {
        let entry = "/proc/self/fd/\(descriptor)"
        return Self.status(of: entry).map(isFolder) == true ? entry : path
    }

    /// Whether the folder is still found by the path that it was locked by.
    public var isInPlace: Bool { Self.status(of: path).map(isFolder) ?? false }

    /// Whether the folder was removed.
    public var isRemoved: Bool { (own?.st_nlink ?? 0) == 0 }

    /// Where the folder lies now, as far as that is known.
    public var currentPath: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: place)) ?? path
    }

    private var own: stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    private func isFolder(_ status: stat) -> Bool {
        own.map { ($0.st_dev, $0.st_ino) == (status.st_dev, status.st_ino) } ?? false
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }
}
