import Foundation

/// A message in the wire format of Protocol Buffers, written field by field.
///
/// - Source: "Protocol Buffers: Encoding", the format's own documentation.
public struct ProtocolBuffer {
    /// The message.
    public private(set) var bytes = Data()

    private enum WireType: UInt64 { case varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 }

    /// A message without fields.
    public init() {}

    /// A message whose fields `build` adds.
    public init(_ build: (inout ProtocolBuffer) -> Void) { build(&self) }

    /// Adds an integer.
    public mutating func add(_ field: Int, _ value: Int) {
        tag(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    /// Adds a number of single precision.
    public mutating func add(_ field: Int, _ value: Float) {
        tag(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Adds a number of double precision.
    public mutating func add(_ field: Int, _ value: Double) {
        tag(field, .fixed64)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Adds bytes.
    public mutating func add(_ field: Int, _ value: Data) {
        tag(field, .bytes)
        varint(UInt64(value.count))
        bytes.append(value)
    }

    /// Adds a text.
    public mutating func add(_ field: Int, _ value: String) { add(field, Data(value.utf8)) }

    /// Adds a message whose fields `build` adds.
    public mutating func add(_ field: Int, _ build: (inout ProtocolBuffer) -> Void) {
        add(field, ProtocolBuffer(build).bytes)
    }

    private mutating func tag(_ field: Int, _ type: WireType) { varint(UInt64(field) << 3 | type.rawValue) }

    /// Seven bits a byte, the lowest first; all but the last have their highest bit set.
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
