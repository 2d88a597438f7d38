import Files

/// Hands the content of an image file to `use`, once the first bytes are those of an image.
///
/// - Throws: `ImageError` where it cannot be read, for what is no image, and for pipes, devices and folders, which might
///   never end.
func withContent<Result>(
    of path: String, _ use: ([UInt8]) throws(ImageError) -> Result
) throws(ImageError) -> Result {
    func reading<Value>(_ read: () throws(FileError) -> Value) throws(ImageError) -> Value {
        do throws(FileError) { return try read() } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }
    let file = try reading { () throws(FileError) in try RegularFile(path) }
    try FileKind.check(
        try reading { () throws(FileError) in try file.read(count: FileKind.signatureSize) }, path: path)
    // More than the largest accepted image takes uncompressed, at 8 bytes a pixel.
    guard file.size <= 9 * Image.maximumPixels else {
        throw .unreadable(path: path, reason: "\(file.size / 1_000_000) MB are too much for an image")
    }
    return try DecodingMemory.files.holding(file.size, path: path) { () throws(ImageError) in
        try use(try reading { () throws(FileError) in try file.read(count: file.size) })
    }
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
