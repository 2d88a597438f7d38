import Files
import Foundation
import TestSupport
import Testing

@Suite struct FolderMakingTests {
    @Test func `missing folders above are made, too`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/a/b/c"
            // The second call finds it there.
            for _ in 1...2 { try makeFolder(path) }
            var isFolder: ObjCBool = false
            #expect(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder))
            #expect(isFolder.boolValue)
        }
    }

    @Test func `a file in the way`() throws {
        try withTemporaryFolder { folder in
            let file = folder + "/file"
            try AtomicFile.write("text", to: file)
            for path in [file, file + "/below"] {
                #expect(throws: FileError(path: path, .cannotWrite(errno: ENOTDIR))) {
                    try makeFolder(path)
                }
            }
        }
    }
}
