import Foundation

/// A file that appears at its path complete or not at all.
///
/// The bytes go to a temporary file in the same folder, which `commit()` moves into place once they
/// have reached the disk. Without a commit the temporary file is removed.
public struct AtomicFile: ~Copyable {
    /// Where the file will appear.
    public let path: String
    /// Where the bytes are until then; another program may write them there in place of `append`.
    public let temporaryPath: String
    private let descriptor: Int32
    private var isCommitted = false
    private var byteCount = 0

    /// Starts a file that will replace `path`.
    ///
    /// - Throws: `FileError` where the folder is missing or not writable, or where `path` is a
    ///   folder or a device.
    public init(path: String) throws(FileError) {
        var status = stat()
        // A rename would replace a device such as /dev/null itself.
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw FileError(path: path, .notAFile)
        }
        let unique = String(UInt64.random(in: .min ... .max), radix: 16)
        let temporaryPath = parent(of: path) + "/.\(unique).partial"
        let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError(path: path, .cannotWrite(errno: errno)) }
        self.init(path: path, temporaryPath: temporaryPath, descriptor: descriptor)
    }

    init(path: String, temporaryPath: String, descriptor: Int32) {
        self.path = path
        self.temporaryPath = temporaryPath
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        if !isCommitted { unlink(temporaryPath) }
    }

    /// Adds bytes at the end.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try write(bytes, at: byteCount)
        byteCount += bytes.count
    }

    /// Adds bytes at the end.
    public mutating func append(_ bytes: some Collection<UInt8>) throws(FileError) {
        let bytes = Array(bytes)
        try write(bytes, at: byteCount)
        byteCount += bytes.count
    }

    /// Replaces bytes that were added before.
    public func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        guard offset >= 0, offset + bytes.count <= byteCount else {
            fatalError("AtomicFile.overwrite: \(bytes.count) bytes at \(offset) reach past \(byteCount)")
        }
        try write(bytes, at: offset)
    }

    /// Moves the file into place, replacing what was there, once all of it is on the disk.
    public consuming func commit() throws(FileError) {
        guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
            throw FileError(path: path, .cannotWrite(errno: errno))
        }
        isCommitted = true
        // The new name itself is on the disk only once the folder is. Some file systems cannot sync
        // folders; the file is whole there all the same.
        let folder = open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// Writes a whole file in one call.
    public static func write(_ bytes: some Collection<UInt8>, to path: String) throws(FileError) {
        var file = try AtomicFile(path: path)
        try file.append(bytes)
        try file.commit()
    }

    /// Writes a whole text file in one call, in UTF-8.
    public static func write(_ text: String, to path: String) throws(FileError) {
        try write(text.utf8, to: path)
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
            try write(UnsafeRawBufferPointer(bytes), at: offset)
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + written))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw FileError(path: path, .cannotWrite(errno: count == 0 ? ENOSPC : errno))
            }
            written += count
        }
    }
}
