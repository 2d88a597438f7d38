import Foundation
import Images
import Testing

/// Videos, of which ffmpeg's part is played by a script.
@Suite struct VideoTests {
    /// Puts a script in the place of ffmpeg.
    ///
    /// - Returns: the environment to run in.
    private func withFFmpeg(_ program: Program, _ script: String) throws -> [String: String] {
        let folder = program.path("bin")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("#!/bin/bash\n\(script)\n".utf8).write(to: URL(fileURLWithPath: folder + "/ffmpeg"))
        #expect(chmod(folder + "/ffmpeg", 0o755) == 0)
        return ["PATH": folder + ":/usr/bin:/bin"]
    }

    private func walk(
        _ program: Program, to path: String, _ environment: [String: String], more: String = ""
    ) throws -> Program.Result {
        try program.run(
            "interpolate run --seeds 1,2 --frames 4 --out \(path) \(more)".split(separator: " ").map(
                String.init),
            environment: environment)
    }

    @Test(arguments: [("walk.mp4", "libx264"), ("WALK.WebM", "libvpx-vp9")])
    func `ffmpeg gets every frame and writes beside the video's place`(name: String, codec: String) throws {
        try withProgram { program in
            try program.train()
            let environment = try withFFmpeg(
                program, #"printf '%s\n' "$@" > arguments; cat > "${!#:5}"; ls -a > contents"#)
            let made = try walk(program, to: name, environment, more: "--fps 12.5")
            #expect(made.status == 0 && made.errors == "" && made.output == "5 images in \(name)\n")
            let frames = try walk(program, to: "frames/", environment)
            #expect(frames.status == 0)
            let expected = try (0..<5).flatMap {
                try program.image("frames/000\($0).png").converted(toChannels: 3).pixels
            }
            #expect(try [UInt8](program.bytes(name)) == expected)

            let arguments = try String(decoding: program.bytes("arguments"), as: UTF8.self)
                .split(separator: "\n")
            func value(of option: Substring) -> Substring? {
                arguments.firstIndex(of: option).map { arguments[$0 + 1] }
            }
            #expect(value(of: "-video_size") == "16x16" && value(of: "-framerate") == "12.5")
            #expect(value(of: "-c:v") == Substring(codec) && value(of: "-pix_fmt") == "yuv420p")
            let contents = try String(decoding: program.bytes("contents"), as: UTF8.self)
            #expect(contents.contains(".partial") && !contents.contains(name))
            #expect(try program.leftovers() == [])
        }
    }

    @Test func `rows are walked together`() throws {
        try withProgram { program in
            try program.train()
            let environment = try withFFmpeg(program, #"printf '%s\n' "$@" > arguments; cat > "${!#:5}""#)
            try program.run(["arithmetic", "run", "3", "--out", "3.png", "--save", "z.npy"])
            let made = try program.run(
                "interpolate run --seeds 1,2 --along z.npy --frames 2 --out rows.mp4"
                    .split(separator: " ").map(String.init), environment: environment)
            #expect(made.status == 0 && made.output == "6 images in rows.mp4\n")
            let arguments = try String(decoding: program.bytes("arguments"), as: UTF8.self)
            let pixels = try program.bytes("rows.mp4").count / 9
            #expect(arguments.contains("\n\(pixels / 20)x20\n"), "\(arguments)")
        }
    }

    @Test func `what ffmpeg complains of is told in a line, and the old video stays`() throws {
        try withProgram { program in
            try program.train()
            try program.write("old", to: "walk.mp4")
            func expect(_ script: String, _ words: String, more: String = "") throws {
                let environment = try withFFmpeg(program, script)
                let made = try walk(program, to: "walk.mp4", environment, more: more)
                #expect(made.status != 0 && made.output == "" && made.errorLines.count == 1)
                #expect(
                    made.errors.contains("walk.mp4: ffmpeg has not encoded the video: \(words)"),
                    "\(made.errors)")
                #expect(try program.bytes("walk.mp4") == Data("old".utf8))
                #expect(try program.leftovers() == [])
            }
            let complaint = "echo first >&2; echo \"Unknown encoder 'libx264'\" >&2; exit 1"
            try expect("cat > /dev/null; \(complaint)", "Unknown encoder 'libx264'")
            // More than a connection holds.
            try expect(complaint, "Unknown encoder 'libx264'", more: "--frames 600")
            try expect("exit 0", "it ended before the last frame", more: "--frames 600")
            try expect("cat > /dev/null; exit 3", "its exit status is 3")
        }
    }

    @Test func `without ffmpeg there is a line, and no image is made`() throws {
        try withProgram { program in
            try program.train()
            let made = try walk(program, to: "walk.mp4", ["PATH": program.folder])
            #expect(made.status != 0 && made.errorLines.count == 1)
            #expect(
                made.errors.contains(
                    "walk.mp4: videos are encoded by ffmpeg, which is not installed: install it, or write .gif"
                ))
            #expect(try program.leftovers() == [] && !program.exists("walk.mp4"))
            #expect(try walk(program, to: "walk.gif", ["PATH": program.folder]).status == 0)
        }
    }
}
