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
        let file = try RegularFile(path)
        let count = file.size
        guard count > 0 else {
            // Nothing to map; an empty mapping is an error.
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let address = withExtendedLifetime(file) {
            mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0)
        }
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
