import CPNG
import Files

/// A text in a PNG file, as its chunks `iTXt`, `tEXt` and `zTXt` hold them, or a line of a GIF file's comment.
public struct PNGText: Hashable, Sendable {
    /// What the text is about: 1 to 79 characters of Latin-1, such as `Software`.
    public let keyword: String
    /// What it says.
    public let text: String

    /// In characters.
    static let longestKeyword = 79

    /// - Precondition: the keyword has 1 to 79 bytes of ASCII.
    public init(_ keyword: String, _ text: String) {
        (self.keyword, self.text) = (keyword, text)
    }

    /// The texts that lie before the pixels of a PNG file, or the comment before those of a GIF file.
    ///
    /// - Throws: `ImageError` for what cannot be read, or is another file.
    public static func texts(of path: String) throws(ImageError) -> [PNGText] {
        try withContent(of: path) { bytes throws(ImageError) in
            try bytes.withUnsafeBufferPointer { bytes throws(ImageError) in
                switch FileKind(bytes) {
                case .png: return try PNGReader(bytes, path: path, keepingTexts: true).texts
                case .gif: return try GIFReader(bytes, path: path).texts
                default:
                    throw .damaged(path: path, reason: "it is no PNG or GIF image, which alone hold texts")
                }
            }
        }
    }

    /// Calls `body` with texts as libpng takes them. Zero bytes, which would end a text, are left out.
    static func withPointers<Result>(
        to texts: [PNGText], _ body: ([cpng_text]) -> Result
    ) -> Result {
        guard let first = texts.first else { return body([]) }
        return first.keyword.withCString { keyword in
            first.text.replacing("\0", with: "").withCString { text in
                withPointers(to: Array(texts.dropFirst())) { others in
                    body([cpng_text(keyword: keyword, text: text)] + others)
                }
            }
        }
    }
}
