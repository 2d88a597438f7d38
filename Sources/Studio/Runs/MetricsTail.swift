import Foundation
import GANs

/// The rows that a training has added to `metrics.jsonl` since it was last looked at.
struct MetricsTail {
    /// Whole lines.
    let rows: Data
    /// Where the next ones begin: the file and a position in it.
    let cursor: String
    /// Whether the file was replaced, so that earlier rows do not count any more.
    let isAnew: Bool

    /// - Parameter cursor: of an earlier tail; empty to begin with.
    init(of path: String, after cursor: String) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            (rows, self.cursor, isAnew) = (Data(), "", true)
            return
        }
        defer { try? file.close() }
        var status = stat()
        fstat(file.fileDescriptor, &status)
        let parts = cursor.split(separator: "-").compactMap { UInt64($0) }
        let goesOn =
            parts.count == 2 && parts[0] == UInt64(status.st_ino) && parts[1] <= UInt64(status.st_size)
        let start = goesOn ? parts[1] : 0
        try? file.seek(toOffset: start)
        let data = (try? file.read(upToCount: MetricsTail.maximumBytes)) ?? Data()
        // A line that is just being written comes whole the next time.
        let end = data.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? data.startIndex
        rows = LegacyFormat.upgradedRow(data[..<end])
        self.cursor = "\(status.st_ino)-\(start + UInt64(end - data.startIndex))"
        isAnew = !goesOn
    }

    /// At once; a longer file comes in parts.
    private static let maximumBytes = 1 << 24

    /// The last row of a file; nil where it has none.
    static func lastRow(of path: String) -> MetricsRow? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        let end = (try? file.seekToEnd()) ?? 0
        // Rows have some hundred bytes.
        try? file.seek(toOffset: end > 1 << 14 ? end - 1 << 14 : 0)
        let data = (try? file.readToEnd()) ?? Data()
        let lines = LegacyFormat.upgradedRow(data).split(separator: UInt8(ascii: "\n"))
        let decoder = JSONDecoder()
        for line in lines.reversed() {
            if let row = try? decoder.decode(MetricsRow.self, from: Data(line)) { return row }
        }
        return nil
    }
}
