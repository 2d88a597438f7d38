import Files
import Foundation
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

    @Test func `a locked folder is found wherever it is moved`() throws {
        try withTemporaryFolder { parent in
            let (old, new) = (parent + "/old", parent + "/new")
            try makeFolder(old)
            let lock = try FolderLock(old)
            #expect(lock.isInPlace && !lock.isRemoved && lock.currentPath == old)
            #expect(rename(old, new) == 0)
            try makeFolder(old)
            try AtomicFile.write("text", to: lock.place + "/file")
            #expect(try RegularFile(new + "/file").size == 4)
            #expect(throws: FileError.self) { try RegularFile(old + "/file") }
            #expect(!lock.isInPlace && !lock.isRemoved && lock.currentPath == new)
            // The other folder of the old name is another one's.
            _ = try FolderLock(old)
            #expect(throws: FileError(path: new, .inUse)) { try FolderLock(new) }
            unlink(new + "/file")
            #expect(rmdir(new) == 0)
            #expect(lock.isRemoved)
        }
    }
}
