/// The type of a tensor's or array's elements in a file, under its safetensors name.
public enum ElementType: String, Hashable, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case uint16 = "U16"
    case int16 = "I16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case uint32 = "U32"
    case int32 = "I32"
    case float32 = "F32"
    case uint64 = "U64"
    case int64 = "I64"
    case float64 = "F64"

    /// The bytes one element takes.
    public var byteCount: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// The bytes a tensor of this shape takes, or nil where an extent is negative or the product is too
    /// large for an `Int`.
    func byteCount(shape: [Int]) -> Int? {
        var product = byteCount
        for extent in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            if overflow || extent < 0 { return nil }
            product = next
        }
        return product
    }
}

/// A Swift type that elements of files are read as.
///
/// Floating-point types read every floating-point element type, rounding to their own precision.
/// Integer types read every integer element type as long as the values fit.
public protocol FileElement: BitwiseCopyable, Sendable {
    /// The type elements of this Swift type are written as.
    static var elementType: ElementType { get }

    /// Decodes `values.count` little-endian elements; false where they cannot be represented.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, of type: ElementType,
        into values: UnsafeMutableBufferPointer<Self>
    ) -> Bool
}

extension Float: FileElement {
    /// The safetensors type `F32`.
    public static var elementType: ElementType { .float32 }

    /// Decodes elements of any floating-point type.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, of type: ElementType,
        into values: UnsafeMutableBufferPointer<Float>
    ) -> Bool { decodeFloatingPoint(bytes, of: type, into: values) }
}

extension Double: FileElement {
    /// The safetensors type `F64`.
    public static var elementType: ElementType { .float64 }

    /// Decodes elements of any floating-point type.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, of type: ElementType,
        into values: UnsafeMutableBufferPointer<Double>
    ) -> Bool { decodeFloatingPoint(bytes, of: type, into: values) }
}

extension UInt8: FileElement {
    /// The safetensors type `U8`.
    public static var elementType: ElementType { .uint8 }

    /// Decodes elements of any integer type whose values fit.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, of type: ElementType,
        into values: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool { decodeInteger(bytes, of: type, into: values) }
}

extension Int: FileElement {
    /// The safetensors type `I64`.
    public static var elementType: ElementType { .int64 }

    /// Decodes elements of any integer type whose values fit.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, of type: ElementType,
        into values: UnsafeMutableBufferPointer<Int>
    ) -> Bool { decodeInteger(bytes, of: type, into: values) }
}

extension UInt64: FileElement {
    /// The safetensors type `U64`.
    public static var elementType: ElementType { .uint64 }

    /// Decodes elements of any integer type whose values fit.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, of type: ElementType,
        into values: UnsafeMutableBufferPointer<UInt64>
    ) -> Bool { decodeInteger(bytes, of: type, into: values) }
}

// Elements are copied to and from memory as they are, which the formats' little-endian order allows.
#if _endian(big)
    #error("Checkpoints needs a little-endian processor")
#endif

private func decodeFloatingPoint<Value: BinaryFloatingPoint & FileElement>(
    _ bytes: UnsafeRawBufferPointer, of type: ElementType, into values: UnsafeMutableBufferPointer<Value>
) -> Bool {
    if type == Value.elementType {
        UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
        return true
    }
    func convert<Stored: BitwiseCopyable>(_ stored: Stored.Type, _ value: (Stored) -> Value) -> Bool {
        for index in values.indices {
            let offset = index * MemoryLayout<Stored>.size
            values[index] = value(bytes.loadUnaligned(fromByteOffset: offset, as: Stored.self))
        }
        return true
    }
    return switch type {
    case .float16: convert(Float16.self) { Value($0) }
    case .bfloat16: convert(UInt16.self) { Value(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: convert(Float.self) { Value($0) }
    case .float64: convert(Double.self) { Value($0) }
    default: false
    }
}

private func decodeInteger<Value: FixedWidthInteger & FileElement>(
    _ bytes: UnsafeRawBufferPointer, of type: ElementType, into values: UnsafeMutableBufferPointer<Value>
) -> Bool {
    if type == Value.elementType {
        UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
        return true
    }
    func convert<Stored: FixedWidthInteger & BitwiseCopyable>(_ stored: Stored.Type) -> Bool {
        for index in values.indices {
            let offset = index * MemoryLayout<Stored>.size
            let element = bytes.loadUnaligned(fromByteOffset: offset, as: Stored.self)
            guard let value = Value(exactly: element) else { return false }
            values[index] = value
        }
        return true
    }
    return switch type {
    case .uint8: convert(UInt8.self)
    case .int8: convert(Int8.self)
    case .uint16: convert(UInt16.self)
    case .int16: convert(Int16.self)
    case .uint32: convert(UInt32.self)
    case .int32: convert(Int32.self)
    case .uint64: convert(UInt64.self)
    case .int64: convert(Int64.self)
    default: false
    }
}

extension UnsafeRawBufferPointer {
    /// The elements these bytes hold, or nil where they cannot be represented as `Element`.
    func decoded<Element: FileElement>(
        as element: Element.Type, from type: ElementType, count: Int
    ) -> [Element]? {
        var fits = true
        let values = [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            fits = Element.decode(
                self, of: type, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initializedCount = fits ? count : 0
        }
        return fits ? values : nil
    }
}
