import Foundation

/// The content of a regular file, mapped into memory for reading.
///
/// If another process truncates the file while it is mapped, this process ends; files that are replaced by
/// renaming, as `AtomicFile` does, stay intact for those who hold them.
public final class MappedFile: Sendable {
    /// The path of the file.
    public let path: String
    // Sound to share: the bytes are mapped read-only and unmapped only on deinit.
    /// The file's content.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    /// - Throws: `FileError` where the file cannot be read, and for folders, pipes and devices.
    public init(path: String) throws(FileError) {
        self.path = path
        // Without O_NONBLOCK, opening a pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, .cannotRead(errno: errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw FileError(path: path, .cannotRead(errno: errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path: path, .notAFile) }
        let count = Int(status.st_size)
        guard count > 0 else {
            // Nothing to map; an empty mapping is an error.
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address, address != MAP_FAILED else {
            throw FileError(path: path, .cannotRead(errno: errno))
        }
        bytes = UnsafeRawBufferPointer(start: address, count: count)
    }

    deinit {
        if let address = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
        }
    }
}
