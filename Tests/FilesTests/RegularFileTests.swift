import Files
import Foundation
import TestSupport
import Testing

@Suite struct RegularFileTests {
    @Test func `what is no file is refused at once`() throws {
        try withTemporaryFolder { folder in
            let pipe = folder + "/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [folder, pipe, "/dev/zero"] {
                #expect(throws: FileError(path: path, .notAFile)) { try RegularFile(path) }
                #expect(throws: FileError(path: path, .notAFile)) { try MappedFile(path: path) }
            }
            #expect(throws: FileError(path: folder + "/none", .cannotRead(errno: ENOENT))) {
                try RegularFile(folder + "/none")
            }
        }
    }

    @Test func `pieces are read, and a file that becomes shorter gives fewer bytes`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/file"
            try AtomicFile.write(Array(0..<100), to: path)
            let file = try RegularFile(path)
            #expect(file.size == 100)
            #expect(try file.read(count: 3, at: 10) == [10, 11, 12])
            #expect(truncate(path, 50) == 0)
            #expect(try file.read(count: 60, at: 10) == Array(10..<50))
        }
    }

    @Test func `names are bytes, whether they are UTF-8 or not`() throws {
        let texts = ["plain", "café", "\u{10FFE9}", "\u{10FFE9}x\u{1F600}"]
        let others: [[UInt8]] = [
            [0x63, 0xE9], [0xFF, 0xFE, 0x41], [0xE2, 0x82], [0xF4, 0x8F, 0xBF, 0xA9, 0x80],
        ]
        let names: [[UInt8]] = texts.map { Array($0.utf8) } + others
        for name in names {
            let text = FileNames.text(name)
            let path: [UInt8] = FileNames.systemPath(text).map { UInt8(bitPattern: $0) }
            #expect(path.last == 0 && Array(path.dropLast()) == name)
        }
        #expect(Set(names.map(FileNames.text)).count == names.count)
        #expect(FileNames.text(Array("café".utf8)) == "café")
        #expect(FileNames.shown(FileNames.text([0x63, 0xE9, 0x2F, 0xC3, 0xA9])) == "c\\xE9/é")
        try withTemporaryFolder { folder in
            let path = folder + "/" + FileNames.text([0x63, 0xE9])
            let descriptor = open(FileNames.systemPath(path), O_CREAT | O_WRONLY, 0o600)
            #expect(write(descriptor, "abc", 3) == 3)
            close(descriptor)
            let file = try RegularFile(path)
            #expect(try file.read(count: 3) == Array("abc".utf8))
        }
    }
}
