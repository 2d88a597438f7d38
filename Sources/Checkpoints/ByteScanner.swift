/// Parses the small grammars of file headers: strings, integers and punctuation.
struct ByteScanner {
    struct Failure: Error {
        let message: String
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Skips blanks, then consumes the next byte if it is `character`; true if it was.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
        guard take(character) else { throw failure("expected '\(character)'") }
    }

    /// Consumes `word` if it comes next; true if it did.
    mutating func take(word: StaticString) -> Bool {
        skipBlanks()
        let word = word.description.utf8
        guard bytes[position...].starts(with: word) else { return false }
        position += word.count
        return true
    }

    mutating func expectEnd() throws(Failure) {
        skipBlanks()
        guard position == bytes.count else { throw failure("unexpected text after the end") }
    }

    /// An integer that is not negative.
    mutating func number() throws(Failure) -> Int {
        skipBlanks()
        let start = position
        var value = 0
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
            if overflow || carry { throw failure("number too large") }
            value = sum
            position += 1
        }
        guard position > start else { throw failure("expected a whole number") }
        return value
    }

    /// Integers between two brackets, separated by commas; a trailing comma is accepted where allowed.
    mutating func numbers(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar, trailingComma: Bool = false
    ) throws(Failure) -> [Int] {
        try expect(opening)
        var values: [Int] = []
        if take(closing) { return values }
        while true {
            values.append(try number())
            if take(closing) { return values }
            try expect(",")
            if trailingComma, take(closing) { return values }
        }
    }

    /// A JSON string with its escapes resolved (RFC 8259, section 7).
    mutating func jsonString() throws(Failure) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("text is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"):
                text += String(try escapedScalar()).utf8
            case 0..<0x20:
                throw failure("control character in a string")
            default:
                text.append(byte)
            }
        }
        throw failure("unterminated string")
    }

    /// Text between single or double quotes, without escapes.
    mutating func quotedText() throws(Failure) -> String {
        skipBlanks()
        let quote: Unicode.Scalar =
            position < bytes.count && bytes[position] == UInt8(ascii: "'") ? "'" : "\""
        try expect(quote)
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: quote)),
            let text = String(validating: bytes[position..<end], as: UTF8.self)
        else { throw failure("unterminated string") }
        position = end + 1
        return text
    }

    func failure(_ message: String) -> Failure {
        Failure(message: "\(message) at byte \(position) of the header")
    }

    private mutating func escapedScalar() throws(Failure) -> Unicode.Scalar {
        guard position < bytes.count else { throw failure("unterminated string") }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw failure("unknown escape")
        }
        let first = try hexadecimalUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(UInt16(first)), bytes[position...].starts(with: "\\u".utf8) else {
            throw failure("lone surrogate")
        }
        position += 2
        let second = try hexadecimalUnit()
        guard UTF16.isTrailSurrogate(UInt16(second)),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("lone surrogate") }
        return scalar
    }

    private mutating func hexadecimalUnit() throws(Failure) -> UInt32 {
        guard position + 4 <= bytes.count,
            bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw failure("expected four hexadecimal digits") }
        position += 4
        return unit
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }
}
