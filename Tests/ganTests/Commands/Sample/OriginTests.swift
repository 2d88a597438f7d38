import Foundation
import Images
import Testing

/// What generated images tell of where they come from.
@Suite struct OriginTests {
    private func texts(_ program: Program, _ name: String) throws -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: try PNGText.texts(of: program.path(name)).map { ($0.keyword, $0.text) })
    }

    @Test func `an image tells its checkpoint, its seeds and its command`() throws {
        try withProgram { program in
            try program.train(steps: 2)
            let digest = try #require(
                program.shell("sha256sum run/checkpoints/latest.safetensors").output.split(separator: " ")
                    .first)
            let command = ["sample", "run", "--seeds", "4,5-7,9", "--out", "my grid.png"]
            try #require(program.run(command).status == 0)
            let told = try texts(program, "my grid.png")
            #expect(told["Checkpoint"] == "latest.safetensors, SHA-256 \(digest)")
            #expect(told["Input"] == "seeds 4-7, 9")
            #expect(told["Command"] == "gan sample run --seeds 4,5-7,9 --out 'my grid.png'")
            #expect(told["Model"]?.hasSuffix(", 2 steps") == true)
            #expect(
                told["XML:com.adobe.xmp"]?.contains(
                    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia") == true)
            let shown = try program.run(["inspect", "my grid.png"]).output
            #expect(shown.contains("Command      gan sample run") && !shown.contains("xmp"))
            let json = try JSONDecoder().decode(
                [String: String].self,
                from: Data(try program.run(["inspect", "my grid.png", "--json"]).output.utf8))
            #expect(json == told)
        }
    }

    @Test func `animations tell it`() throws {
        try withProgram { program in
            try program.train(steps: 2)
            let line = "interpolate run --seeds 1,2 --frames 2 --out walk"
            for ending in [".apng", ".gif"] {
                try #require(program.run(line + ending).status == 0)
                #expect(
                    try Data(contentsOf: URL(fileURLWithPath: program.path("walk" + ending)))
                        .range(of: Data("gan \(line)\(ending)".utf8)) != nil)
            }
            for ending in [".apng", ".gif"] {
                #expect(try texts(program, "walk" + ending)["Command"] == "gan \(line)\(ending)")
                let shown = try program.run("inspect walk" + ending).output
                #expect(shown.contains("Input        seeds 1-2"))
            }
            try #require(program.run(line + ".gif --no-metadata").status == 0)
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: program.path("walk.gif")))
                    .range(of: Data("Generated".utf8)) == nil)
            #expect(try program.run("inspect walk.gif").output.contains("does not tell"))
            try ErrorTests.expectFailure(
                program, "inspect walk.mp4", "comments of videos are not read here; ffprobe walk.mp4 shows")
        }
    }

    @Test func `every command's images tell it, unless they shall not`() throws {
        try withProgram { program in
            try program.train(steps: 2)
            let commands: [(line: String, image: String, input: String)] = [
                ("sample run --count 2 --seed 3 --out single/", "single/seed-4.png", "seed-4"),
                ("interpolate run --seeds 1,2 --out strip.png", "strip.png", "seeds 1-2"),
                (
                    "interpolate run --corners 1,2,3,5 --frames 2 --out square/", "square/row-0000-0001.png",
                    "seeds 1-3, 5"
                ),
                ("arithmetic run 1-2 --out sum.png", "sum.png", "1-2"),
                ("project run avatars/00001.png --steps 1 --out pair.png", "pair.png", "00001.png"),
                ("neighbors run avatars --seeds 8 --out near.png", "near.png", "seed 8"),
            ]
            for (line, image, input) in commands {
                let result = try program.run(line)
                try #require(result.status == 0, "\(result.errors)")
                #expect(try texts(program, image)["Input"] == input, "\(line)")
                let quiet = try program.run(line + " --no-metadata")
                try #require(quiet.status == 0, "\(quiet.errors)")
                #expect(try PNGText.texts(of: program.path(image)).isEmpty, "\(line)")
            }
            #expect(
                try program.run("inspect sum.png").output == "sum.png does not tell where it comes from\n")
            // A training's own sheets, which no checkpoint's file made.
            let sheet = try texts(program, "run/samples/step-000002.png")
            #expect(sheet["Input"] == "seeds 0-63" && sheet["Checkpoint"] == nil)
            #expect(try program.run("inspect avatars/00000.png").output.contains("does not tell"))
        }
    }
}
