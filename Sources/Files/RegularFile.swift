import Foundation

/// A regular file, open for reading in pieces from any thread.
public final class RegularFile: Sendable {
    /// The path of the file.
    public let path: String
    /// The size in bytes when the file was opened.
    public let size: Int
    let descriptor: CInt

    /// - Throws: `FileError` where the file cannot be read, and for folders, pipes and devices, which might never end.
    public init(_ path: String) throws(FileError) {
        // Without O_NONBLOCK, opening a pipe would wait for a writer.
        let opened = open(FileNames.systemPath(path), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { throw FileError(path: path, .cannotRead(errno: errno)) }
        var status = stat()
        let failure: FileError.Problem? =
            if fstat(opened, &status) != 0 {
                .cannotRead(errno: errno)
            } else {
                status.st_mode & S_IFMT == S_IFREG ? nil : .notAFile
            }
        if let failure {
            close(opened)
            throw FileError(path: path, failure)
        }
        (self.path, size, descriptor) = (path, Int(status.st_size), opened)
    }

    deinit { close(descriptor) }

    /// The bytes from `offset` on, `count` of them, or fewer where the file ends before.
    ///
    /// - Throws: `FileError` where the system fails to read.
    public func read(count: Int, at offset: Int = 0) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let got = pread(descriptor, buffer.baseAddress! + done, count - done, off_t(offset + done))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = FileError(path: path, .cannotRead(errno: errno)) }
                if got <= 0 { break }
                done += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// A descriptor of the same open file, for a library that closes it itself.
    ///
    /// - Throws: `FileError` if there are too many.
    public func duplicatedDescriptor() throws(FileError) -> CInt {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw FileError(path: path, .cannotRead(errno: errno)) }
        return copy
    }
}
