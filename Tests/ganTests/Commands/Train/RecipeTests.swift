import Foundation
import GANs
import Testing

/// gan train with adversarial losses, regularizers, presets and classes.
@Suite struct RecipeTests {
    private static let average = "moving average of the generator, half-life 10000 images"

    /// The lines in which a dry run describes the training recipe.
    private static func recipe(_ options: String, sourceLocation: SourceLocation = #_sourceLocation) throws
        -> [String]
    {
        try withProgram { program in
            try program.drawAvatars()
            let result = try program.run("train avatars --out run --dry-run --augment none \(options)")
            #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
            #expect(!program.exists("run"), sourceLocation: sourceLocation)
            return result.output.split(separator: "\n").filter { $0.hasPrefix("  ") }.map {
                String($0.dropFirst(2))
            }
        }
    }

    @Test func `a preset sets every part, and each can be chosen otherwise`() throws {
        let average = Self.average
        let published = [
            "adversarial loss wasserstein", "regularization: gradient penalty 10.0",
            "discriminator: 5 steps for each step of the generator, LayerNorm",
            "optimizer Adam 0.0001 (0.0, 0.9)", average, "augmentation none",
        ]
        #expect(try Self.recipe("--preset wgan-gp") == published)
        // Either part alone brings the recipe it was published with.
        #expect(try Self.recipe("--regularizer gradient-penalty") == published)
        #expect(try Self.recipe("--objective wasserstein") == published)
        #expect(
            try Self.recipe("--preset wgan-gp --critic-steps 2 --g-lr 0.001 --beta1 0.5 --normalization none")
                == [
                    "adversarial loss wasserstein", "regularization: gradient penalty 10.0",
                    "discriminator: 2 steps for each step of the generator, no normalization",
                    "optimizers: generator Adam 0.001 (0.5, 0.9), discriminator Adam 0.0001 (0.5, 0.9)",
                    average, "augmentation none",
                ])
    }

    @Test func `regularizers, several and with strengths`() throws {
        #expect(
            try Self.recipe("--preset dcgan --regularizer r1=5 --regularizer spectral --label-smoothing 0.1")
                == [
                    "adversarial loss non-saturating, target for real images 0.9",
                    "regularization: R1 5.0, spectral normalization",
                    "discriminator: 1 step for each step of the generator, no normalization",
                    "optimizer Adam 0.0005 (0.5, 0.999)", Self.average, "augmentation none",
                ])
        #expect(
            try Self.recipe("--preset r1").contains("regularization: R1 20.0, every 16 steps"))
        #expect(
            try Self.recipe("--pack 2 --minibatch-deviation --discriminator-strength 2.5").contains(
                "discriminator: 3 steps for each step of the generator, BatchNorm, minibatch deviation, "
                    + "2 images at once, strength 2.5"))
        #expect(
            try Self.recipe("--steps 100 --decay-from 40").contains(
                "learning rates fall to nothing from step 40 to 100"))
    }

    @Test(arguments: Preset.allCases)
    func `every preset trains and goes on to the bit`(preset: Preset) throws {
        try withProgram { program in
            let more = "--preset \(preset.rawValue) --augment differentiable --instance-noise 0.01"
            try program.train(into: "whole", steps: 4, more)
            try program.train(into: "parts", steps: 2, more)
            try #require(try program.run("train --resume --out parts --steps 4").status == 0)
            let options = "--seeds 0-3 --raw"
            try program.run("sample whole --out whole.png \(options)")
            try program.run("sample parts --out parts.png \(options)")
            #expect(try program.image("whole.png") == program.image("parts.png"))
        }
    }

    @Test func `what cannot go together is told before anything is read`() throws {
        try withProgram { program in
            func expect(_ options: String, _ words: String) throws {
                let result = try program.run("train nothing --out run \(options)")
                #expect(result.status == 64, "\(options): \(result.errors)")
                #expect(result.errors.contains(words), "\(options): \(result.errors)")
            }
            try expect("--regularizer r1 --normalization batch", "--normalization is batch; it mixes")
            try expect("--objective hinge --label-smoothing 0.1", "the adversarial loss hinge has none")
            try expect("--pack 3", "--batch is 64; it must be a multiple of pack, 3")
            try expect("--pack 2 --conditional", "cannot be used with conditional networks")
            try expect("--objective wasserstein --augment adaptive", "--augment is adaptive")
            try expect("--preset wgan --beta1 0.5", "--beta1 and --beta2 are Adam's")
            try expect("--regularizer r3", "r3")
            try expect("--regularizer spectral=2", "spectral=2")
            try expect("--minutes 1 --decay-from 5", "--decay-from needs an end in steps, images or epochs")
            try expect("--steps 5 --decay-from 5", "--decay-from is 5; it must come before the end, step 5")
            try program.drawAvatars()
            let late = try program.run("train avatars --out run --images 100 --batch 20 --decay-from 5")
            #expect(late.status != 0 && late.errors.contains("it must come before the end, step 5"))
        }
    }

    @Test(arguments: Conditioning.Variant.allCases)
    func `classes are trained on and asked for`(variant: Conditioning.Variant) throws {
        try withProgram { program in
            try #require(
                try program.run("data avatars --count 24 --size 16 --classes glasses --out by-glasses").status
                    == 0)
            let result = try program.run(
                "train by-glasses --out run --steps 4 --conditioning \(variant.rawValue) "
                    + "\(Program.smallTraining)"
            )
            try #require(result.status == 0, "\(result.errors)")
            try #require(try program.run("train --resume --out run --steps 6").status == 0)

            try program.run("sample run --per-class 3 --out classes.png")
            let sheet = try program.image("classes.png")
            let names = try program.contents("by-glasses").filter { !$0.contains(".") }
            #expect(sheet.width == 3 * 18 + 2 && sheet.height == names.count * 18 + 2)
            let classes = try program.run("inspect run").output
            #expect(classes.contains("conditioning.classes"))
            let name = try #require(names.first)
            #expect(
                try program.run("sample run --class \(name) --count 2 --out some/").output
                    == "2 images in some\n")
            #expect(program.exists("some/\(name)-seed-1.png"))

            let unknown = try program.run("sample run --class hats --out some/")
            #expect(unknown.status == 1)
            #expect(unknown.errors.contains("there is no class \"hats\"; classes are "))
            #expect(names.allSatisfy(unknown.errors.contains))
        }
    }

    @Test func `without classes there are none to ask for`() throws {
        try withProgram { program in
            try program.train()
            let result = try program.run("sample run --class a --out a.png")
            #expect(result.status == 1 && result.errors.contains("holds a model without classes"))
            let training = try program.run("train avatars --out other --conditional")
            #expect(training.status == 64 && training.errors.contains("--conditional needs images of two"))
        }
    }
}

extension Preset: CustomTestStringConvertible {
    /// Its name.
    public var testDescription: String { rawValue }
}
