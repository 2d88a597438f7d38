/// Names of files as text. A name is bytes to the system, and need not be UTF-8; what is none becomes scalars that no
/// name has otherwise, so that the text leads back to the file.
public enum FileNames {
    /// Of a byte that belongs to no UTF-8, plus the byte: the end of the last plane, which is for private use.
    private static let base: UInt32 = 0x10FF00
    /// The first byte of such scalars in UTF-8, which hardly a name has.
    private static let mark: UInt8 = 0xF4

    /// The text of a name's bytes.
    public static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isByte) {
            return text
        }
        var result = String.UnicodeScalarView()
        var rest = bytes[...]
        while let byte = rest.first {
            let scalar = (1...4).lazy.compactMap { String(validating: rest.prefix($0), as: UTF8.self) }.first?
                .unicodeScalars.first
            if let scalar, !isByte(scalar) {
                result.append(scalar)
                rest = rest.dropFirst(UTF8.width(scalar))
            } else {
                result.append(Unicode.Scalar(base + UInt32(byte))!)
                rest = rest.dropFirst()
            }
        }
        return String(result)
    }

    /// The bytes of a name or path, with the zero that ends them for the system.
    public static func systemPath(_ text: String) -> [CChar] {
        guard text.utf8.contains(mark) else { return Array(text.utf8CString) }
        return text.unicodeScalars.flatMap { scalar in
            isByte(scalar)
                ? [CChar(bitPattern: UInt8(scalar.value - base))]
                : String(scalar).utf8.map { CChar(bitPattern: $0) }
        } + [0]
    }

    /// A text for reading, in which bytes that are no UTF-8 are shown as in `\xE9`.
    public static func shown(_ text: String) -> String {
        guard text.utf8.contains(mark) else { return text }
        return text.unicodeScalars.map { scalar in
            isByte(scalar)
                ? "\\x" + String(scalar.value - base, radix: 16, uppercase: true) : String(scalar)
        }.joined()
    }

    private static func isByte(_ scalar: Unicode.Scalar) -> Bool {
        (base + 0x80...base + 0xFF).contains(scalar.value)
    }
}
