import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct AtomicFileTests {
    private func contents(of folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func `a commit replaces what was there`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/config.json"
            try AtomicFile.write("old", to: path)
            var file = try AtomicFile(path: path)
            try file.append("n__ text".utf8)
            try file.overwrite(Array("new".utf8), at: 0)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            try file.commit()
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "new text")
            #expect(try contents(of: folder) == ["config.json"])
        }
    }

    @Test func `without a commit nothing is left`() throws {
        try withTemporaryFolder { folder in
            do {
                var file = try AtomicFile(path: folder + "/model.safetensors")
                try file.append([1, 2, 3])
                #expect(try contents(of: folder).count == 1)
            }
            #expect(try contents(of: folder) == [])
        }
    }

    @Test func `no space left`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/model.safetensors"
            let temporaryPath = folder + "/.partial"
            try Data().write(to: URL(fileURLWithPath: temporaryPath))
            do {
                var file = AtomicFile(
                    path: path, temporaryPath: temporaryPath, descriptor: open("/dev/full", O_WRONLY))
                #expect(throws: FileError(path: path, .cannotWrite(errno: ENOSPC))) {
                    try file.append([1, 2, 3])
                }
            }
            #expect(try contents(of: folder) == [])
        }
    }

    @Test(arguments: [
        ("/nowhere/model.safetensors", FileError.Problem.cannotWrite(errno: ENOENT)),
        ("/dev/null/model.safetensors", .cannotWrite(errno: ENOTDIR)),
        ("/dev/full", .notAFile),
        ("/tmp", .notAFile),
    ])
    func `paths that cannot be written`(path: String, problem: FileError.Problem) {
        let error = FileError(path: path, problem)
        #expect(throws: error) { try AtomicFile.write("text", to: path) }
    }

    @Test func `errors say what to do`() {
        #expect(
            FileError(path: "runs/a.safetensors", .cannotWrite(errno: ENOSPC)).description
                == "cannot write runs/a.safetensors: no space is left there; free some or choose another "
                + "folder"
        )
        #expect(
            FileError(path: "/tmp", .notAFile).description
                == "/tmp is not a regular file; give the path of a file")
    }
}
