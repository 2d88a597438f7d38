import Checkpoints
import Foundation
import Images
import Testing

/// gan mix, and what gan sample does with styles.
@Suite struct MixTests {
    static let models = ["stylegan", "stylegan2"]
    private static let options = "--size 16 --latent 6 --channel-base 64 --channel-max 8 --batch 4"

    @discardableResult
    private func train(
        _ program: Program, model: String = "stylegan", _ more: String = ""
    ) throws -> Program.Result {
        try program.drawAvatars()
        let result = try program.run(
            "train avatars --out run --steps 6 --model \(model) \(Self.options) \(more)")
        try #require(result.status == 0, "\(result.errors)")
        return result
    }

    @Test(arguments: models) func `a table of mixed styles`(model: String) throws {
        try withProgram { program in
            let training = try train(program, model: model, "--path-length 2").output
            #expect(training.contains("regularization: R1 0.256, every 16 steps"))
            #expect(training.contains("path-length regularization 2.0, every 4 steps"))
            let result = try program.run("mix run --rows 1,2 --columns 3-5 --layers 2-3 --out table.png")
            #expect(result.status == 0 && result.errors == "")
            #expect(result.output == "2 x 3 images in table.png; layers 2 to 3 of 6 are the columns'\n")
            let table = try program.image("table.png")
            #expect(table.width == 4 * 18 + 2 && table.height == 3 * 18 + 2)
            for layers in ["coarse", "middle", "fine", "5"] {
                #expect(try program.run("mix run --layers \(layers) --out \(layers).png").status == 0)
            }
            #expect(try program.image("coarse.png") != program.image("fine.png"))

            // Below the white corner stand the rows' own images, as gan sample makes them.
            try program.run("sample run --seeds 1,2 --columns 1 --out rows.png")
            let rows = try program.image("rows.png")
            for row in 0..<rows.height {
                let start = ((row + 18) * table.width) * 3
                let own = row * rows.width * 3
                #expect(
                    table.pixels[start..<start + 18 * 3] == rows.pixels[own..<own + 18 * 3], "row \(row)")
            }

            let missing = try program.run("mix run --layers 6-7 --out x.png")
            #expect(missing.status == 1 && missing.errorLines.count == 1)
            #expect(
                missing.errors.contains(
                    "there are no layers 6-7; this model has the layers 0 to 5: coarse 0-1, middle "
                        + "2-3, fine 4-5"
                ))
            #expect(try program.run("mix run --rows 0-100 --out x.png").status == 64)
            #expect(try program.run("mix run --out x.jpg").status == 64)
            #expect(!program.exists("x.png"))
        }
    }

    @Test(arguments: models) func `styles are truncated and varied`(model: String) throws {
        try withProgram { program in
            try train(program, model: model)
            func sample(_ options: String) throws -> Image {
                let result = try program.run("sample run --out grid.png \(options)")
                try #require(result.status == 0, "\(result.errors)")
                return try program.image("grid.png")
            }
            let plain = try sample("--count 4")
            #expect(try sample("--count 4 --truncation 1 --noise const") == plain)
            #expect(try sample("--count 4 --truncation 0.5") != plain)
            #expect(try sample("--count 4 --truncation 0.5 --truncation-layers 0") == plain)
            for what in ["noise", "fine", "0-3"] {
                _ = try sample("--seeds 3,4 --vary \(what) --variants 5")
                let grid = try program.image("grid.png")
                #expect(grid.width == 5 * 18 + 2 && grid.height == 2 * 18 + 2)
            }
            try program.run("sample run --out some/ --seeds 3 --vary middle --variants 2")
            #expect(try program.contents("some") == ["seed-3-0.png", "seed-3-1.png"])
            for options in ["--variants 3", "--vary nothing", "--truncation 9", "--noise much"] {
                #expect(try program.run("sample run --out x.png \(options)").status == 64, "\(options)")
            }
        }
    }

    @Test func `other models have no styles`() throws {
        try withProgram { program in
            try program.train()
            for command in [
                "mix run --out x.png", "sample run --out x.png --truncation 0.7",
                "sample run --out x.png --vary noise",
                "interpolate run --seeds 1,2 --out x.png --space style",
            ] {
                let result = try program.run(command)
                #expect(result.status == 1 && result.errorLines.count == 1)
                #expect(result.errors.contains("holds a dcgan, which has no styles"))
            }
            #expect(!program.exists("x.png"))
        }
    }

    @Test(arguments: models) func `styles are walked through, added and projected`(model: String) throws {
        try withProgram { program in
            try train(program, model: model)
            func run(_ line: String) throws -> Program.Result {
                let result = try program.run(line)
                #expect(result.status == 0 && result.errors == "", "\(line): \(result.errors)")
                return result
            }
            _ = try run("attribute run --plus 1,2,3 --minus 4-8 --save a.npy")
            #expect(try NumpyArray(path: program.path("a.npy")).shape == [1, 1, 6])
            _ = try run("interpolate run --seeds 1,2 --along a.npy --frames 2 --out rows.png")
            _ = try run("interpolate run --seeds 1,2 --frames 4 --out styles.png")
            _ = try run("interpolate run --seeds 1,2 --frames 4 --space latent --out latents.png")
            #expect(try program.image("styles.png") != program.image("latents.png"))
            _ = try run("arithmetic run 3 --out sum.png --save w.npy")
            _ = try run("sample run --latents w.npy --out w.png")
            _ = try run("sample run --seeds 3 --out seed.png")
            let (one, other) = (try program.image("w.png"), try program.image("seed.png"))
            #expect(zip(one.pixels, other.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
            _ = try run("project run seed.png --out pair.png --steps 3 --starts 1 --save z.npy")
            #expect(try NumpyArray(path: program.path("z.npy")).shape == [1, 1, 6])

            let styles = try run("evaluate path-length run --samples 100").output
            #expect(
                styles.hasPrefix("Path length ") && styles.contains(", along 100 ways through the styles, by")
            )
            let json = try run("evaluate path-length run --samples 100 --space latent --json").output
            #expect(json.contains("\"space\" : \"latents\"") && json.contains("\"standardError\""))

            // Latents are no styles, though as many numbers.
            _ = try run("arithmetic run 3 --space latent --out sum.png --save z.npy")
            for (line, words) in [
                (
                    "interpolate run --seeds 1 --along z.npy --out x.png",
                    "z.npy holds latents, and styles are"
                ),
                (
                    "interpolate run --seeds 1 --space latent --along a.npy --out x.png",
                    "a.npy holds styles, and latents are asked for; give --space style"
                ),
                ("sample run --latents w.npy --truncation 0.7 --out x.png", "w.npy holds styles"),
            ] { try ErrorTests.expectFailure(program, line, words) }
            try NumpyArray(shape: [1, 1, 4], values: [Float](repeating: 1, count: 4))
                .write(to: program.path("short.npy"))
            try ErrorTests.expectFailure(
                program, "interpolate run --seeds 1 --along short.npy --out x.png",
                "[1, 1, 4]; this checkpoint needs count x 1 x 6, which are styles")
        }
    }

    @Test func `options fit the model`() throws {
        try withProgram { program in
            for (options, message) in [
                ("--model stylegan --width 8", "--width is not for --model stylegan; it is for dcgan"),
                (
                    "--channel-base 64",
                    "--channel-base is not for --model dcgan; it is for stylegan, stylegan2"
                ),
                ("--model dcgan --preset stylegan", "--preset asks for a stylegan, and the model is a dcgan"),
                (
                    "--model stylegan --preset stylegan2",
                    "--preset asks for a stylegan2, and the model is a stylegan"
                ),
                ("--model stylegan2 --grow", "--grow is not for --model stylegan2; it is for stylegan"),
                ("--model stylegan2 --grow-images 9", "--grow-images is not for --model stylegan2"),
                ("--model stylegan2 --width 8", "--width is not for --model stylegan2; it is for dcgan"),
                ("--model stylegan --regularizer spectral", "--normalization is spectral"),
                ("--model stylegan --conditioning concat", "--conditioning is concat"),
                ("--model stylegan --path-length=-1", "--path-length is -1.0"),
                ("--model stylegan --style-mixing 2", "--style-mixing is 2.0"),
            ] {
                let result = try program.run("train none --out run \(options)")
                #expect(
                    result.status == 64 && result.errors.contains(message), "\(options): \(result.errors)")
            }
            // On with the same model, and no other.
            try train(program)
            let other = try program.run("train --resume --out run --model dcgan")
            #expect(other.status == 64 && other.errors.contains("--model asks for a dcgan"))
            let same = try program.run("train --resume --out run --model stylegan --steps 8")
            #expect(same.status == 0, "\(same.errors)")
        }
    }

    @Test func `the second version's recipe`() throws {
        try withProgram { program in
            try program.drawAvatars()
            func description(_ options: String) throws -> String {
                let result = try program.run("train avatars --out run --size 16 --dry-run \(options)")
                #expect(result.status == 0 && result.errors == "", "\(options): \(result.errors)")
                return result.output
            }
            let published = try description("--preset stylegan2")
            #expect(published == (try description("--model stylegan2")))
            #expect(published == (try description("--model stylegan2 --preset stylegan2")))
            for line in [
                "stylegan2: ", "regularization: R1 0.256, every 16 steps",
                "path-length regularization 2.0, every 4 steps", "minibatch deviation",
                "optimizer Adam 0.0025 (0.0, 0.99)", "batch 16",
            ] { #expect(published.contains(line), "\(line) in \(published)") }
            #expect(try !description("--model stylegan2 --path-length 0").contains("path-length"))
            #expect(
                try description("--preset stylegan2 --path-length 3").contains(
                    "path-length regularization 3.0"))
            #expect(try !description("--model stylegan2 --preset wgan-gp").contains("path-length"))
        }
    }
}
