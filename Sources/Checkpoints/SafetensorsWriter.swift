import Files

/// A tensor to be written to a safetensors file.
public struct TensorEntry {
    /// Calls `body` once with all bytes of a tensor.
    public typealias ByteProvider = (_ body: (UnsafeRawBufferPointer) -> Void) -> Void

    /// The tensor's name.
    public let name: String
    /// The type of its elements.
    public let type: ElementType
    /// Its extents, outermost first.
    public let shape: [Int]
    let withBytes: ByteProvider

    /// An entry whose bytes are provided when they are written, without a copy.
    ///
    /// `withBytes` calls its argument once with all elements, little-endian and in row-major order.
    public init(name: String, type: ElementType, shape: [Int], withBytes: @escaping ByteProvider) {
        self.name = name
        self.type = type
        self.shape = shape
        self.withBytes = withBytes
    }

    /// An entry of elements in row-major order.
    public init<Element: FileElement>(name: String, shape: [Int], values: [Element]) {
        self.init(name: name, type: Element.elementType, shape: shape) { values.withUnsafeBytes($0) }
    }
}

extension SafetensorsFile {
    /// Writes tensors and metadata with a checksum, replacing the file at `path` only once all is on disk.
    ///
    /// The data starts at a multiple of 64 bytes; larger element types come first, so that every tensor is
    /// aligned for its type. The metadata gains `sha256`, the SHA-256 of the whole file as 64 hexadecimal
    /// digits, computed with zeros in place of these digits.
    ///
    /// - Throws: `FileError` where the file cannot be written; then nothing is left behind, and a
    ///   file that was there before is untouched.
    public static func write(
        _ entries: [TensorEntry], metadata: [String: String] = [:], to path: String
    ) throws(FileError) {
        let entries = ordered(entries)
        var header = header(for: entries, metadata: metadata)
        header.metadata[SafetensorsHeader.checksumKey] = SHA256.zeroDigits
        let provisional = header.encoded()

        let hash = SHA256()
        var file = try AtomicFile(path: path)
        hash.update(provisional)
        try file.append(provisional)
        for (entry, tensor) in zip(entries, header.tensors) {
            // Not thrown through the provider, which knows nothing of errors.
            var failure: FileError?
            var providedByteCount = 0
            entry.withBytes { bytes in
                providedByteCount += bytes.count
                hash.update(bytes)
                do throws(FileError) { try file.append(bytes) } catch { failure = error }
            }
            if let failure { throw failure }
            guard providedByteCount == tensor.byteCount else {
                fatalError(
                    "SafetensorsFile.write: tensor \"\(entry.name)\", \(entry.type) \(entry.shape), takes "
                        + "\(tensor.byteCount) bytes, \(providedByteCount) were provided")
            }
        }
        header.metadata[SafetensorsHeader.checksumKey] = hash.hexadecimal()
        try file.overwrite(header.encoded(), at: 0)
        try file.commit()
    }

    private static func ordered(_ entries: [TensorEntry]) -> [TensorEntry] {
        entries.enumerated()
            .sorted { (-$0.element.type.byteCount, $0.offset) < (-$1.element.type.byteCount, $1.offset) }
            .map(\.element)
    }

    private static func header(for entries: [TensorEntry], metadata: [String: String]) -> SafetensorsHeader {
        var header = SafetensorsHeader(tensors: [], metadata: metadata)
        guard metadata[SafetensorsHeader.checksumKey] == nil else {
            fatalError("SafetensorsFile.write: metadata \"\(SafetensorsHeader.checksumKey)\" is reserved")
        }
        var names: Set<String> = ["__metadata__"]
        var end = 0
        for entry in entries {
            guard names.insert(entry.name).inserted else {
                fatalError("SafetensorsFile.write: tensor name \"\(entry.name)\" is reserved or comes twice")
            }
            guard let byteCount = entry.type.byteCount(shape: entry.shape) else {
                fatalError("SafetensorsFile.write: tensor \"\(entry.name)\" has shape \(entry.shape)")
            }
            header.tensors.append(
                StoredTensor(
                    name: entry.name, type: entry.type, shape: entry.shape, range: end..<end + byteCount))
            end += byteCount
        }
        return header
    }
}
