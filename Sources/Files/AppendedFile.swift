import Foundation

/// A file that grows record by record.
public enum AppendedFile {
    /// Adds a record at the end, whole or not at all: a part of one would spoil the next, too.
    ///
    /// - Throws: `FileError` if it cannot be written.
    public static func append(_ record: [UInt8], to path: String) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0 else { throw FileError(path: path, .cannotWrite(errno: errno)) }
        let end = lseek(descriptor, 0, SEEK_END)
        let written = write(descriptor, record, record.count)
        guard written == record.count else {
            let code = written < 0 ? errno : ENOSPC
            ftruncate(descriptor, end)
            throw FileError(path: path, .cannotWrite(errno: code))
        }
    }
}
