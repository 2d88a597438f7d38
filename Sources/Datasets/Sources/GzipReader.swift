import CZlib
import Files

/// Reads a file sequentially, decompressing it if it is in gzip's format.
final class GzipReader {
    let path: String
    private let file: gzFile

    init(_ path: String) throws(DatasetError) {
        guard let file = gzopen(path, "rb") else {
            throw .unreadable(path: path, reason: systemReason())
        }
        self.path = path
        self.file = file
    }

    deinit { gzclose_r(file) }

    /// Whether the file is compressed, which is known after the first read.
    var isPacked: Bool { gzdirect(file) == 0 }

    /// The next `count` bytes; fewer at the end of the file.
    func read(upTo count: Int) throws(DatasetError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            // gzread counts in 32 bits.
            let wanted = CUnsignedInt(min(count - done, 1 << 30))
            let got = bytes.withUnsafeMutableBytes { gzread(file, $0.baseAddress! + done, wanted) }
            if got <= 0 { break }
            done += Int(got)
        }
        var code: CInt = Z_OK
        let message = gzerror(file, &code).map { String(cString: $0) } ?? ""
        // Z_BUF_ERROR means that a compressed file is truncated, which the caller sees as missing bytes.
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
            let reason = code == Z_ERRNO ? systemReason() : message
            throw .malformed(path: path, reason: "cannot be unpacked: \(reason)")
        }
        bytes.removeLast(count - done)
        return bytes
    }
}
