import Foundation
import GANs
import Testing

@testable import Studio

@Suite struct RunLibraryTests {
    /// A folder with the files of a run that a training of an earlier version wrote.
    private func withRun(_ body: (_ root: String, _ run: String) async throws -> Void) async throws {
        let root = NSTemporaryDirectory() + "/run-library-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let run = root + "/faces/first"
        try FileManager.default.createDirectory(atPath: run + "/samples", withIntermediateDirectories: true)
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fixtures/version1").standardizedFileURL.path
        for file in ["config.json", "metrics.jsonl"] {
            try FileManager.default.copyItem(atPath: "\(fixtures)/\(file)", toPath: "\(run)/\(file)")
        }
        for step in [20, 100, 1_000_000] {
            try Data([1]).write(to: URL(fileURLWithPath: RunFolder(run).sample(step: step)))
        }
        try await body(root, run)
    }

    private func library(_ root: String) -> RunLibrary { RunLibrary(root) { kind, _ in kind.rawValue } }

    @Test func `runs below the folder are found and told of`() async throws {
        try await withRun { root, run in
            let library = library(root)
            let summary = try #require(await library.summaries().first)
            #expect(summary.name == "faces/first" && summary.state != .running)
            #expect(summary.sheet?.step == 1_000_000)
            let details = try await library.details(summary.id)
            #expect(details.sheets.map(\.step) == [20, 100, 1_000_000])
            #expect(details.resumeCommand == "gan train --resume --out \(run.replacing("//", with: "/"))")
            #expect(details.advice.count == TrainingWarning.Kind.allCases.count)
        }
    }

    @Test func `a training at work is known by its folder's lock`() async throws {
        try await withRun { root, run in
            let library = library(root)
            do {
                let lock = try RunFolder(run).claim()
                #expect(await library.summaries().first?.state == .running)
                withExtendedLifetime(lock) {}
            }
            #expect(await library.summaries().first?.state != .running)
        }
    }

    @Test func `an id that no run has is refused`() async throws {
        try await withRun { root, run in
            for id in ["", "1", "../faces/first", run] {
                await #expect(throws: StudioError.self) { try await library(root).details(id) }
            }
        }
    }

    @Test func `metrics come as they are written, and whole`() async throws {
        let path = NSTemporaryDirectory() + "/metrics-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("{\"step\":1}\n{\"step\":2}\n{\"ste".utf8).write(to: URL(fileURLWithPath: path))
        let first = MetricsTail(of: path, after: "")
        #expect(String(decoding: first.rows, as: UTF8.self) == "{\"step\":1}\n{\"step\":2}\n")
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("p\":3}\n".utf8))
        let second = MetricsTail(of: path, after: first.cursor)
        #expect(String(decoding: second.rows, as: UTF8.self) == "{\"step\":3}\n" && !second.isAnew)
        #expect(MetricsTail(of: path, after: second.cursor).rows.isEmpty)
        // A resumed run writes the file anew.
        try Data("{\"step\":1}\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        let third = MetricsTail(of: path, after: second.cursor)
        #expect(String(decoding: third.rows, as: UTF8.self) == "{\"step\":1}\n" && third.isAnew)
    }

    @Test(arguments: ["", "..", "../x", "a/b", ".hidden", "x\u{0}", String(repeating: "a", count: 65)])
    func `a name that leads elsewhere is refused`(name: String) {
        #expect(throws: StudioError.self) { try library("/nowhere").newFolder(named: name) }
    }

    @Test func `a training's arguments are the form's`() throws {
        var request = TrainingRequest(
            name: "x", data: "/tmp", model: "dcgan", size: 32, minutes: 10, options: "--seed 3",
            endsWithStudio: false)
        let folder = RunFolder("/runs/a b")
        #expect(
            try CommandText.gan(request.arguments(into: folder))
                == "gan train /tmp --out '/runs/a b' --model dcgan --size 32 --minutes 10 --seed 3")
        for options in ["--out /etc", "--resume", "--overwrite", "--out=/etc", "-- x", "--dry-run"] {
            request.options = options
            #expect(throws: StudioError.self, "\(options)") { try request.arguments(into: folder) }
        }
        request.options = ""
        for data in ["", "/does/not/exist"] {
            request.data = data
            #expect(throws: StudioError.self) { try request.arguments(into: folder) }
        }
        request = TrainingRequest(
            name: "x", data: "/tmp", model: "nonesuch", size: nil, minutes: .infinity, options: "",
            endsWithStudio: false)
        #expect(throws: StudioError.self) { try request.arguments(into: folder) }
    }
}
