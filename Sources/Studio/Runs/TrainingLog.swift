import Foundation
import GANs

/// What a training that the studio started has said.
struct TrainingLog {
    let path: String

    init(of folder: RunFolder) { path = folder.path + "/output.log" }

    /// The last lines; empty where there is no file.
    var end: String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > 4096 ? size - 4096 : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).suffix(12).joined(
            separator: "\n")
    }
}
