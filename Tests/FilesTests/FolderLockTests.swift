import Files
import TestSupport
import Testing

@Suite struct FolderLockTests {
    @Test func `a folder is locked once at a time`() throws {
        try withTemporaryFolder { folder in
            let first = try FolderLock(folder)
            #expect(throws: FileError(path: folder, .inUse)) { try FolderLock(folder) }
            withExtendedLifetime(first) {}
        }
        try withTemporaryFolder { folder in
            // Let go of at once.
            for _ in 1...2 { _ = try FolderLock(folder) }
            #expect(throws: FileError(path: folder + "/missing", .cannotRead(errno: 2))) {
                try FolderLock(folder + "/missing")
            }
        }
    }
}
