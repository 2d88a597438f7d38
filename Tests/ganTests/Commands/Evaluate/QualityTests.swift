import Checkpoints
import Foundation
import TestSupport
import Testing

/// gan evaluate quality.
@Suite struct QualityTests {
    private static let keys = [
        "copies", "coverage", "density", "fid", "kid", "kid_error", "precision", "recall", "swd",
    ]

    private static func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    private static func writeFeatures(_ program: Program) throws {
        let golden = try Golden.load("quality")
        for name in ["real", "fake"] {
            try NumpyArray(shape: golden[name].shape, values: golden[name].floats).write(
                to: program.path("\(name).npy"))
        }
    }

    @Test func `features computed elsewhere are measured`() throws {
        try withProgram { program in
            try Self.writeFeatures(program)
            let line = "evaluate quality --real-features real.npy --fake-features fake.npy"
            let result = try program.run(line + " --json")
            #expect(result.status == 0 && result.errors == "")
            let document = try Self.object(result.output)
            let golden = try Golden.load("quality")
            #expect(abs((document["fid"] as? Double ?? 0) - golden["fid.pytorch-fid"].values[0]) < 1e-4)
            #expect(
                abs((document["recall"] as? Double ?? 0) - golden["recall.torch-fidelity"].values[0]) < 1e-4)
            #expect(abs((document["coverage"] as? Double ?? 0) - golden["coverage.prdc.5"].values[0]) < 1e-4)
            let floor = try #require(document["floor"] as? [String: Any])
            #expect(floor.keys.sorted() == Self.keys && Self.keys.allSatisfy { document[$0] is Double })
            #expect(document["fid_count"] as? Int == 50 && document["swd_of"] as? String == "features")

            let text = try program.run(line).output
            #expect(
                text.contains(
                    "Images    60 real, 50 generated; floor between halves of 30 and 30 real images"))
            #expect(text.contains("\nPrecision  0.940 ") && !text.contains("fewer than"))
        }
    }

    @Test func `a checkpoint is measured beside its data, the same on any number of threads`() throws {
        try withProgram { program in
            try program.drawAvatars(count: 24)
            try program.train(into: "run", steps: 3)
            let line = "evaluate quality run avatars --count 20"
            let text = try program.run(line)
            #expect(text.status == 0 && text.errors == "")
            #expect(
                text.output.hasPrefix(
                    "Features  3 random networks at 16x16 and half of it, 342 an image; figures compare"))
            #expect(text.output.contains("24 real, 20 generated; floor between halves of 12 and 12"))
            #expect(text.output.contains("FID is of 20 images, fewer than the 342 features"))
            let json = try program.run(line + " --threads 1 --json")
            #expect(try program.run(line + " --threads 3 --json").output == json.output)
            let document = try Self.object(json.output)
            #expect(document["reals"] as? Int == 24 && document["swd_of"] as? String == "images")
            // The words behind the network belong to the arguments.
            let other = try program.run(
                "evaluate quality --count 20 --json --threads 2 --features random run avatars")
            #expect(other.output == json.output)
            #expect(try program.run(line + " --raw --json").output != json.output)
        }
    }

    @Test func `images that were made elsewhere are measured as the generator that made them`() throws {
        try withProgram { program in
            try program.drawAvatars(count: 24)
            try program.train(into: "run", steps: 3)
            #expect(try program.run("sample run --count 20 --out images/").status == 0)
            #expect(try program.run("sample run --count 20 --out images.npy").status == 0)
            let expected = try program.run("evaluate quality run avatars --count 20 --json")
            let array = try program.run("evaluate quality images.npy avatars --json")
            #expect(array.output == expected.output && array.errors == "")
            // A folder's images come in the order of their names.
            let folder = try Self.object(try program.run("evaluate quality images avatars --json").output)
            let known = try Self.object(expected.output)
            for key in ["kid", "kid_error", "fid", "precision", "recall", "density", "coverage", "copies"] {
                let (value, other) = (known[key] as? Double, folder[key] as? Double)
                expectClose([try #require(other)], [try #require(value)], absolute: 1e-9, relative: 1e-6)
            }
            let fewer = try program.run("evaluate quality images avatars --count 12 --json")
            #expect(try Self.object(fewer.output)["fakes"] as? Int == 12)
            try Data().write(to: URL(fileURLWithPath: program.path("images/empty.png")))
            let broken = try program.run("evaluate quality images avatars --json")
            #expect(broken.errorLines.count == 1 && broken.errors.hasPrefix("Skipped empty.png: "))
            #expect(try Self.object(broken.output)["fakes"] as? Int == 20)
            for option in ["--class round", "--raw", "--seed 3"] {
                let result = try program.run("evaluate quality images avatars \(option)")
                #expect(result.status != 0 && result.errors.contains("are images, which"), "\(result.errors)")
            }
            let missing = try program.run("evaluate quality none avatars")
            #expect(missing.status != 0 && missing.errors.hasPrefix("Error: cannot read none"))
        }
    }

    @Test func `what cannot be measured is told in a line`() throws {
        try withProgram { program in
            try Self.writeFeatures(program)
            try NumpyArray(shape: [20, 3], values: [Float](repeating: 1, count: 60)).write(
                to: program.path("narrow.npy"))
            let cases: [(String, String)] = [
                ("", "Give a checkpoint or generated images and the real ones, or --real-features"),
                ("--real-features real.npy", "--real-features and --fake-features need each other"),
                (
                    "run avatars --features vgg20",
                    "--features is vgg20; it must be one of random, vgg19, inception"
                ),
                ("run avatars --features inception", "--features inception needs the file of its weights"),
                (
                    "run --real-features real.npy --fake-features fake.npy",
                    "take the place of the generated images"
                ),
                ("run avatars --count 3", "--count is 3; it must lie between 6 and 1000000"),
                (
                    "--real-features real.npy --fake-features narrow.npy",
                    "the real images have 16 features and the generated ones 3"
                ),
                ("--real-features real.npy --fake-features none.npy", "cannot read none.npy"),
            ]
            for (words, message) in cases {
                let result = try program.run("evaluate quality \(words)")
                #expect(result.status != 0 && result.output == "")
                #expect(result.errors.contains(message), "\(words): \(result.errors)")
            }
        }
    }

    @Test func `weights that are none are told with what is needed`() throws {
        try withProgram { program in
            try program.drawAvatars(count: 12)
            try program.train(into: "run", steps: 1)
            let result = try program.run("evaluate quality run avatars --features inception run/metrics.csv")
            #expect(result.status != 0 && result.errorLines.count == 1)
            #expect(result.errors.hasPrefix("Error: --features is inception run/metrics.csv; "))
        }
    }
}
