/// A sum of latents as a user writes it: `1,2,3 - 4,5,6 + 2.5*glasses.npy`.
///
/// Every term is the mean of its seeds' latents, or of those in a file, taken once or a number of times.
package struct LatentExpression: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case seeds([UInt64])
        /// The path of a `.npy` file.
        case file(String)
    }

    package struct Term: Hashable, Sendable {
        /// How often it is taken: negative where it is subtracted.
        package let factor: Double
        package let source: Source
    }

    package let terms: [Term]

    /// A mistake in an expression, and its place.
    package struct ParseError: Error, Hashable, CustomStringConvertible {
        package let expression: String
        /// Characters before the place.
        package let place: Int
        package let reason: String

        /// The reason, and below it the expression with a caret under the place.
        package var description: String {
            let line = String(expression.map { $0.isWhitespace ? " " : $0 })
            return "\(reason)\n  \(line)\n  \(String(repeating: " ", count: place))^"
        }
    }

    /// - Throws: `ParseError` for what is no such sum.
    package init(_ expression: String) throws(ParseError) {
        var scanner = Scanner(expression)
        var terms: [Term] = []
        var sign = scanner.sign() ?? 1
        while true {
            let factor = sign * (try scanner.factor() ?? 1)
            terms.append(Term(factor: factor, source: try scanner.source()))
            if scanner.isAtEnd { break }
            guard let next = scanner.sign() else {
                throw scanner.failure("+ or - is missing between two terms")
            }
            sign = next
        }
        self.terms = terms
    }

    private struct Scanner {
        private let expression: String
        private let characters: [Character]
        private var place = 0

        init(_ expression: String) {
            (self.expression, characters) = (expression, Array(expression))
        }

        var isAtEnd: Bool {
            mutating get {
                skipBlanks()
                return place == characters.count
            }
        }

        func failure(_ reason: String, at place: Int? = nil) -> ParseError {
            ParseError(expression: expression, place: place ?? self.place, reason: reason)
        }

        /// 1 or -1; nil where no sign stands.
        mutating func sign() -> Double? {
            skipBlanks()
            guard let sign = next, sign == "+" || sign == "-" else { return nil }
            place += 1
            return sign == "-" ? -1 : 1
        }

        /// The number before a `*`; nil where there is none.
        mutating func factor() throws(ParseError) -> Double? {
            skipBlanks()
            let start = place
            while let digit = next, digit.isASCII, digit.isNumber || digit == "." { place += 1 }
            let number = String(characters[start..<place])
            skipBlanks()
            guard next == "*" else {
                place = start
                return nil
            }
            guard let factor = Double(number), factor <= 1000 else {
                throw failure("before * stands a number up to 1000, such as 2.5", at: start)
            }
            place += 1
            return factor
        }

        mutating func source() throws(ParseError) -> Source {
            skipBlanks()
            guard let first = next else {
                throw failure("the expression breaks off; seeds such as 1,2,3 or a file.npy should follow")
            }
            if first.isASCII, first.isNumber { return .seeds(try seeds()) }
            guard first.isLetter || "./_~".contains(first) else {
                throw failure("\"\(first)\" begins no term; seeds such as 1,2,3 or a file.npy would")
            }
            return .file(try file())
        }

        private mutating func seeds() throws(ParseError) -> [UInt64] {
            var seeds: [UInt64] = []
            while true {
                skipBlanks()
                let start = place
                while let digit = next, digit.isASCII, digit.isNumber { place += 1 }
                guard place > start else {
                    throw failure(
                        next.map { "\"\($0)\" is no seed" }
                            ?? "the expression breaks off; a seed should follow")
                }
                guard let seed = UInt64(String(characters[start..<place])) else {
                    throw failure("seeds go up to \(UInt64.max)", at: start)
                }
                seeds.append(seed)
                if let letter = next, !letter.isWhitespace, !",+-".contains(letter) {
                    throw failure(
                        "\"\(letter)\" is no part of a seed; a file whose name begins with a digit is written "
                            + "./name.npy")
                }
                skipBlanks()
                guard next == "," else { return seeds }
                place += 1
            }
        }

        /// A path up to its ending .npy; only blanks and signs can follow that.
        private mutating func file() throws(ParseError) -> String {
            let (start, ending) = (place, Array(".npy"))
            while place < characters.count {
                let end = place + ending.count
                if characters[place...].starts(with: ending),
                    end == characters.count || characters[end].isWhitespace || "+-".contains(characters[end])
                {
                    place = end
                    return String(characters[start..<end])
                }
                if characters[place].isWhitespace { break }
                place += 1
            }
            throw failure("a file's name must end in .npy", at: start)
        }

        private var next: Character? { place < characters.count ? characters[place] : nil }

        private mutating func skipBlanks() {
            while next?.isWhitespace == true { place += 1 }
        }
    }
}
