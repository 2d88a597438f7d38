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
    return try withContent(
        ofSize: file.size, path: path,
        reading: { count throws(ImageError) in
            try reading { () throws(FileError) in try file.read(count: count) }
        }, use)
}

/// Hands content of a known size to `use`, once its first bytes are those of an image and the memory is free that it
/// takes.
///
/// - Parameter read: gives the first bytes of the content.
/// - Throws: `ImageError` for what is no image, and for more than an image takes.
func withContent<Result>(
    ofSize size: Int, path: String, reading read: (_ count: Int) throws(ImageError) -> [UInt8],
    _ use: ([UInt8]) throws(ImageError) -> Result
) throws(ImageError) -> Result {
    try FileKind.check(try read(min(size, FileKind.signatureSize)), path: path)
    // More than the largest accepted image takes uncompressed, at 8 bytes a pixel.
    guard size <= 9 * Image.maximumPixels else {
        throw .unreadable(path: path, reason: "\(size / 1_000_000) MB are too much for an image")
    }
    return try DecodingMemory.files.holding(size, path: path) { () throws(ImageError) in
        try use(try read(size))
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
