import Files

/// An array in NumPy's `.npy` format: uint8 images, float32 latents, int64 labels and the like.
///
/// - Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1.0 to 3.0.
public struct NumpyArray: Sendable {
    /// The extents, outermost first.
    public let shape: [Int]
    /// The type of the elements.
    public let type: ElementType
    /// For messages.
    private let path: String
    private let storage: Storage
    /// Where the data begins in the storage.
    private let dataStart: Int

    private enum Storage: Sendable {
        case memory([UInt8])
        case file(RegularFile)
    }

    /// The number of elements.
    public var elementCount: Int { shape.reduce(1, *) }
    /// Checked when the array was made or opened.
    private var byteCount: Int { type.byteCount(shape: shape) ?? 0 }

    /// An array of elements in row-major order.
    public init<Element: FileElement>(shape: [Int], values: [Element]) {
        guard shape.allSatisfy({ $0 >= 0 }), shape.reduce(1, *) == values.count else {
            fatalError("NumpyArray: \(values.count) elements do not fill shape \(shape)")
        }
        self.shape = shape
        type = Element.elementType
        path = "array in memory"
        storage = .memory(values.withUnsafeBytes { Array($0) })
        dataStart = 0
    }

    /// A range of the data's bytes, little-endian and in row-major order.
    ///
    /// - Throws: `CheckpointError` where the file has become shorter since it was opened, or cannot be read.
    public func bytes(in range: Range<Int>) throws(CheckpointError) -> [UInt8] {
        let start = dataStart + range.lowerBound
        switch storage {
        case .memory(let bytes): return Array(bytes[start..<start + range.count])
        case .file(let file):
            let bytes = try file.bytes(from: start, count: range.count)
            guard bytes.count == range.count else {
                throw CheckpointError(
                    path: path, .truncated(expected: range.count, found: bytes.count))
            }
            return bytes
        }
    }

    /// The elements in row-major order.
    ///
    /// Floating-point types read every floating-point element type, integers every integer one that fits.
    ///
    /// - Throws: `CheckpointError` where the array's type does not fit.
    public func values<Element: FileElement>(
        as element: Element.Type = Element.self
    ) throws(CheckpointError) -> [Element] {
        let count = elementCount
        let values = try bytes(in: 0..<byteCount).withUnsafeBytes {
            $0.decoded(as: Element.self, from: type, count: count)
        }
        guard let values else {
            throw CheckpointError(
                path: path,
                .unexpectedType(
                    tensor: "the array", expected: Element.elementType.rawValue, found: type.rawValue))
        }
        return values
    }
}

// MARK: - Files

extension NumpyArray {
    private static let magic = [0x93] + Array("NUMPY".utf8)
    /// NumPy pads headers so that the data starts at a multiple of this.
    private static let alignment = 64

    /// Opens a `.npy` file; its data is read when it is asked for, so that a file that others change cannot do harm.
    ///
    /// - Throws: `CheckpointError` for a file that is missing, unreadable, cut off or no `.npy` file, for
    ///   big-endian or column-major data, and for element types other than numbers.
    public init(path: String) throws(CheckpointError) {
        let file = try RegularFile.opening(path)
        try self.init(file, 0..<file.size, path: path)
    }

    /// Opens what lies in a file as a `.npy` file would.
    ///
    /// - Parameter path: for messages.
    init(_ file: RegularFile, _ place: Range<Int>, path: String) throws(CheckpointError) {
        let layout = try Layout(path: path, size: place.count) { (start, count) throws(CheckpointError) in
            try file.bytes(from: place.lowerBound + start, count: min(count, place.count - start))
        }
        (shape, type, self.path, storage) = (layout.shape, layout.type, path, .file(file))
        dataStart = place.lowerBound + layout.dataStart
    }

    /// The array of a `.npy` file's content.
    ///
    /// - Parameter path: for messages.
    init(content: [UInt8], path: String) throws(CheckpointError) {
        let layout = try Layout(path: path, size: content.count) { (start, count) throws(CheckpointError) in
            Array(content[start..<min(start + count, content.count)])
        }
        (shape, type, self.path, storage) = (layout.shape, layout.type, path, .memory(content))
        dataStart = layout.dataStart
    }

    /// What a `.npy` file's beginning tells.
    struct Layout {
        let shape: [Int]
        let type: ElementType
        /// Where the data begins, which reaches to the file's end.
        let dataStart: Int

        /// Enough of a file's beginning.
        static let maximumByteCount = 12 + Int(UInt16.max)

        /// - Parameters:
        ///   - path: for messages.
        ///   - size: of the file, in bytes.
        ///   - read: gives bytes of the file, fewer where it ends before.
        init(
            path: String, size: Int, read: (_ start: Int, _ count: Int) throws(CheckpointError) -> [UInt8]
        ) throws(CheckpointError) {
            func malformed(_ detail: String) -> CheckpointError {
                CheckpointError(path: path, .malformed(format: "NumPy (.npy)", detail))
            }
            let bytes = try read(0, 12)
            guard bytes.count == 12, size > 12, bytes.starts(with: NumpyArray.magic) else {
                throw malformed("it does not start with NumPy's signature")
            }
            guard (1...3).contains(bytes[6]) else { throw malformed("version \(bytes[6]) is unknown") }
            let headerStart = bytes[6] == 1 ? 10 : 12
            // In two bytes, or in four.
            let headerByteCount = bytes[8..<headerStart].reversed().reduce(0) { $0 << 8 | Int($1) }
            // Arrays of plain numbers have headers of a line; version 1.0 allows no more than this either.
            guard headerByteCount <= UInt16.max else {
                throw malformed("its header takes \(headerByteCount) bytes; \(UInt16.max) are allowed")
            }
            let dataStart = headerStart + headerByteCount
            let text = try read(headerStart, headerByteCount)
            guard text.count == headerByteCount else {
                throw CheckpointError(path: path, .truncated(expected: dataStart, found: size))
            }
            let header: Header
            do {
                header = try Header(text)
            } catch {
                throw malformed(error.message)
            }
            guard let byteCount = header.type.byteCount(shape: header.shape) else {
                throw malformed("shape \(header.shape) is too large")
            }
            guard byteCount <= size - dataStart else {
                throw CheckpointError(path: path, .truncated(expected: byteCount, found: size - dataStart))
            }
            guard byteCount == size - dataStart else {
                throw malformed("\(size - dataStart - byteCount) bytes follow the data")
            }
            shape = header.shape
            type = header.type
            self.dataStart = dataStart
        }
    }

    /// Writes a `.npy` file of version 1.0, replacing the file at `path` only once all is on disk.
    ///
    /// - Throws: `FileError` where the file cannot be written, then nothing is left behind; `CheckpointError` where the
    ///   array lies in a file that cannot be read.
    public func write(to path: String) throws {
        var file = try NumpyWriter(path: path, shape: shape, type: type)
        try file.append(bytes(in: 0..<byteCount))
        try file.commit()
    }

    /// What comes before the data in a file of version 1.0.
    static func prefix(shape: [Int], type: ElementType) -> [UInt8] {
        // As Python writes a tuple: one element keeps its comma.
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text =
            "{'descr': '\(Header.description(of: type))', 'fortran_order': False, 'shape': (\(extents)), }"
        let unpadded = magic.count + 4 + text.utf8.count + 1
        let padding = (alignment - unpadded % alignment) % alignment
        text += String(repeating: " ", count: padding) + "\n"
        let length = UInt16(text.utf8.count)
        return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
    }

    /// The Python dictionary that a `.npy` file starts with.
    private struct Header {
        var type: ElementType
        var shape: [Int]

        private static let types: [String: ElementType] = [
            "|b1": .bool, "|u1": .uint8, "|i1": .int8, "<u2": .uint16, "<i2": .int16, "<f2": .float16,
            "<u4": .uint32, "<i4": .int32, "<f4": .float32, "<u8": .uint64, "<i8": .int64, "<f8": .float64,
        ]

        static func description(of type: ElementType) -> String {
            guard let entry = types.first(where: { $0.value == type }) else {
                fatalError("NumPy has no type for \(type)")
            }
            return entry.key
        }

        init(_ bytes: [UInt8]) throws(ByteScanner.Failure) {
            var scanner = ByteScanner(bytes)
            var type: ElementType?
            var shape: [Int]?
            try scanner.expect("{")
            while !scanner.take("}") {
                let key = try scanner.quotedText()
                try scanner.expect(":")
                switch key {
                case "descr" where type == nil:
                    let description = try scanner.quotedText()
                    type = Self.types[description]
                    if type == nil {
                        throw scanner.failure(
                            "elements of type \(description), not little-endian numbers; "
                                + "convert it with .astype('<f4') or .astype('u1')")
                    }
                case "fortran_order":
                    guard scanner.take(word: "False") else {
                        throw scanner.failure("column-major; convert it with numpy.ascontiguousarray")
                    }
                case "shape" where shape == nil:
                    shape = try scanner.numbers(from: "(", to: ")", trailingComma: true)
                default:
                    throw scanner.failure("unknown or repeated field \"\(key)\"")
                }
                if !scanner.take(",") {
                    try scanner.expect("}")
                    break
                }
            }
            try scanner.expectEnd()
            guard let type, let shape else { throw scanner.failure("no type or shape") }
            self.type = type
            self.shape = shape
        }
    }
}
