import Files

/// A `.npy` file of version 1.0, written piece by piece, for arrays larger than memory; it appears at its
/// path only once it is complete.
public struct NumpyWriter: ~Copyable {
    private var file: AtomicFile
    private let byteCount: Int
    private var written = 0

    /// Starts a file that will replace `path`.
    ///
    /// - Throws: `FileError` where the file cannot be written; then nothing is left behind.
    public init(path: String, shape: [Int], type: ElementType) throws(FileError) {
        guard let byteCount = type.byteCount(shape: shape) else {
            fatalError("NumpyWriter: no array has shape \(shape)")
        }
        var file = try AtomicFile(path: path)
        try file.append(NumpyArray.prefix(shape: shape, type: type))
        self.file = file
        self.byteCount = byteCount
    }

    /// Adds elements, little-endian and in row-major order.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        written += bytes.count
        try file.append(bytes)
    }

    /// Adds elements in row-major order.
    public mutating func append(_ bytes: [UInt8]) throws(FileError) {
        written += bytes.count
        try file.append(bytes)
    }

    /// Moves the file into place; it must hold all elements by now.
    public consuming func commit() throws(FileError) {
        guard written == byteCount else {
            fatalError("NumpyWriter: \(written) bytes do not fill an array of \(byteCount)")
        }
        try file.commit()
    }
}
