import CZlib

/// Unpacks a range of a file that was compressed by deflate, without a header, in its order.
///
/// - Source: RFC 1951.
final class DeflateReader {
    private let file: any ReadableFile
    private var rest: Range<Int>
    // zlib keeps a pointer to the stream, and the stream one to the input.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var isAtEnd = false

    init(_ file: any ReadableFile, _ range: Range<Int>) throws(ZipArchive.Failure) {
        (self.file, rest) = (file, range)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(capacity: 1 << 16)
        let code = inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw ZipArchive.Failure("no memory is left") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// The next `count` bytes; fewer at the end. Memory is used as the bytes come.
    func read(upTo count: Int) throws(ZipArchive.Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count && !isAtEnd {
            let start = bytes.count
            let wanted = min(count - start, 1 << 20)
            bytes.append(contentsOf: repeatElement(0, count: wanted))
            let got = try bytes.withUnsafeMutableBufferPointer { (bytes) throws(ZipArchive.Failure) in
                try fill(bytes.extracting(start...))
            }
            bytes.removeLast(wanted - got)
        }
        return bytes
    }

    /// Unpacks into a buffer.
    ///
    /// - Returns: how many bytes; fewer than the buffer holds only at the end.
    private func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>) throws(ZipArchive.Failure) -> Int {
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = CUnsignedInt(buffer.count)
        while stream.pointee.avail_out > 0 && !isAtEnd {
            if stream.pointee.avail_in == 0 && !rest.isEmpty { try refill() }
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_OK: break
            case Z_STREAM_END: isAtEnd = true
            // Nothing more can be unpacked from what there is.
            case Z_BUF_ERROR: throw ZipArchive.Failure("it is cut off")
            default:
                throw ZipArchive.Failure(stream.pointee.msg.map { String(cString: $0) } ?? "it is damaged")
            }
        }
        return buffer.count - Int(stream.pointee.avail_out)
    }

    private func refill() throws(ZipArchive.Failure) {
        let piece = try file.bytes(count: min(rest.count, input.count), at: rest.lowerBound)
        rest = rest.lowerBound + piece.count..<rest.upperBound
        _ = input.update(fromContentsOf: piece)
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = CUnsignedInt(piece.count)
    }
}
