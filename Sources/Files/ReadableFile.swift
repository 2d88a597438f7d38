/// A regular file whose bytes can be read at any place.
public protocol ReadableFile: Sendable {
    /// The path of the file.
    var path: String { get }
    /// The size in bytes when the file was opened.
    var size: Int { get }

    /// The bytes from `offset` on, `count` of them, or fewer where the file ends before.
    ///
    /// - Throws: `FileError` where the system fails to read.
    func read(count: Int, at offset: Int) throws(FileError) -> [UInt8]
}

extension RegularFile: ReadableFile {}

extension MappedFile: ReadableFile {
    /// The size in bytes.
    public var size: Int { bytes.count }

    /// The bytes from `offset` on, `count` of them, or fewer where the file ends before.
    public func read(count: Int, at offset: Int) -> [UInt8] {
        Array(bytes[min(offset, size)..<min(offset + count, size)])
    }
}
