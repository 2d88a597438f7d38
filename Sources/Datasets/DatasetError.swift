import Images

/// Why a data set could not be loaded.
public enum DatasetError: Error, Hashable, CustomStringConvertible {
    /// There is nothing at the path.
    case missing(path: String)
    /// The file or folder is there but cannot be read.
    case unreadable(path: String, reason: String)
    /// The file is of no kind that can be loaded.
    case unrecognized(path: String, reason: String)
    /// The folder holds no images; `seen` counts the other files by extension.
    case noImages(path: String, seen: [String: Int])
    /// There are images, but not one of them can be decoded.
    case noneDecodable(path: String, count: Int, first: SkippedImage)
    /// The file violates its format.
    case malformed(path: String, reason: String)
    /// As `malformed`; the reason names the file itself.
    case invalid(reason: String)
    /// The images need more space than there is; `needed` and `available` in bytes.
    case noSpace(folder: String, needed: Int, available: Int)
    /// Space for the decoded images cannot be reserved for another reason.
    case noStore(reason: String)

    /// The problem and what to do about it, in one line.
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): no such file or folder"
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .unrecognized(let path, let reason):
            "\(path): \(reason); data is \(imageSourceFormats)"
        case .noImages(let path, let seen):
            "\(path): " + Self.noImages(in: "in this folder or below it", seen: seen)
        case .noneDecodable(let path, let count, let first):
            count == 1
                ? "\(path): the only image, \(first.file), cannot be decoded: \(first.reason)"
                : "\(path): none of the \(count) images can be decoded; "
                    + "the first, \(first.file): \(first.reason)"
        case .malformed(let path, let reason):
            "\(path): \(reason)"
        case .invalid(let reason):
            reason
        case .noSpace(let folder, let needed, let available):
            "the decoded images need \(formatted(bytes: needed)) on disk, but \(folder) has "
                + "\(formatted(bytes: available)) free; use a smaller size, a larger memory budget, "
                + "or set TMPDIR to a folder with more room"
        case .noStore(let reason):
            "no room for the decoded images: \(reason)"
        }
    }

    /// A folder without one of the two sets of IDX files.
    public static func noIDXFiles(of set: IDXSet, folder: String) -> DatasetError {
        .malformed(
            path: folder,
            reason: "is no folder with \(set == .training ? "training" : "test") images in MNIST's IDX "
                + "format (\(set.rawValue)-images-idx3-ubyte, plain or packed as .gz)")
    }

    /// Throws if a file that is read whole is larger than such files are.
    static func check(size: Int, limit: Int, of path: String) throws(DatasetError) {
        guard size <= limit else {
            throw .malformed(path: path, reason: "is too large; it may have \(limit) bytes")
        }
    }

    /// Of a folder or an archive without images.
    static func noImages(in place: String, seen: [String: Int]) -> String {
        "no images (\(Image.listedExtensions)) \(place); "
            + (seen.isEmpty ? "it is empty" : "it holds \(listing(seen))")
    }

    /// The most frequent kinds of file, such as "12 .txt and 3 .svg files".
    private static func listing(_ seen: [String: Int]) -> String {
        let kinds = seen.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let named = kinds.prefix(4).map { "\($0.value) \($0.key)" }
        let others = kinds.dropFirst(4).reduce(0) { $0 + $1.value }
        let parts = named + (others > 0 ? ["\(others) other"] : [])
        let total = kinds.reduce(0) { $0 + $1.value }
        return parts.joined(separator: ", ") + (total == 1 ? " file" : " files")
    }
}

/// An image that was left out, and why.
public struct SkippedImage: Codable, Hashable, Sendable {
    /// The path below the data set's folder.
    public let file: String
    /// Why it was left out.
    public let reason: String

    /// - Parameter file: the path below the data set's folder.
    public init(file: String, reason: String) {
        self.file = file
        self.reason = reason
    }
}

/// A number of bytes in words, such as "12.3 MB" (millions of bytes).
public func formatted(bytes: Int) -> String {
    var value = Double(bytes)
    var unit = 0
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 999.95, unit < units.count - 1 {
        value /= 1000
        unit += 1
    }
    guard unit > 0 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
}

/// A number with its digits in groups, such as `12,345`.
public func grouped(_ number: Int) -> String {
    var digits = "\(number)"
    for place in stride(from: digits.count - 3, to: number < 0 ? 1 : 0, by: -3) {
        digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
    }
    return digits
}
