/// The entry of a tensor in a safetensors file.
public struct StoredTensor: Hashable, Sendable {
    /// The tensor's name.
    public let name: String
    /// The type of its elements.
    public let type: ElementType
    /// Its extents, outermost first.
    public let shape: [Int]
    /// Bytes from the start of the data section.
    let range: Range<Int>

    /// The bytes that it takes.
    public var byteCount: Int { range.count }
    /// The number of its elements.
    public var elementCount: Int { range.count / type.byteCount }
}

/// The JSON header of a safetensors file.
///
/// - Source: https://huggingface.co/docs/safetensors, "Format".
struct SafetensorsHeader {
    /// The metadata key of the checksum.
    static let checksumKey = "sha256"
    /// As in the reference implementation.
    static let maximumByteCount = 100_000_000
    /// The bytes of the header's length, which come before it.
    static let lengthByteCount = 8
    /// Data starts at a multiple of this, so that mapped tensors are aligned for vector loads.
    static let alignment = 64

    var tensors: [StoredTensor]
    var metadata: [String: String]
}

// MARK: - Writing

extension SafetensorsHeader {
    /// The header with its length in front, padded with blanks to the alignment.
    func encoded() -> [UInt8] {
        var fields: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }
                .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
            fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        for tensor in tensors {
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            fields.append(
                """
                \(Self.quoted(tensor.name)):{"dtype":"\(tensor.type.rawValue)","shape":[\(shape)],\
                "data_offsets":[\(tensor.range.lowerBound),\(tensor.range.upperBound)]}
                """)
        }
        var json = Array("{\(fields.joined(separator: ","))}".utf8)
        let unaligned = (Self.lengthByteCount + json.count) % Self.alignment
        if unaligned > 0 { json += repeatElement(UInt8(ascii: " "), count: Self.alignment - unaligned) }
        return withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init) + json
    }

    /// The text as a JSON string (RFC 8259, section 7).
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

// MARK: - Reading

extension SafetensorsHeader {
    /// Parses the header's JSON, which may be padded with blanks.
    init(json: [UInt8], path: String) throws(CheckpointError) {
        tensors = []
        metadata = [:]
        do {
            var scanner = ByteScanner(json)
            var names: Set<String> = []
            try scanner.object { (scanner, name) throws(ByteScanner.Failure) in
                guard names.insert(name).inserted else {
                    throw scanner.failure("\"\(name)\" comes twice")
                }
                if name == "__metadata__" {
                    metadata = try Self.metadata(&scanner)
                } else {
                    tensors.append(try Self.tensor(name, &scanner))
                }
            }
            try scanner.expectEnd()
        } catch {
            throw CheckpointError(path: path, .malformed(format: "safetensors", error.message))
        }
    }

    private static func metadata(_ scanner: inout ByteScanner) throws(ByteScanner.Failure) -> [String: String]
    {
        var metadata: [String: String] = [:]
        try scanner.object { (scanner, key) throws(ByteScanner.Failure) in
            let value = try scanner.jsonString()
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw scanner.failure("metadata \"\(key)\" comes twice")
            }
        }
        return metadata
    }

    private static func tensor(
        _ name: String, _ scanner: inout ByteScanner
    ) throws(ByteScanner.Failure) -> StoredTensor {
        var type: ElementType?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.object { (scanner, key) throws(ByteScanner.Failure) in
            switch key {
            case "dtype" where type == nil:
                let text = try scanner.jsonString()
                type = ElementType(rawValue: text)
                if type == nil { throw scanner.failure("tensor \"\(name)\" has the unknown dtype \(text)") }
            case "shape" where shape == nil:
                shape = try scanner.numbers(from: "[", to: "]")
            case "data_offsets" where offsets == nil:
                offsets = try scanner.numbers(from: "[", to: "]")
            default:
                throw scanner.failure("tensor \"\(name)\" has an unknown or repeated field \"\(key)\"")
            }
        }
        guard let type, let shape, let offsets else {
            throw scanner.failure("tensor \"\(name)\" lacks its dtype, shape or data_offsets")
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw scanner.failure("tensor \"\(name)\" has data_offsets \(offsets), not [begin, end]")
        }
        return StoredTensor(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
    }

    /// Checks that the tensors' sizes agree with their shapes, and that together they cover a data section
    /// of `byteCount` bytes without gap or overlap.
    func validate(dataByteCount byteCount: Int, path: String) throws(CheckpointError) {
        func invalid(_ tensor: StoredTensor, _ detail: String) -> CheckpointError {
            CheckpointError(path: path, .invalidTensor(tensor.name, detail))
        }
        var end = 0
        var previous = ""
        let ordered = tensors.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for tensor in ordered {
            guard let expected = tensor.type.byteCount(shape: tensor.shape) else {
                throw invalid(tensor, "shape \(tensor.shape) is too large")
            }
            guard expected == tensor.range.count else {
                throw invalid(
                    tensor,
                    "\(tensor.type.rawValue) \(tensor.shape) takes \(expected) bytes, "
                        + "its data_offsets give \(tensor.range.count)")
            }
            guard tensor.range.lowerBound == end else {
                throw invalid(
                    tensor,
                    tensor.range.lowerBound < end
                        ? "its data overlaps that of \"\(previous)\""
                        : "\(tensor.range.lowerBound - end) unused bytes before its data")
            }
            end = tensor.range.upperBound
            previous = tensor.name
        }
        guard end <= byteCount else {
            throw CheckpointError(path: path, .truncated(expected: end, found: byteCount))
        }
        guard end == byteCount else {
            throw CheckpointError(
                path: path,
                .malformed(format: "safetensors", "\(byteCount - end) bytes follow the last tensor"))
        }
    }
}

extension ByteScanner {
    /// A JSON object; `member` is called after each key and takes its value.
    fileprivate mutating func object(
        _ member: (inout ByteScanner, _ key: String) throws(Failure) -> Void
    ) throws(Failure) {
        try expect("{")
        if take("}") { return }
        while true {
            let key = try jsonString()
            try expect(":")
            try member(&self, key)
            if take("}") { return }
            try expect(",")
        }
    }
}
