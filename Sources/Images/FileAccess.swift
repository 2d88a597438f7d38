import Foundation

/// The last system call's error, in words.
private func systemReason() -> String { String(cString: strerror(errno)) }

/// A regular file's content, read whole.
///
/// - Throws: `PictureError` where it cannot be read, and for pipes, devices and folders, which might never end.
func readFile(_ path: String) throws(PictureError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .unreadable(path: path, reason: systemReason()) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .unreadable(path: path, reason: systemReason()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "not a file") }
    // More than the largest accepted picture takes uncompressed (8 bytes a pixel).
    guard status.st_size <= 9 * Picture.maximumPixels else {
        throw .unreadable(path: path, reason: "\(status.st_size / 1_000_000) MB are too much for a picture")
    }
    var failure: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
        while count < buffer.count {
            let got = read(file, buffer.baseAddress! + count, buffer.count - count)
            if got < 0 && errno == EINTR { continue }
            if got < 0 { failure = systemReason() }
            if got <= 0 { break }
            count += got
        }
    }
    if let failure { throw .unreadable(path: path, reason: failure) }
    return bytes
}

/// Puts `bytes` at `path` in one step: readers see the old file or the new one, never a part.
///
/// - Throws: `PictureError.unwritable`; nothing is left behind then, and the old file stays.
func replaceFile(_ path: String, with bytes: [UInt8]) throws(PictureError) {
    let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
    func givingUp() -> PictureError {
        let reason = systemReason()
        unlink(temporary)
        return .unwritable(path: path, reason: reason)
    }
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + written, bytes.count - written) }
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else {
            let error = givingUp()
            close(file)
            throw error
        }
        written += count
    }
    guard fsync(file) == 0 else {
        let error = givingUp()
        close(file)
        throw error
    }
    guard close(file) == 0, rename(temporary, path) == 0 else { throw givingUp() }
}
