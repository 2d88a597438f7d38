import Foundation
import TestSupport
import Testing

/// gan data stacked-mnist and gan evaluate.
@Suite struct EvaluateTests {
    private static func writeDigits(
        _ program: Program, _ folder: String = "digits", sets: [String] = ["train", "t10k"]
    ) throws {
        try program.makeFolder(folder)
        for (set, count) in [("train", 60), ("t10k", 20)] where sets.contains(set) {
            let files = idxFiles(ofDigits: count, size: 16, seed: 1)
            for (name, bytes) in [("images-idx3", files.images), ("labels-idx1", files.labels)] {
                try Data(bytes).write(
                    to: URL(fileURLWithPath: program.path("\(folder)/\(set)-\(name)-ubyte")))
            }
        }
    }

    private static func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    private static func classifiers(_ program: Program, _ folder: String) throws -> [String] {
        try program.contents(folder).filter { $0.hasPrefix("classifier-") }
    }

    @Test func `stacked digits are made, learned and counted`() throws {
        try withProgram { program in
            try Self.writeDigits(program)
            let made = try program.run("data stacked-mnist digits --count 50 --out stacked.npy")
            #expect(made.status == 0 && made.output == "50 images in stacked.npy\n")
            let info = try program.run("data info stacked.npy")
            #expect(info.status == 0 && info.output.contains("Images    50\nSizes     all 16x16\n"))

            let training = try program.run(
                "train stacked.npy --out run --steps 5 \(Program.smallTraining)")
            try #require(training.status == 0, "\(training.errors)")
            let first = try program.run("evaluate stacked-mnist run digits --samples 120")
            #expect(first.status == 0 && first.errors == "")
            #expect(first.output.contains("Training a classifier of 10 classes on 60 images"))
            #expect(first.output.contains("of 20 test images\nSamples  120\nModes    "))
            let kept = try Self.classifiers(program, "run/checkpoints")
            #expect(kept.count == 1)

            // The second time it is only read.
            let bytes = try program.bytes("run/checkpoints/\(kept[0])")
            let second = try program.run("evaluate stacked-mnist run digits --samples 120")
            #expect(second.output.hasPrefix("Classifier from run/checkpoints/\(kept[0]): right on "))
            #expect(
                second.output.hasSuffix(
                    first.output.split(separator: "\n").suffix(3).joined(separator: "\n") + "\n"))
            #expect(try program.bytes("run/checkpoints/\(kept[0])") == bytes)

            let json = try program.run("evaluate stacked-mnist run digits --samples 120 --seed 5 --json")
            let document = try Self.object(json.output)
            #expect(document.keys.sorted() == ["classifier", "divergenceFromUniform", "modes", "samples"])
            #expect(document["samples"] as? Int == 120)
            let modes = try #require(document["modes"] as? Int)
            #expect((1...120).contains(modes))
            let classifier = try #require(document["classifier"] as? [String: Any])
            #expect(classifier["testImages"] as? Int == 20)
        }
    }

    @Test func `classes asked for are compared with real ones`() throws {
        try withProgram { program in
            try Self.writeDigits(program)
            let training = try program.run(
                "train digits --conditional --out run --steps 5 \(Program.smallTraining)")
            try #require(training.status == 0, "\(training.errors)")
            let line = "evaluate classes run digits --per-class 12 --classifier digits.safetensors"
            let text = try program.run(line)
            #expect(text.status == 0 && text.errors == "")
            #expect(text.output.contains("\nClass  generated       real\n0 "))
            #expect(text.output.contains("\nAll  ") && program.exists("digits.safetensors"))
            #expect(try Self.classifiers(program, "run/checkpoints").isEmpty)

            let document = try Self.object(try program.run(line + " --json").output)
            #expect(
                document.keys.sorted() == ["classes", "images", "realImages", "realShare", "share"])
            let rows = try #require(document["classes"] as? [[String: Any]])
            #expect(rows.map { $0["name"] as? String } == (0..<10).map { "\($0)" })
            #expect(rows.allSatisfy { $0["images"] as? Int == 12 })
            #expect(document["images"] as? Int == 120 && document["realImages"] as? Int == 20)
        }
    }

    @Test func `mixtures are told apart by layers`() throws {
        try withProgram { program in
            try program.drawAvatars()
            try program.run("data avatars --count 40 --size 16 --out hats --classes hat")
            let training = try program.run(
                "train avatars --out run --model stylegan --size 16 --latent 6 --channel-base 64 "
                    + "--channel-max 8 "
                    + "--batch 4 --steps 3")
            try #require(training.status == 0, "\(training.errors)")
            // Images of an untrained network may all be of one class.
            let text = try program.run("evaluate mixing run hats --pairs 40")
            let hasClasses = !text.errors.contains("images have the same class")
            #expect(text.status == (hasClasses ? 0 : 1), "\(text.errors)")
            if hasClasses {
                #expect(text.output.contains("Layers         the other's     its own     neither\ncoarse "))
                let document = try Self.object(
                    program.run("evaluate mixing run hats --pairs 40 --json").output)
                let rows = try #require(document["rows"] as? [[String: Any]])
                #expect(rows.map { $0["scale"] as? String } == ["coarse", "middle", "fine"])
            }
            let plain = try program.run("train avatars --out plain --steps 1 \(Program.smallTraining)")
            try #require(plain.status == 0, "\(plain.errors)")
            try ErrorTests.expectFailure(
                program, "evaluate mixing plain hats", "holds a model without styles")
            try ErrorTests.expectFailure(
                program, "evaluate mixing run hats --pairs 0", status: 64, "--pairs is 0")
        }
    }

    @Test func `translations are compared with targets, and with themselves after both ways`() throws {
        try withProgram { program in
            let small = "--width 2 --size 32 --patch-layers 1 --steps 2"
            try program.run("data avatars --count 24 --size 32 --pairs outlines --out lines")
            try program.run("data avatars --count 24 --size 32 --pairs night --classes glasses --out night")
            try #require(program.run("train lines --model pix2pix --out pairs \(small)").status == 0)
            try #require(
                program.run("train night --model cyclegan --blocks 1 --out both \(small)").status == 0)

            let pairs = try program.run("evaluate translation pairs lines --count 5")
            #expect(pairs.status == 0 && pairs.output.hasPrefix("a2b  difference "), "\(pairs.errors)")
            #expect(pairs.output.hasSuffix(" from the target, 5 images\n"))
            let cycles = try program.run("evaluate translation both night --json --count 6")
            #expect(cycles.status == 0, "\(cycles.errors)")
            let rows = try #require(
                try JSONSerialization.jsonObject(with: Data(cycles.output.utf8)) as? [[String: Any]])
            #expect(rows.map { $0["direction"] as? String } == ["a2b", "b2a"])
            for row in rows {
                #expect(row["images"] as? Int == 6)
                let (kept, ssim) = (try #require(row["keptClass"] as? Double), row["ssim"] as? Double)
                #expect((0...1).contains(kept) && (ssim ?? 2) < 1)
                #expect(try #require(row["difference"] as? Double) > 0)
            }
            // A classifier of each kind.
            #expect(try Self.classifiers(program, "both/checkpoints").count == 2)

            // A damaged image is named and left out.
            let damaged = try program.contents("lines/A").sorted()[0]
            try program.truncate("lines/A/" + damaged)
            let left = try program.run("evaluate translation pairs lines --count 5")
            #expect(left.status == 0 && left.output.hasSuffix(" from the target, 4 images\n"))
            #expect(left.errors.hasPrefix("Skipped lines/A/\(damaged): damaged"), "\(left.errors)")

            try program.train()
            try ErrorTests.expectFailure(
                program, "evaluate translation run lines", "holds a dcgan, whose images have nothing")
            try ErrorTests.expectFailure(program, "evaluate translation both missing", "missing: no such")
        }
    }

    @Test func `pixels are compared with the maps that images are made of`() throws {
        try withProgram { program in
            try program.run("data avatars --count 30 --size 32 --labels --out maps")
            let training = try program.run(
                "train maps --model pix2pix --out run --width 2 --size 32 --patch-layers 1 --steps 2")
            try #require(training.status == 0, "\(training.errors)")
            let text = try program.run("evaluate labels run maps")
            #expect(
                text.status == 0 && text.output.hasPrefix("Labels as 3 maps ask:\nMade  "), "\(text.errors)")
            let document = try Self.object(try program.run("evaluate labels run maps --json").output)
            let shares = try ["made", "real"].map { try #require(document[$0] as? [String: Double]) }
            // The model knows nothing yet, the small network has seen avatars.
            let accuracies = try shares.map { try #require($0["accuracy"]) }
            #expect(accuracies[0] < accuracies[1] && accuracies[1] > 0.7)
            let damaged = try program.contents("maps/labels").sorted()[9]
            try program.truncate("maps/labels/" + damaged)
            let left = try program.run("evaluate labels run maps")
            #expect(left.status == 0 && left.output.hasPrefix("Labels as 2 maps ask:"))
            #expect(left.errors.hasPrefix("Skipped \(damaged): damaged"), "\(left.errors)")
            try ErrorTests.expectFailure(
                program, "evaluate labels run maps/images", "holds one set of images")
        }
    }

    @Test func `what cannot be evaluated is told in one line`() throws {
        try withProgram { program in
            try Self.writeDigits(program)
            try Self.writeDigits(program, "tests", sets: ["t10k"])
            try program.train()
            func expect(_ line: String, _ words: String, status: Int32 = 1) throws {
                try ErrorTests.expectFailure(program, line, status: status, words)
            }
            try expect(
                "data stacked-mnist tests --out x.npy",
                "tests: is no folder with training images in MNIST's")
            try expect(
                "data stacked-mnist avatars --out x.npy", "avatars: is no folder with training images")
            try expect("data stacked-mnist missing --out x.npy", "missing: no such file or folder")
            try expect("data stacked-mnist digits --out nowhere/x.npy", "cannot write nowhere/x.npy")
            try expect("data stacked-mnist digits --out x.png", "--out is x.png", status: 64)
            try expect("data stacked-mnist digits --count 0 --out x.npy", "--count is 0", status: 64)

            let modes = "evaluate stacked-mnist"
            try expect("\(modes) missing digits", "cannot read missing: there is no such file")
            try expect("\(modes) digits/train-images-idx3-ubyte digits", "is not a valid safetensors file")
            try expect("\(modes) run tests", "tests: is no folder with training images")
            try expect("\(modes) run digits --classifier nowhere/c", "cannot write nowhere/c")
            try expect("\(modes) run digits --classifier run/config.json", "is not a valid safetensors file")
            try expect("\(modes) run digits --samples 0", "--samples is 0", status: 64)
            try expect("\(modes) run digits --seed 18446744073709551615", "--seed is too large", status: 64)
            try expect("evaluate classes run avatars", "holds a model without classes", status: 1)
            try expect("evaluate classes run avatars --per-class 0", "--per-class is 0", status: 64)

            // A model of gray images, of classes that avatars have not.
            let training = try program.run(
                "train digits --conditional --out gray --steps 2 \(Program.smallTraining)")
            try #require(training.status == 0, "\(training.errors)")
            try expect("\(modes) gray digits", "makes images of 1 channel, stacked MNIST has 3")
            try expect("evaluate classes gray avatars", "has no classes, which a classifier needs")
            try program.run("data avatars --count 40 --size 16 --out hats --classes hat")
            try expect("evaluate classes gray hats", "hats has no class \"0\", which gray/checkpoints/")
            // A classifier of other images.
            try #require(
                try program.run("evaluate classes gray digits --per-class 1 --classifier kept").status == 0)
            try Self.writeDigits(program, sets: ["t10k"])
            try FileManager.default.removeItem(atPath: program.path("digits/t10k-images-idx3-ubyte"))
            try expect(
                "evaluate classes gray digits --classifier kept", "kept was trained on other images")
        }
    }
}
