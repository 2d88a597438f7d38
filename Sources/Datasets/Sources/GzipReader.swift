import CZlib
import Files
import Foundation

/// Reads a file sequentially, decompressing it if it is in gzip's format.
final class GzipReader {
    let path: String
    private let file: gzFile

    init(_ opened: RandomAccessFile) throws(DatasetError) {
        let descriptor: CInt
        do throws(FileError) { descriptor = try opened.file.duplicatedDescriptor() } catch {
            throw .unreadable(path: opened.path, reason: error.reason)
        }
        guard let file = gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw .unreadable(path: opened.path, reason: "no memory is left")
        }
        (path, self.file) = (opened.path, file)
    }

    deinit { gzclose_r(file) }

    /// Whether the file is compressed, which is known after the first read.
    var isPacked: Bool { gzdirect(file) == 0 }

    /// The next `count` bytes; fewer at the end of the file. Memory is used as the bytes come.
    func read(upTo count: Int) throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let start = bytes.count
            let wanted = min(count - start, 1 << 24)
            bytes.append(contentsOf: repeatElement(0, count: wanted))
            let got = bytes.withUnsafeMutableBytes {
                gzread(file, $0.baseAddress! + start, CUnsignedInt(wanted))
            }
            bytes.removeLast(wanted - max(0, Int(got)))
            if got <= 0 { break }
        }
        var code: CInt = Z_OK
        let message = gzerror(file, &code).map { String(cString: $0) } ?? ""
        // Z_BUF_ERROR means that a compressed file is truncated, which the caller sees as missing bytes.
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
            let reason = code == Z_ERRNO ? systemReason() : message
            throw .malformed(path: path, reason: "cannot be unpacked: \(reason)")
        }
        return bytes
    }
}
