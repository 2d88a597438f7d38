import Files
import Foundation

/// The content of a regular file.
///
/// - Throws: `ImageError` where it cannot be read, and for pipes, devices and folders, which might never end.
func readFile(_ path: String) throws(ImageError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .unreadable(path: path, reason: systemReason()) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .unreadable(path: path, reason: systemReason()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "not a file") }
    // More than the largest accepted image takes uncompressed, at 8 bytes a pixel.
    guard status.st_size <= 9 * Image.maximumPixels else {
        throw .unreadable(path: path, reason: "\(status.st_size / 1_000_000) MB are too much for an image")
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

/// Writes a file atomically: readers see the old file or the new one, never a part.
///
/// - Throws: `ImageError.unwritable`; then nothing is left behind, and the old file is kept.
func replaceFile(_ path: String, with bytes: [UInt8]) throws(ImageError) {
    do throws(FileError) {
        try AtomicFile.write(bytes, to: path)
    } catch {
        throw .unwritable(path: path, reason: error.reason)
    }
}
