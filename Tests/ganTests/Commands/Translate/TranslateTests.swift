import Foundation
import Images
import TestSupport
import Testing

/// `gan train --model pix2pix` and `cyclegan`, and `gan translate`, as a user runs them.
@Suite struct TranslateTests {
    private static let small = "--width 2 --size 32 --patch-layers 1"

    @Test func `pairs are learned from, gone on with, and translated`() throws {
        try withProgram { program in
            try #require(
                program.run("data avatars --count 24 --size 32 --pairs outlines --out lines").status == 0)
            let begun = try program.run("train lines --model pix2pix --out run --steps 4 \(Self.small)")
            try #require(begun.status == 0, "\(begun.errors)")
            #expect(begun.output.contains("22 pairs (and 2 held out to measure by), pairs by name"))
            #expect(begun.output.contains("each patch of 16x16 pixels"))
            #expect(begun.output.contains("fall to nothing from step 2 to 4"))
            for file in ["index.html", "losses.png", "samples/step-000004.png"] {
                #expect(program.exists("run/" + file))
            }
            let resumed = try program.run("train --resume --out run --steps 6")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(resumed.output.contains("going on from step 4"))
            #expect(resumed.output.contains("fall to nothing from step 2 to 6"))
            let other = try program.run("train --resume --out run --steps 8 --width 3")
            #expect(other.status == 1 && other.errors.contains("begun with width 2, not 3"))

            #expect(try program.run("translate run lines/A/00003.png --out one.png --patches").status == 0)
            #expect(try program.image("one.png").width == 32)
            #expect(try program.image("one-patches.png").channels == 3)
            let all = try program.run("translate run lines/A --out made")
            #expect(all.status == 0 && all.output == "24 images in made\n")
            #expect(try program.image("made/00003.png") == program.image("one.png"))
            try checkExport(program)
            let inside = try program.run("translate run lines/A --out lines/A/made")
            #expect(inside.status == 1 && inside.errorLines.count == 1)
            let sampled = try program.run("sample run --out grid.png")
            #expect(sampled.status == 1 && sampled.errors.contains("use gan translate"))
            let inspected = try program.run("inspect run")
            #expect(inspected.status == 0 && inspected.output.contains("Model pix2pix, 32x32"))
        }
    }

    @Test func `an archive of pairs is what its folder is, to train, to go on and to translate`() throws {
        try withProgram { program in
            try #require(
                program.run("data avatars --count 12 --size 32 --pairs outlines --out lines").status == 0)
            func pack(_ name: String, _ folders: [String]) throws {
                let entries = try folders.flatMap { folder in
                    try (0..<12).map { number in
                        let file = String(format: "lines/\(folder)/%05d.png", number)
                        return MadeArchive.Entry(file, Array(try program.bytes(file)))
                    }
                }
                try Data(MadeArchive(entries).bytes()).write(to: URL(fileURLWithPath: program.path(name)))
            }
            try pack("lines.zip", ["A", "B"])
            try pack("a.zip", ["A"])
            for data in ["lines", "lines.zip"] {
                let begun = try program.run(
                    "train \(data) --model pix2pix --out \(data)-run --steps 2 \(Self.small)")
                try #require(begun.status == 0, "\(begun.errors)")
            }
            let resumed = try program.run("train --resume --out lines.zip-run --steps 3")
            #expect(resumed.status == 0, "\(resumed.errors)")
            try #require(program.run("train --resume --out lines-run --steps 3").status == 0)
            let made = try program.run("translate lines.zip-run a.zip --out packed")
            #expect(made.status == 0 && made.output == "12 images in packed\n", "\(made.errors)")
            try #require(program.run("translate lines-run lines/A --out plain").status == 0)
            #expect(try program.image("packed/00003.png") == program.image("plain/00003.png"))
        }
    }

    /// An export translates and scores as its run does, and one of 16 bits nearly so.
    private func checkExport(_ program: Program) throws {
        let exported = try program.run("export run --out whole.safetensors")
        #expect(exported.status == 0 && exported.output.hasPrefix("Networks with "), "\(exported.errors)")
        try program.run("export run --out half.safetensors --half")
        for name in ["whole", "half"] {
            let made = try program.run(
                "translate \(name).safetensors lines/A/00003.png --out \(name).png --patches")
            #expect(made.status == 0, "\(made.errors)")
        }
        #expect(try program.image("whole.png") == program.image("one.png"))
        #expect(try program.image("whole-patches.png") == program.image("one-patches.png"))
        let (one, half) = try (program.image("one.png").pixels, program.image("half.png").pixels)
        #expect(zip(one, half).allSatisfy { abs(Int($0) - Int($1)) <= 3 })
        let sizes = try ["whole", "half"].map { try program.bytes("\($0).safetensors").count }
        #expect(sizes[1] < sizes[0])
        #expect(try program.run("inspect half.safetensors").output.hasPrefix("Networks, checksum verified"))
        let resumed = try program.run("train --resume --out half.safetensors --steps 9")
        #expect(resumed.status != 0)
        let raw = try program.run("export run --out raw.safetensors --raw")
        #expect(raw.status == 1 && raw.errors.contains("--raw is not for a pix2pix"))
    }

    @Test func `images without partners are learned from, both ways`() throws {
        try withProgram { program in
            try #require(
                program.run("data avatars --count 5 --size 32 --pairs night --out night").status == 0)
            let begun = try program.run(
                "train night --model cyclegan --blocks 1 --out run --steps 2 \(Self.small)")
            try #require(begun.status == 0, "\(begun.errors)")
            let ways = try ["a2b", "b2a"].map { way in
                let made = try program.run(
                    "translate run night/A/00000.png --out \(way).png --direction \(way)")
                #expect(made.status == 0, "\(made.errors)")
                return try program.image("\(way).png")
            }
            #expect(ways[0] != ways[1])
        }
    }

    @Test(arguments: [("srresnet", "srgan", "esrgan"), ("rrdb", "esrgan", "srgan")])
    func `enlarging is learned, gone on with adversarially, and done to images of any size`(
        first: String, second: String, other family: String
    ) throws {
        try withProgram { program in
            try #require(program.run("data avatars --count 12 --size 32 --out faces").status == 0)
            let content = try program.run(
                "train faces --model \(first) --size 32 --scale 2 --width 2 --blocks 1 --batch 2 --steps 3 "
                    + "--held-out 2 --out content")
            try #require(content.status == 0, "\(content.errors)")
            #expect(content.output.contains("10 images (and 2 held out to measure by) at 32x32"))
            #expect(content.output.contains("to enlarge 16x16 to 32x32"))
            #expect(content.output.contains("Held out, after step 3: PSNR "))
            let sharp = try program.run(
                "train faces --model \(second) --from content --batch 2 --steps 2 --out sharp")
            try #require(sharp.status == 0, "\(sharp.errors)")
            let resumed = try program.run("train --resume --out sharp --steps 4")
            #expect(resumed.status == 0 && resumed.output.contains("going on from step 2"))
            let other = try program.run(
                "train faces --model \(second) --from content --blocks 3 --batch 2 --steps 1 --out other")
            #expect(other.status == 0 && other.output.contains("that the checkpoint lacks, drawn anew"))
            let foreign = try program.run("train faces --model \(family) --from content --out foreign")
            #expect(
                foreign.status != 0 && foreign.errors.contains("no weights of its \(first) fit an \(family)"))
            for run in ["content", "sharp"] {
                #expect(try program.run("translate \(run) faces/00003.png --out \(run).png").status == 0)
                #expect(try program.image("\(run).png").width == 64)
            }
            #expect(try program.image("content.png") != program.image("sharp.png"))
            let all = try program.run("translate sharp faces --out made")
            #expect(all.status == 0 && all.output == "12 images in made\n", "\(all.errors)")
            let seeded = try program.run("translate sharp faces --out made --seed 3")
            #expect(seeded.status == 1 && seeded.errors.contains("are not for a \(second)"))
            #expect(
                try program.run("inspect sharp").output.contains(
                    "Model \(second), 2 times, from parts of 32x32"))
        }
    }

    @Test func `a classifier's features are compared, whose file may move`() throws {
        try withProgram { program in
            try #require(program.run("data avatars --count 4 --size 32 --out faces").status == 0)
            try PassingClassifier.write(to: program.path("vgg"))
            let begun = try program.run(
                "train faces --model srgan --vgg vgg --size 32 --scale 2 --width 2 --blocks 1 --batch 2 "
                    + "--steps 2 --out run")
            try #require(begun.status == 0, "\(begun.errors)")
            #expect(begun.output.contains("L1 loss times 0.01"))
            #expect(
                begun.output.contains(
                    "features of VGG19 (vgg) times 1.0, adversarial loss times 0.005"))
            try FileManager.default.moveItem(atPath: program.path("vgg"), toPath: program.path("moved"))
            let lost = try program.run("train --resume --out run --steps 3")
            #expect(
                lost.status == 1 && lost.errorLines.count == 1
                    && lost.errors.contains("--vgg is vgg; cannot read"))
            for line in [
                "train --resume --out run --steps 3 --vgg moved", "train --resume --out run --steps 4",
            ] {
                let resumed = try program.run(line)
                #expect(resumed.status == 0, "\(resumed.errors)")
                #expect(resumed.output.contains("going on from step "))
            }
            #expect(try program.run("translate run faces/00003.png --out large.png").status == 0)
        }
    }

    @Test func `outlines are colored in styles`() throws {
        try withProgram { program in
            try #require(
                program.run("data avatars --count 12 --size 32 --pairs outlines --out lines").status == 0)
            let begun = try program.run(
                "train lines --model pix2pix --style-encoder --width 2 --size 32 --steps 3 --held-out 2 "
                    + "--out run")
            try #require(begun.status == 0, "\(begun.errors)")
            #expect(begun.output.contains("adversarial loss least-squares"))
            #expect(begun.output.contains("  L1 loss times 10.0\n  KL divergence of styles of 8 numbers"))
            let resumed = try program.run("train --resume --out run --steps 5")
            #expect(resumed.status == 0, "\(resumed.errors)")
            let exported = try program.run("export run --out small.safetensors")
            #expect(exported.status == 0, "\(exported.errors)")
            for (name, options) in [
                ("one", ""), ("again", ""), ("seeded", "--seed 5"), ("styled", "--style lines/B/00001.png"),
            ] {
                let made = try program.run(
                    "translate small.safetensors lines/A/00003.png --out \(name).png \(options)")
                #expect(made.status == 0, "\(made.errors)")
                #expect(try (program.image("\(name).png") == program.image("one.png")) == options.isEmpty)
            }
        }
    }

    @Test func `label maps are learned from, with styles, gone on with, and translated`() throws {
        try withProgram { program in
            try #require(program.run("data avatars --count 12 --size 32 --labels --out faces").status == 0)
            let begun = try program.run(
                "train faces --model spade --style-encoder --latent 4 --width 2 --size 32 --batch 2 "
                    + "--steps 3 "
                    + "--held-out 2 --out run")
            try #require(begun.status == 0, "\(begun.errors)")
            #expect(begun.output.contains("10 pairs (and 2 held out to measure by), pairs by name"))
            #expect(begun.output.contains("11 labels: background, clothing, skin"))
            #expect(begun.output.contains("styles of 4 numbers"))
            #expect(begun.output.contains("gan translate run MAP --out translated.png"))
            for file in ["index.html", "losses.png", "samples/step-000003.png"] {
                #expect(program.exists("run/" + file))
            }
            let resumed = try program.run("train --resume --out run --steps 5")
            #expect(
                resumed.status == 0 && resumed.output.contains("going on from step 3"), "\(resumed.errors)")
            let inspected = try program.run("inspect run").output
            #expect(inspected.contains("Model spade, 32x32, 11 labels to 3 channels"))
            #expect(inspected.contains("background, clothing, skin") && inspected.contains("#eceff4"))

            let one = try program.run("translate run faces/labels/00003.png --out one.png")
            #expect(one.status == 0, "\(one.errors)")
            let all = try program.run("translate run faces/labels --out made")
            #expect(all.status == 0 && all.output == "12 images in made\n", "\(all.errors)")
            #expect(try program.image("made/00003.png") == program.image("one.png"))
            for (name, options) in [("seeded", "--seed 5"), ("styled", "--style faces/images/00001.png")] {
                let made = try program.run(
                    "translate run faces/labels/00003.png --out \(name).png \(options)")
                #expect(made.status == 0, "\(made.errors)")
                #expect(try program.image("\(name).png") != program.image("one.png"))
            }

            let evaluated = try program.run("evaluate translation run faces")
            #expect(evaluated.status == 0, "\(evaluated.errors)")
            #expect(evaluated.output.contains("from the target, 12 images"))

            let color = try program.run("translate run faces/images/00001.png --out x.png")
            #expect(color.status == 1 && color.errors.contains("00001.png: holds colors without a palette"))
            let patches = try program.run("translate run faces/labels/00001.png --out x.png --patches")
            #expect(patches.status == 1 && patches.errors.contains("are not for a spade"))
            try Image(width: 2, height: 1, channels: 1, pixels: [1, 11])
                .writePNG(to: program.path("faces/labels/00004.png"))
            let folder = try program.run("translate run faces/labels --out other")
            #expect(folder.status == 1 && folder.errorLines.count == 1)
            #expect(
                folder.errors.contains(
                    "labels/00004.png: its pixel (1, 0) has label 11, but the model in"))
            let wrong = try program.run("train faces --model spade --out wrong")
            #expect(wrong.status == 1 && wrong.errors.contains("its pixel (1, 0) has label 11"))
            #expect(wrong.errors.contains("faces/labels.txt knows 11 labels, 0 to 10"))
            try program.write("only\n", to: "faces/labels.txt")
            #expect(try program.run("train --resume --out run --steps 6").status == 1)
        }
    }

    @Test(arguments: [
        (
            "train lines --model cyclegan --latent 5 --out run",
            "--latent is not for --model cyclegan; it is for dcgan"
        ),
        ("train lines --model cyclegan --direction b2a --out run", "--direction is not for"),
        (
            "train lines --patch-layers 2 --out run",
            "is not for --model dcgan; it is for pix2pix, cyclegan, spade"
        ),
        (
            "train lines --model cyclegan --style-encoder --out run",
            "--style-encoder is not for --model cyclegan; it is for pix2pix, spade"
        ),
        ("train lines --model pix2pix --latent 5 --out run", "there are styles with --style-encoder"),
        ("train lines --model spade --latent 5 --out run", "there are styles with --style-encoder"),
        ("train lines --model spade --fit pad --out run", "no label for added edges"),
        ("train lines --model spade --blocks 5 --out run", "--blocks is not for --model spade"),
        ("train lines --model pix2pix --size 48 --out run", "--size is 48"),
        ("train faces --model srresnet --scale 3 --out run", "--scale is 3"),
        ("train faces --model pix2pix --scale 2 --out run", "--scale is not for --model pix2pix"),
        ("train faces --model srgan --from other --out run", "other: "),
        ("train faces --model srresnet --vgg vgg --out run", "--vgg is not for --model srresnet"),
        ("train faces --vgg vgg --out run", "--vgg is not for --model dcgan; it is for srgan"),
        ("train faces --model srgan --vgg none --out run", "cannot read none: there is no such file"),
        ("train none --model pix2pix --out run", "none: no such file or folder"),
    ])
    func `what cannot be is refused in a line`(line: String, words: String) throws {
        try withProgram { program in
            let result = try program.run(line)
            #expect(result.status != 0 && result.errors.contains(words), "\(result.errors)")
            #expect(!program.exists("run"))
        }
    }
}
