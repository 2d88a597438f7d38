import Files

/// A safetensors file, opened for reading.
///
/// Every length, offset, shape and type in the header is checked against the file when it is opened, before
/// memory is taken for it. The data is mapped, not copied: whoever cuts the file off while it is open ends this process.
/// Files that are replaced by renaming, as this package writes them, stay whole for those who have them open.
///
/// - Source: https://huggingface.co/docs/safetensors, "Format".
public struct SafetensorsFile: Sendable {
    /// Whether a file was compared with its checksum.
    public enum Checksum: String, Hashable, Sendable {
        /// The file equals what was written.
        case verified
        /// The file holds a checksum that was not compared.
        case unverified
        /// The file was written by a program that stores none.
        case absent
    }

    /// The tensors in the header's order.
    public let tensors: [StoredTensor]
    /// The header's `__metadata__`, without the checksum.
    public let metadata: [String: String]
    /// Whether this file was compared with its checksum.
    public private(set) var checksum: Checksum
    /// The path of the file.
    public var path: String { file.path }

    let file: MappedFile
    private let dataStart: Int
    private let positions: [String: Int]
    private let digest: String?

    /// Opens the file and, by default, compares its checksum.
    ///
    /// - Throws: `CheckpointError` for a file that is missing, unreadable, cut off, damaged, or no
    ///   safetensors file.
    public init(path: String, verifying: Bool = true) throws(CheckpointError) {
        file = try MappedFile.mapping(path)
        let json = try Self.headerBytes(of: file)
        let header = try SafetensorsHeader(json: json, path: path)
        dataStart = SafetensorsHeader.lengthByteCount + json.count
        try header.validate(dataByteCount: file.bytes.count - dataStart, path: path)
        tensors = header.tensors
        positions = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
        digest = header.metadata[SafetensorsHeader.checksumKey]
        metadata = header.metadata.filter { $0.key != SafetensorsHeader.checksumKey }
        checksum = digest == nil ? .absent : .unverified
        if verifying { try verify() }
    }

    /// Compares the file with its checksum, where it holds one.
    ///
    /// - Throws: `CheckpointError` where they differ.
    public mutating func verify() throws(CheckpointError) {
        guard let digest else { return }
        // The checksum covers the header too, with zeros in its own place.
        var header = Array(file.bytes[..<dataStart])
        guard digest.utf8.count == SHA256.zeroDigits.utf8.count,
            let place = header.firstRange(of: digest.utf8)
        else { throw CheckpointError(path: path, .checksumMismatch) }
        header.replaceSubrange(place, with: SHA256.zeroDigits.utf8)
        let hash = SHA256()
        hash.update(header)
        hash.update(UnsafeRawBufferPointer(rebasing: file.bytes[dataStart...]))
        guard hash.hexadecimal() == digest else {
            throw CheckpointError(path: path, .checksumMismatch)
        }
        checksum = .verified
    }

    /// The tensor of this name, or nil.
    public subscript(name: String) -> StoredTensor? {
        positions[name].map { tensors[$0] }
    }

    /// The elements of a tensor, in row-major order.
    ///
    /// Floating-point types read every floating-point element type, integers every integer one that fits.
    ///
    /// - Throws: `CheckpointError` where there is no such tensor, or its type does not fit.
    public func values<Element: FileElement>(
        _ name: String, as element: Element.Type = Element.self
    ) throws(CheckpointError) -> [Element] {
        let tensor = try tensor(name)
        let values = withBytes(of: tensor) {
            $0.decoded(as: Element.self, from: tensor.type, count: tensor.elementCount)
        }
        guard let values else { throw unexpectedType(tensor, Element.self) }
        return values
    }

    /// Copies the elements of a tensor, in row-major order, to memory that holds exactly as many.
    ///
    /// - Throws: `CheckpointError` where there is no such tensor, or its type or shape does not fit.
    public func read<Element: FileElement>(
        _ name: String, shape: [Int], into values: UnsafeMutableBufferPointer<Element>
    ) throws(CheckpointError) {
        let tensor = try tensor(name)
        guard tensor.shape == shape else {
            throw CheckpointError(
                path: path,
                .unexpectedShape(tensor: "tensor \"\(name)\"", expected: shape, found: tensor.shape))
        }
        guard values.count == tensor.elementCount else {
            fatalError("SafetensorsFile.read: shape \(shape) does not fill \(values.count) elements")
        }
        let fits = withBytes(of: tensor) { Element.decode($0, of: tensor.type, into: values) }
        guard fits else { throw unexpectedType(tensor, Element.self) }
    }

    /// Calls `body` with a tensor's bytes, little-endian and in row-major order; they may be unaligned.
    ///
    /// - Throws: `CheckpointError` where there is no such tensor.
    public func withBytes<Result>(
        of name: String, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(CheckpointError) -> Result {
        withBytes(of: try tensor(name), body)
    }

    private func tensor(_ name: String) throws(CheckpointError) -> StoredTensor {
        guard let tensor = self[name] else { throw CheckpointError(path: path, .missingTensor(name)) }
        return tensor
    }

    private func withBytes<Result>(
        of tensor: StoredTensor, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        withExtendedLifetime(file) { body(UnsafeRawBufferPointer(rebasing: file.bytes[place(of: tensor)])) }
    }

    /// Where a tensor's bytes are in the file.
    func place(of tensor: StoredTensor) -> Range<Int> {
        let start = dataStart + tensor.range.lowerBound
        return start..<start + tensor.byteCount
    }

    private func unexpectedType<Element: FileElement>(
        _ tensor: StoredTensor, _ element: Element.Type
    ) -> CheckpointError {
        CheckpointError(
            path: path,
            .unexpectedType(
                tensor: "tensor \"\(tensor.name)\"", expected: Element.elementType.rawValue,
                found: tensor.type.rawValue))
    }

    private static func headerBytes(of file: MappedFile) throws(CheckpointError) -> [UInt8] {
        let lengthByteCount = SafetensorsHeader.lengthByteCount
        func malformed(_ detail: String) -> CheckpointError {
            CheckpointError(path: file.path, .malformed(format: "safetensors", detail))
        }
        guard file.bytes.count > lengthByteCount else {
            throw malformed("only \(file.bytes.count) bytes long")
        }
        // Checked first, to distinguish an image or a text from a truncated checkpoint.
        guard file.bytes[lengthByteCount] == UInt8(ascii: "{") else {
            throw malformed("its header does not start with '{'")
        }
        let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
        guard length <= SafetensorsHeader.maximumByteCount else {
            throw malformed(
                "its header is said to take \(length) bytes; "
                    + "\(SafetensorsHeader.maximumByteCount) are allowed"
            )
        }
        let end = lengthByteCount + Int(length)
        guard end <= file.bytes.count else {
            throw CheckpointError(path: file.path, .truncated(expected: end, found: file.bytes.count))
        }
        return Array(file.bytes[lengthByteCount..<end])
    }
}
