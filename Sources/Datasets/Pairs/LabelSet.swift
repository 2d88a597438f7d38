import Files
import Foundation

/// The labels of label maps, by index.
public struct LabelSet: Codable, Hashable, Sendable {
    /// The name of each label.
    public let names: [String]
    /// The color of each label, such as `#ff8000`.
    public let colors: [String]

    /// The largest number of labels that fit into a byte.
    public static let maximumCount = 256
    /// The file that lists the labels.
    static let fileName = "labels.txt"
    /// Up to a hundred letters a name; a larger file is no list of labels.
    static let mostBytes = 100 * maximumCount

    /// - Parameter palette: red, green and blue of each label; labels past its end get generated colors.
    public init(names: [String], palette: [[UInt8]] = []) {
        precondition((1...LabelSet.maximumCount).contains(names.count))
        self.names = names
        colors = names.indices.map { label in
            let color = label < palette.count ? palette[label] : LabelSet.generatedColor(label)
            return "#" + color.map { String(format: "%02x", $0) }.joined()
        }
    }

    /// How many labels there are.
    public var count: Int { names.count }

    /// Red, green and blue of each label.
    public var palette: [[UInt8]] { colors.compactMap(LabelSet.color) }

    /// Whether there is a name and a valid color for each label; a stored set may be damaged.
    public var isValid: Bool {
        (1...LabelSet.maximumCount).contains(names.count) && colors.count == names.count
            && palette.count == names.count
    }

    /// Reads a list of labels: one name on each line, label 0 first, or each after its index, as in `3 hair`.
    ///
    /// - Throws: `DatasetError` that names the file and the line.
    init(list: [UInt8], path: String, palette: [[UInt8]] = []) throws(DatasetError) {
        var lines = String(decoding: list, as: UTF8.self)
            .split(omittingEmptySubsequences: false) { $0.isNewline }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        while lines.last == "" { lines.removeLast() }
        guard (1...LabelSet.maximumCount).contains(lines.count) else {
            throw .malformed(
                path: path,
                reason: "has \(lines.count) lines; it needs the name of a label on each, 1 to "
                    + "\(LabelSet.maximumCount)")
        }
        if let empty = lines.firstIndex(of: "") {
            throw .malformed(
                path: path, reason: "line \(empty + 1) is empty; it needs the name of label \(empty)")
        }
        self.init(names: try LabelSet.withoutNumbers(lines, path: path), palette: palette)
    }

    /// The names without their indices, if every line begins with one.
    private static func withoutNumbers(_ lines: [String], path: String) throws(DatasetError) -> [String] {
        let parts = lines.map { $0.split(maxSplits: 1, whereSeparator: \.isWhitespace) }
        let numbers = parts.compactMap { $0.count == 2 ? Int($0[0]) : nil }
        guard numbers.count == lines.count else { return lines }
        if let wrong = numbers.indices.first(where: { numbers[$0] != $0 }) {
            throw .malformed(
                path: path,
                reason:
                    "line \(wrong + 1) is of label \(numbers[wrong]), where label \(wrong) is due; list all "
                    + "labels in their order, from 0")
        }
        return parts.map { String($0[1]) }
    }

    private static func color(_ text: String) -> [UInt8]? {
        guard text.count == 7, text.hasPrefix("#"), let value = UInt32(text.dropFirst(), radix: 16) else {
            return nil
        }
        return [16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// A color whose hue is spread by the golden ratio, so that neighbors differ.
    private static func generatedColor(_ label: Int) -> [UInt8] {
        let hue = (Double(label) * 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
        let light = label % 2 == 0 ? 0.9 : 0.65
        return [0, 1.0 / 3, 2.0 / 3].map { (shift: Double) -> UInt8 in
            // In steps with their types: as one expression it takes the compiler minutes.
            let turned: Double = (hue + shift).truncatingRemainder(dividingBy: 1)
            let place: Double = abs(turned * 6 - 3) - 1
            let strength: Double = 0.3 + 0.7 * min(max(place, 0), 1)
            return UInt8(255 * light * strength)
        }
    }
}
