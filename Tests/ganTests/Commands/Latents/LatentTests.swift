import Checkpoints
import Foundation
import Images
import Testing

/// gan interpolate, arithmetic, attribute, project and neighbors.
@Suite struct LatentTests {
    /// A sheet of rows has names before it.
    private static func pixels(_ program: Program, _ name: String) throws -> (width: Int, height: Int) {
        let image = try program.image(name)
        return (image.width, image.height)
    }

    @Test func `walks are written as their names say`() throws {
        try withProgram { program in
            try program.train()
            func run(_ line: String) throws -> String {
                let result = try program.run("interpolate run \(line)")
                #expect(result.status == 0 && result.errors == "", "\(line): \(result.errors)")
                return result.output
            }
            #expect(try run("--seeds 1,2,3 --frames 4 --out strip.png") == "10 images in strip.png\n")
            #expect(try Self.pixels(program, "strip.png").height == 2 + 2 * 18)
            #expect(try run("--seeds 1,2,3 --frames 4 --loop --mode lerp --out walk.gif").hasPrefix("12 "))
            #expect(try program.bytes("walk.gif").starts(with: Array("GIF89a".utf8)))
            #expect(try run("--seeds 1,2 --mode spline --out walk.apng").hasPrefix("17 "))
            #expect(try program.image("walk.apng").width == 16)
            #expect(try run("--corners 1,2,3,4 --frames 3 --out square.png").hasPrefix("16 "))
            #expect(try Self.pixels(program, "square.png") == (2 + 4 * 18, 2 + 4 * 18))
            #expect(try run("--seeds 5,6 --frames 2 --out frames/").hasPrefix("3 "))
            #expect(try program.contents("frames") == ["0000.png", "0001.png", "0002.png"])
            // The ends are the seeds' own images.
            try program.run("sample run --seeds 5,6 --out seeds/")
            for (frame, seed) in [("0000", 5), ("0002", 6)] {
                #expect(
                    try program.image("frames/\(frame).png") == program.image("seeds/seed-\(seed).png"))
            }
        }
    }

    @Test func `an attribute is found, walked along and added`() throws {
        try withProgram { program in
            try program.train()
            let found = try program.run("attribute run --plus 1,2,3 --minus 4-8 --save a.npy")
            #expect(
                found.status == 0 && found.output.hasPrefix("Direction from 5 without to 3 with, in a.npy"))
            let direction = try NumpyArray(path: program.path("a.npy"))
            #expect(direction.shape == [1, 8])
            let squares = try direction.values(as: Float.self).map { $0 * $0 }.reduce(0, +)
            #expect(abs(squares - 1) < 1e-5)

            let rows = try program.run(
                "interpolate run --seeds 1,2 --along a.npy --from -2 --to 2 --frames 4 --out rows.png")
            #expect(rows.status == 0 && rows.output == "10 images in rows.png\n")
            try program.run(
                "interpolate run --seeds 1,2 --along a.npy --frames 2 --loop --out walk.apng")
            #expect(try Self.pixels(program, "walk.apng") == (2 + 2 * 18, 2 + 18))
            // In the middle is the start itself.
            try program.run(
                "interpolate run --seeds 2 --along a.npy --from -1 --to 1 --frames 2 --out steps/")
            try program.run("sample run --seeds 2 --out own.png")
            #expect(try program.image("steps/2-0001.png") == program.image("own.png"))

            let sum = try program.run(
                ["arithmetic", "run", "1,2 - 3 + 2*a.npy", "--out", "sum.png", "--save", "z.npy"])
            #expect(sum.status == 0 && sum.output == "3 terms and their sum in sum.png, z.npy\n")
            #expect(try program.image("sum.png").channels == 3)
            #expect(try program.run("sample run --latents z.npy --out z.png").status == 0)

            for expression in ["-3+1,2", "- 3 + 2*a.npy", "-a.npy"] {
                let sum = try program.run(["arithmetic", "run", expression, "--out", "sum.png"])
                #expect(sum.status == 0, "\(expression): \(sum.errors)")
            }

            try program.run(["arithmetic", "run", "7", "--out", "7.png", "--save", "z.npy"])
            try program.run("sample run --latents z.npy --out z.png")
            try program.run("sample run --seeds 7 --out seed.png")
            #expect(try program.image("z.png") == program.image("seed.png"))
        }
    }

    @Test func `images are projected, with and without a discriminator`() throws {
        try withProgram { program in
            try program.train()
            try program.run("sample run --seeds 3 --out face.png")
            let found = try program.run("project run face.png --out pair.png --save z.npy --steps 60")
            #expect(found.status == 0 && found.errors == "")
            #expect(found.output.contains("Pixels differ by ") && found.output.contains("features by "))
            #expect(try Self.pixels(program, "pair.png") == (2 + 2 * 18, 2 + 18))
            #expect(try NumpyArray(path: program.path("z.npy")).shape == [1, 8])
            #expect(
                try program.run("interpolate run --latents z.npy --along z.npy --out rows.png").status == 0)

            try program.run("export run --out g.safetensors")
            let pixelsOnly = try program.run("project g.safetensors face.png --out pair.png --steps 5")
            #expect(pixelsOnly.status == 0 && pixelsOnly.output.contains("only pixels are compared"))

            try program.run("data avatars --count 3 --size 16 --seed 5 --out others")
            let examples = try program.run(
                "attribute run --like avatars --unlike others --count 3 --save a.npy")
            #expect(examples.status == 0 && examples.output.hasPrefix("Direction from 3 without to 3 with"))
        }
    }

    @Test func `neighbors are shown and told`() throws {
        try withProgram { program in
            try program.train()
            let found = try program.run("neighbors run avatars --seeds 0-2 --nearest 4 --out n.png")
            #expect(found.status == 0 && found.errors == "")
            let lines = found.output.split(separator: "\n")
            #expect(lines.count == 4 && lines[0].hasPrefix("seed 0: 000") && lines[0].contains(".png "))
            #expect(lines[3].hasPrefix("Samples lie ") && lines[3].contains("of 3); training images lie "))
            #expect(try Self.pixels(program, "n.png").height == 2 + 3 * 18)
            // Under its other name.
            #expect(try program.run("neighbours run avatars --out n.png").status == 0)
        }
    }

    @Test func `conditional models keep to one class`() throws {
        try withProgram { program in
            try program.run("data avatars --count 24 --size 16 --classes mouth --out avatars")
            try program.train(into: "run", steps: 4, "--conditional")
            for name in ["neutral", "smiling"] {
                try program.run("interpolate run --seeds 1,2 --frames 1 --class \(name) --out \(name)/")
                try program.run("sample run --seeds 1 --class \(name) --out \(name).png")
                #expect(try program.image("\(name)/0000.png") == program.image("\(name).png"))
            }
            #expect(try program.image("neutral.png") != program.image("smiling.png"))
            let found = try program.run("project run neutral.png --out pair.png --steps 5")
            #expect(found.status == 0 && found.output.contains("what was found, class "))
            try ErrorTests.expectFailure(
                program, "interpolate run --seeds 1,2 --class sad --out x.png", "there is no class \"sad\"")
            try ErrorTests.expectFailure(
                program, "evaluate arithmetic run avatars --without neutral", "is told of classes")
        }
    }

    @Test func `what cannot be done is told`() throws {
        try withProgram { program in
            try program.train()
            func expect(_ line: String, _ words: String, status: Int32 = 1) throws {
                try ErrorTests.expectFailure(program, line, status: status, words)
            }
            let walk = "interpolate run"
            try expect("\(walk) --seeds 1 --out x.png", "--seeds gives 1 latents; from 2", status: 64)
            try expect("\(walk) --seeds 1,2 --out x.jpg", "give strip.png, walk.gif")
            try expect("\(walk) --seeds 1,2 --corners 1,2,3,4 --out x.png", "give one of", status: 64)
            try expect("\(walk) --corners 1,2,3 --out x.png", "--corners has 3 seeds", status: 64)
            try expect("\(walk) --corners 1,2,3,4 --out x.gif", "a square is an image")
            try expect("\(walk) --seeds 1,2 --frames 0 --out x.png", "--frames is 0", status: 64)
            try expect("\(walk) --seeds 1-900 --frames 900 --out x.gif", "810900 images are too many")
            try expect("\(walk) --seeds 1,2 --class a --out x.png", "holds a model without classes")
            try expect("\(walk) --seeds 1 --along no.npy --out x.png", "cannot read no.npy")
            try expect("attribute run --plus 1 --save a.npy", "give --like and --unlike, or", status: 64)
            try expect("attribute run --plus 1 --minus 1 --save a.npy", "have the same mean")
            try expect("project run no.png --out x.png", "no.png: cannot be read")
            try expect("neighbors run no --out x.png", "no: no such file or folder")
            try expect("evaluate arithmetic run avatars --without none", "has no classes")
            try expect("arithmetic run 1 -2 + 3 --out x.png", "put it in quotes", status: 64)
            try expect("arithmetic run 1 --sed 2 --out x.png", "Unknown option '--sed'", status: 64)
            // The place is pointed at.
            try expect("arithmetic run 1,x --out x.png", "\"x\" is no seed\n  1,x\n    ^\n", status: 64)
            try NumpyArray(shape: [2, 3], values: [Float](repeating: 1, count: 6))
                .write(to: program.path("bad.npy"))
            try expect("arithmetic run bad.npy --out x.png", "bad.npy holds an array of shape [2, 3]")
            try expect(
                "\(walk) --latents bad.npy --out x.png", "[2, 3]; this checkpoint needs count x 8")
        }
    }
}
