import Foundation
import Images
import Testing

/// What goes wrong is said in one line, with the right status, and leaves nothing behind.
@Suite struct ErrorTests {
    /// Runs a line that must fail, and expects the folder to be as it was.
    static func expectFailure(
        _ program: Program, _ line: String, status: Int32 = 1, _ expected: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try program.contents()
        let result = try program.run(line)
        let comment: Comment = "gan \(line): \(result.errors)"
        #expect(result.status == status, comment, sourceLocation: sourceLocation)
        #expect(result.errors.contains(expected), comment, sourceLocation: sourceLocation)
        #expect(result.errors.hasPrefix("Error: "), comment, sourceLocation: sourceLocation)
        if status == 1 { #expect(result.errorLines.count == 1, comment, sourceLocation: sourceLocation) }
        #expect(try program.contents() == before, comment, sourceLocation: sourceLocation)
    }

    @Test func `data that is none`() throws {
        try withProgram { program in
            try program.makeFolder("empty")
            try program.makeFolder("texts")
            try program.write("a", to: "texts/a.txt")
            try program.write("b", to: "texts/b.txt")
            try program.makeFolder("corrupt")
            try program.write("no image", to: "corrupt/a.png")
            try program.write("none either", to: "corrupt/b.jpg")
            try program.write("", to: "corrupt/c.jpeg")
            try program.write("text", to: "notes.txt")
            try Image(width: 1, height: 1, color: [0]).writePNG(to: program.path("one.png"))
            for command in ["train", "data info"] {
                let more = command == "train" ? "--out run" : ""
                func expect(_ data: String, _ words: String) throws {
                    try Self.expectFailure(program, "\(command) \(data) \(more)", words)
                }
                try expect("missing", "missing: no such file or folder")
                try expect(
                    "empty", "no images (png, jpg, jpeg, webp, gif) in this folder or below it; it is empty")
                try expect("texts", "it holds 2 .txt files")
                try expect("corrupt", "none of the 3 images can be decoded; the first, a.png: ")
                try expect("notes.txt", "its first bytes are of no known kind")
                try expect("one.png", "is one image; give the folder that holds it")
            }
        }
    }

    @Test func `checkpoints that are none`() throws {
        try withProgram { program in
            try program.train()
            let good = try program.bytes(TrainTests.latest)
            try program.write("not a checkpoint\n", to: "text.safetensors")
            try good.prefix(good.count / 2).write(to: URL(fileURLWithPath: program.path("cut.safetensors")))
            var flipped = good
            flipped[good.count / 2] ^= 4
            try flipped.write(to: URL(fileURLWithPath: program.path("flipped.safetensors")))
            for command in ["sample FILE --out grid.png", "inspect FILE", "export FILE --out g.safetensors"] {
                func expect(_ file: String, _ words: String) throws {
                    try Self.expectFailure(
                        program, command.replacingOccurrences(of: "FILE", with: file), words)
                }
                try expect("missing.safetensors", "cannot read missing.safetensors: there is no such file")
                try expect("text.safetensors", "text.safetensors is not a valid safetensors file")
                try expect("cut.safetensors", "cut.safetensors is cut off")
                try expect("flipped.safetensors", "flipped.safetensors is damaged")
                try expect(
                    "avatars", "cannot read avatars/checkpoints/latest.safetensors: there is no such file")
                // Of an image, gan inspect tells where it comes from.
                if command == "inspect FILE" { continue }
                try expect("avatars/00000.png", "is not a valid safetensors file")
            }
            try flipped.write(to: URL(fileURLWithPath: program.path(TrainTests.latest)))
            try Self.expectFailure(program, "train --resume --out run --steps 20", "is damaged")
        }
    }

    @Test func `places that cannot be written to`() throws {
        try withProgram { program in
            try program.train()
            try program.write("", to: "file")
            let sample = "sample \(TrainTests.latest) --count 2 --out"
            let cases = [
                ("train avatars --steps 1 \(Program.smallTraining) --out file/run", "file/run"),
                ("train avatars --steps 1 \(Program.smallTraining) --out file", "file"),
                ("train avatars --steps 1 \(Program.smallTraining) --out /proc/run", "/proc/run"),
                ("\(sample) file/grid.png", "file/grid.png"), ("\(sample) file/x.npy", "file/x.npy"),
                ("\(sample) file/singles/", "file/singles"),
                ("\(sample) nowhere/grid.png", "nowhere/grid.png"),
                ("export \(TrainTests.latest) --out file/g.safetensors", "file/g.safetensors"),
                ("export \(TrainTests.latest) --out run", "run"),
                ("data info avatars --preview file/p.png", "file/p.png"),
                ("data avatars --count 2 --size 16 --out file", "file"),
            ]
            for (line, path) in cases { try Self.expectFailure(program, line, path) }
            try Self.expectFailure(
                program, "\(sample) grid.jpg",
                "--out grid.jpg: give grid.png, x.npy, or a folder's name that ends in /")
            try Self.expectFailure(
                program, "train avatars --steps 1 \(Program.smallTraining) --out avatars/run",
                "avatars/run lies in the folder of the data, avatars")
        }
    }

    @Test func `options without sense are told before anything is read`() throws {
        try withProgram { program in
            for option in [
                "size", "channels", "batch", "latent", "width", "lr", "steps", "epochs", "minutes",
                "sample-every", "checkpoint-every", "threads",
            ] {
                for value in ["0", "-3"] {
                    try Self.expectFailure(
                        program, "train missing --out run --\(option)=\(value)", status: 64, "--\(option) is "
                    )
                }
            }
            let cases = [
                (
                    "--size 50",
                    "--size is 50; width and height of a DCGAN's images are multiples of 16 from 16"
                ),
                ("--size 512", "--size is 512"), ("--size big", "The value 'big' is invalid"),
                ("--channels 2", "--channels is 2"), ("--width 100000", "--width is 100000"),
                ("--beta1=-0.1", "--beta1 is -0.1"), ("--beta1 1", "--beta1 is 1.0"),
                ("--half-life=-1", "--half-life is -1.0"), ("--lr nan", "--lr is nan"),
                ("--seed=-1", "The value '-1' is invalid"), ("--cache-memory=-1", "--cache-memory is -1"),
                (
                    "--model vae",
                    "there is no model \"vae\" to train on images; models are dcgan, stylegan, "
                        + "stylegan2, fastgan, "
                ),
                ("--fit squeeze", "The value 'squeeze' is invalid"),
                ("--steps 5 --epochs 2", "give only one of --steps, --images, --epochs and --minutes"),
                ("--resume --overwrite", "give only one of --resume and --overwrite"),
                ("--stesp 5", "Unknown option '--stesp'"),
            ]
            for (options, words) in cases {
                try Self.expectFailure(program, "train missing --out run \(options)", status: 64, words)
            }
            try Self.expectFailure(program, "train --out run", status: 64, "name the data to train on")
            let nameless = try program.run(["train", "missing", "--out", ""])
            #expect(nameless.status == 64)
            #expect(nameless.errors.hasPrefix("Error: --out needs the name of a folder\n"))
            try Self.expectFailure(
                program, "train missing", status: 64, "Missing expected argument '--out <run>'")
        }
    }

    @Test func `options of the other commands are checked as well`() throws {
        try withProgram { program in
            let sample = "sample missing.safetensors --out g.png"
            let cases = [
                ("\(sample) --count 0", "--count is 0"), ("\(sample) --count=-1", "--count is -1"),
                ("\(sample) --columns 0", "--columns is 0"),
                ("\(sample) --seeds 3-1", "The value '3-1' is invalid"),
                ("\(sample) --seeds 1,x", "The value '1,x' is invalid"),
                ("\(sample) --seeds 1 --count 3", "give only one of --seeds, --latents, --count"),
                ("\(sample) --seed 18446744073709551615", "--seed is too large"),
                ("data avatars --out x --count 0", "--count is 0"),
                ("data avatars --out x --count=-2", "--count is -2"),
                ("data avatars --out x --size 8", "--size is 8"),
                ("data avatars --out x --size 30 --pairs resolutions", "--size is 30; images a"),
                ("data avatars --out x --classes shoes", "The value 'shoes' is invalid"),
                ("data info missing --size 0", "--size is 0, but must be 1 to 4096 pixels"),
                ("data info missing --channels 2", "--channels is 2, but must be 1, 3 or 4"),
                ("paint", "Unexpected argument 'paint'"),
            ]
            for (line, words) in cases { try Self.expectFailure(program, line, status: 64, words) }
        }
    }
}
