import Datasets
import Foundation
import Images

/// What `gan data info` says.
struct DataInfoReport {
    let summary: DatasetSummary
    /// What training would bring the images to.
    let format: ImageFormat

    // MARK: - In words

    /// Lists go on for so many entries before they are cut; JSON has all of them.
    private static let mostListed = 20

    func text() -> String {
        var rows = [("Data", summary.path), ("Kind", summary.kind), ("Images", "\(summary.count)")]
        if !summary.classNames.isEmpty { rows.append(("Classes", classes)) }
        rows += [("Sizes", sizes), ("Channels", channels), ("Training", training)]
        rows += summary.notes.map { ("Note", $0) }
        if !summary.skipped.isEmpty { rows.append(("Skipped", skipped)) }
        let width = rows.map(\.0.count).max()! + 2
        return rows.map { $0.0.padding(toLength: width, withPad: " ", startingAt: 0) + $0.1 }
            .joined(separator: "\n")
    }

    private var classes: String {
        let counted = zip(summary.classNames, summary.classCounts).map { "\($0) \($1)" }
        let more = counted.count - Self.mostListed
        return "\(counted.count): " + counted.prefix(Self.mostListed).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }

    private var sizes: String {
        let (width, height, common) = (summary.width, summary.height, summary.mostCommonSize)
        if common.images == summary.count { return "all \(common.width)x\(common.height)" }
        var parts = ["width \(Self.words(width))", "height \(Self.words(height))"]
        if common.images > 1 {
            parts.append("most common \(common.width)x\(common.height) (\(common.images) images)")
        }
        if summary.notSquareCount > 0 { parts.append("\(summary.notSquareCount) not square") }
        return parts.joined(separator: ", ")
    }

    private static func words(_ spread: DatasetSummary.Spread) -> String {
        spread.minimum == spread.maximum
            ? "\(spread.minimum)" : "\(spread.minimum) to \(spread.maximum) (median \(spread.median))"
    }

    private var channels: String {
        let kinds = ["gray", "gray with alpha", "RGB", "RGB with alpha"]
        let counted = zip(kinds, summary.channelCounts).filter { $0.1 > 0 }
        var parts = counted.count == 1 ? ["all \(counted[0].0)"] : counted.map { "\($0.1) \($0.0)" }
        if summary.transparentCount > 0 {
            parts.append("\(summary.transparentCount) with transparent parts")
        }
        return parts.joined(separator: ", ")
    }

    private var training: String {
        let bytes = formatted(bytes: summary.count * format.byteCount)
        let channels = [1: "gray", 3: "RGB", 4: "RGB with alpha"][format.channels]!
        var parts = ["\(format.width)x\(format.height) \(channels), \(bytes)"]
        let reshaped = summary.reshapedCount(in: format)
        if reshaped > 0 {
            switch format.fit {
            case .crop:
                let shape = format.size.isSquare ? "a square" : "this shape"
                parts.append("\(reshaped) cut to \(shape) (--fit pad shows all of them)")
            case .pad: parts.append("\(reshaped) given edges")
            case .stretch: parts.append("\(reshaped) stretched")
            }
        }
        let enlarged = summary.enlargedCount(in: format)
        if enlarged > 0 { parts.append("\(enlarged) enlarged") }
        if format.channels != 4 && summary.transparentCount > 0 {
            parts.append("transparency laid on white (--channels 4 keeps it)")
        }
        if format.channels == 1 && summary.suggestedChannels > 1 {
            parts.append("color turned to gray (--channels 3 keeps it)")
        }
        return parts.joined(separator: "; ")
    }

    private var skipped: String {
        let lines = summary.skipped.prefix(Self.mostListed).map { "  \($0.file): \($0.reason)" }
        let more = summary.skipped.count - lines.count
        return (["\(summary.skipped.count)"] + lines + (more > 0 ? ["  and \(more) more (--json)"] : []))
            .joined(separator: "\n")
    }

    // MARK: - In JSON

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Document(self)), as: UTF8.self)
    }

    private struct Document: Encodable {
        let data: String
        let kind: String
        let images: Int
        let classes: [String: Int]
        let skipped: [SkippedImage]
        let sizes: Sizes
        let channels: Channels
        let training: Training
        let notes: [String]

        struct Sizes: Encodable {
            let width: DatasetSummary.Spread
            let height: DatasetSummary.Spread
            let mostCommon: DatasetSummary.CommonSize
            let notSquare: Int
        }

        struct Channels: Encodable {
            let gray: Int
            let grayAlpha: Int
            let rgb: Int
            let rgba: Int
            /// Images with parts that are not opaque.
            let transparent: Int
        }

        struct Training: Encodable {
            let format: ImageFormat
            let bytes: Int
            let reshaped: Int
            let enlarged: Int
        }

        init(_ report: DataInfoReport) {
            let (summary, format) = (report.summary, report.format)
            data = summary.path
            kind = summary.kind
            images = summary.count
            classes = Dictionary(zip(summary.classNames, summary.classCounts), uniquingKeysWith: +)
            skipped = summary.skipped
            sizes = Sizes(
                width: summary.width, height: summary.height, mostCommon: summary.mostCommonSize,
                notSquare: summary.notSquareCount)
            channels = Channels(
                gray: summary.channelCounts[0], grayAlpha: summary.channelCounts[1],
                rgb: summary.channelCounts[2], rgba: summary.channelCounts[3],
                transparent: summary.transparentCount)
            training = Training(
                format: format, bytes: summary.count * format.byteCount,
                reshaped: summary.reshapedCount(in: format),
                enlarged: summary.enlargedCount(in: format))
            notes = summary.notes
        }
    }
}
