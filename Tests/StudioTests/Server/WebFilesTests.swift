import Foundation
import Testing

@testable import Studio

@Suite struct WebFilesTests {
    @Test func `every file below Web is in the program, as it lies there`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Sources/Studio/Web").standardizedFileURL
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { !$0.hasPrefix(".") && $0.contains(".") }
        #expect(Set(paths) == Set(WebFiles.all.keys))
        for path in paths {
            #expect(WebFiles.all[path] == FileManager.default.contents(atPath: "\(folder.path)/\(path)"))
        }
    }
}
