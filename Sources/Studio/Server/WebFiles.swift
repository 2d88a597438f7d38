import CStudioWeb
import Foundation

/// The files that pages are made of, which are part of the program.
enum WebFiles {
    /// By their paths below `Sources/Studio/Web`.
    static let all: [String: Data] = {
        var files: [String: Data] = [:]
        for list in [shared_files()] + Pages.all.map({ $0.files }) {
            var next = list
            while let file = next, let path = file.pointee.path {
                files[String(cString: path)] = Data(bytes: file.pointee.bytes, count: file.pointee.count)
                next = file.advanced(by: 1)
            }
        }
        return files
    }()

    /// The text of a file.
    static func text(_ path: String) -> String {
        guard let data = all[path] else { fatalError("the program lacks \(path)") }
        return String(decoding: data, as: UTF8.self)
    }

    /// What a file holds, by its name.
    static func type(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "png": "image/png"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }
}
