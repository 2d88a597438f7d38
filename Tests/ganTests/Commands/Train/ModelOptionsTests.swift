import Foundation
import GANs
import Testing

/// gan train with the options of each model.
@Suite struct ModelOptionsTests {
    private static func dryRun(_ program: Program, _ line: String) throws -> String {
        let result = try program.run("train \(line) --dry-run --out run")
        #expect(result.status == 0, "\(line): \(result.errors)")
        #expect(!program.exists("run"))
        return result.output
    }

    @Test func `an option of other models is refused, and they are named`() throws {
        try withProgram { program in
            for (options, words) in [
                (
                    "--model pix2pix --path-length 2",
                    "Error: --path-length is not for --model pix2pix; it is for stylegan, stylegan2\n"
                ),
                (
                    "--path-length=2",
                    "Error: --path-length is not for --model dcgan; it is for stylegan, stylegan2\n"
                ),
                (
                    "--model srresnet --preset r1",
                    "Error: --preset is not for --model srresnet; it is for dcgan, "
                ),
                ("--model srresnet --augment none", "--augment is not for --model srresnet"),
                (
                    "--model cyclegan --minibatch-deviation",
                    "is not for --model cyclegan; it is for dcgan, stylegan"
                ),
                (
                    "--model=stylegan --l1-weight 3",
                    "--l1-weight is not for --model stylegan; it is for pix2pix\n"
                ),
                (
                    "--model pix2pix --conditional",
                    "--conditional is not for --model pix2pix; it is for dcgan"
                ),
                (
                    "--preset stylegan --width 3",
                    "--width is not for --model stylegan; it is for dcgan, fastgan"
                ),
                ("--model points", "there is no model \"points\" to train on images; models are dcgan, "),
            ] {
                try ErrorTests.expectFailure(program, "train missing --out run \(options)", status: 64, words)
            }
            // Of a run that is gone on with, the model is known without being named.
            try program.train()
            let resumed = try program.run("train --resume --out run --grow")
            #expect(resumed.status == 64)
            #expect(resumed.errors.hasPrefix("Error: --grow is not for --model dcgan; it is for stylegan\n"))
        }
    }

    @Test func `the model suits the images, unless it or what only another has is asked for`() throws {
        try withProgram { program in
            try program.run("data avatars --count 12 --size 64 --classes glasses --out large")
            try program.drawAvatars()
            for (line, model) in [
                ("large", "fastgan"), ("avatars", "dcgan"), ("avatars --size 64", "fastgan"),
                ("large --size 32", "dcgan"), ("large --size 256 --augment none --batch 4", "fastgan"),
                ("large --model dcgan", "dcgan"), ("large --preset r1", "dcgan"),
                ("large --regularizer=r1", "dcgan"), ("large --preset stylegan2", "stylegan2"),
                // A FastGAN is not class-conditional, and not so wide.
                ("large --conditional", "dcgan"), ("large --width 300", "dcgan"),
            ] {
                let output = try Self.dryRun(program, line)
                #expect(output.contains("\n\(model): generator"), "\(line): \(output)")
                let isChosen = !["--model", "--preset", "--regularizer"].contains { line.contains($0) }
                #expect(output.contains("and these options; --model names another)") == isChosen)
            }
            // A run goes on with its own.
            let begun = try program.run("train large --model dcgan --width 2 --steps 1 --out begun")
            #expect(begun.status == 0)
            let resumed = try program.run("train large --resume --steps 2 --out begun")
            #expect(resumed.status == 0 && resumed.output.contains("dcgan: generator"), "\(resumed.errors)")
        }
    }

    /// The line in which a dry run names the regularizers.
    private static func regularization(_ program: Program, _ line: String) throws -> Substring? {
        try dryRun(program, line).split(separator: "\n").first { $0.hasPrefix("  regularization: ") }
    }

    @Test func `R1 has one gamma in each model, however it is spelled`() throws {
        try withProgram { program in
            try program.drawAvatars()
            try program.run("data avatars --count 12 --size 32 --pairs outlines --out lines")
            for (line, gamma) in [
                ("avatars --size 16", "20.0"), ("avatars --size 16 --model stylegan", "0.256"),
                ("avatars --size 16 --model stylegan2", "0.256"), ("lines --model pix2pix", "20.0"),
            ] {
                let preset = try Self.regularization(program, "\(line) --preset r1")
                #expect(preset == "  regularization: R1 \(gamma), every 16 steps", "\(line)")
                #expect(try Self.regularization(program, "\(line) --regularizer r1") == preset, "\(line)")
            }
        }
    }

    @Test func `a model of pairs has the whole recipe, and goes on to the bit`() throws {
        try withProgram { program in
            try #require(
                program.run("data avatars --count 12 --size 32 --pairs outlines --out lines").status == 0)
            let line =
                "train lines --model pix2pix --width 2 --size 32 --patch-layers 1 --half-life 20 "
                + "--decay-from 2 "
                + "--augment differentiable --regularizer r1 --checkpoint-every 2 --steps 4 --out"
            let whole = try program.run("\(line) whole")
            try #require(whole.status == 0, "\(whole.errors)")
            for words in [
                "moving average of the generator, half-life 20 images", "augmentation differentiable",
                "regularization: R1 20.0, every 16 steps", "no normalization",
            ] { #expect(whole.output.contains(words), "\(words)") }
            try FileManager.default.copyItem(atPath: program.path("whole"), toPath: program.path("parts"))
            let checkpoints = program.path("parts/checkpoints")
            for name in ["latest", "step-000004"] {
                try FileManager.default.removeItem(atPath: "\(checkpoints)/\(name).safetensors")
            }
            try FileManager.default.copyItem(
                atPath: checkpoints + "/step-000002.safetensors",
                toPath: checkpoints + "/latest.safetensors")
            let resumed = try program.run(
                "train --resume --out parts --augment differentiable --half-life 20")
            try #require(resumed.status == 0, "\(resumed.errors)")
            #expect(
                try TrainTests.differences(
                    program.path("whole/checkpoints/step-000004.safetensors"),
                    program.path("parts/checkpoints/step-000004.safetensors")) == [])
            #expect(try program.run("translate parts lines/A/00003.png --out one.png").status == 0)
            let other = try program.run("train --resume --out parts --half-life 10")
            #expect(other.status == 1 && other.errors.contains("begun with half-life 20, not 10"))
        }
    }

    @Test func `an option's old name is taken, too`() throws {
        try withProgram { program in
            try program.run("data avatars --count 12 --size 32 --pairs outlines --out lines")
            let new = try Self.dryRun(program, "lines --model pix2pix --l1-weight 7")
            #expect(new.contains("L1 loss times 7.0"))
            #expect(try Self.dryRun(program, "lines --model pix2pix --difference-weight 7") == new)
            let both = try program.run(
                "train lines --model pix2pix --out run --l1-weight 7 --difference-weight 7")
            #expect(both.status == 64 && both.errors.contains("--difference-weight is the old name"))
        }
    }

    @Test func `a model's name as preset means the model with its own recipe`() throws {
        try withProgram { program in
            try program.drawAvatars()
            for model in ["dcgan", "stylegan", "stylegan2", "fastgan"] {
                let own = try Self.dryRun(program, "avatars --model \(model)")
                #expect(try Self.dryRun(program, "avatars --preset \(model)") == own)
                #expect(try Self.dryRun(program, "avatars --preset=\(model) --model=\(model)") == own)
            }
        }
    }

    @Test func `every adversarial loss trains a model that translates`() throws {
        try withProgram { program in
            try program.run("data avatars --count 6 --size 32 --pairs night --out night")
            let result = try program.run(
                "train night --model cyclegan --blocks 1 --width 2 --size 32 --patch-layers 1 --steps 2 "
                    + "--objective relativistic-average --half-life 100 --held-out 2 --out run")
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("and 2 of each held out") || result.output.contains("held out"))
            #expect(program.exists("run/checkpoints/best.safetensors"))
        }
    }
}
