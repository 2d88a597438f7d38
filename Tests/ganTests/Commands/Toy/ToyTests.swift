import Checkpoints
import Foundation
import GANs
import Images
import Testing

/// gan toy.
@Suite struct ToyTests {
    private static let small = "--steps 40 --frames 4 --width 16 --depth 1 --batch 32"

    @Test func `the folder holds what was promised`() throws {
        try withProgram { program in
            let result = try program.run("toy 8-gaussians --out toys/ring --preset r1 \(Self.small)")
            #expect(result.status == 0 && result.errors == "", "\(result.errors)")
            let lines = result.output.split(separator: "\n")
            #expect(lines.last?.contains(" of 8 modes, ") == true)
            #expect(result.output.contains("regularization: R1 0.1\n"))
            let contents = try program.contents("toys/ring")
            #expect(
                contents.filter { !$0.contains("/") } == [
                    "checkpoints", "config.json", "final.png", "index.html", "losses.png", "metrics.jsonl",
                    "points.npy", "reals.png", "samples", "toy.gif",
                ])
            #expect(
                contents.filter { $0.hasPrefix("samples/") }
                    == [0, 10, 20, 30, 40].map { "samples/step-0000\($0 < 10 ? "0" : "")\($0).png" })
            let points = try NumpyArray(path: program.path("toys/ring/points.npy"))
            #expect(points.shape == [2500, 2])
            let rows = try String(contentsOfFile: program.path("toys/ring/metrics.jsonl"), encoding: .utf8)
                .split(separator: "\n").map { try JSONDecoder().decode(MetricsRow.self, from: Data($0.utf8)) }
            #expect(rows.map(\.step) == [10, 20, 30, 40])
            let last = try #require(rows.last?.points)
            #expect(lines.last.map(String.init) == last.summary)
            let values: [Scalar] = try points.values(as: Float.self).map { Scalar($0) }
            #expect(ToyMetrics(of: values, from: .eightGaussians).modeCounts == last.modeCounts)
            #expect(try program.image("toys/ring/final.png").width == 640)
            for command in [
                "sample toys/ring", "interpolate toys/ring --seeds 1,2",
                "project toys/ring toys/ring/final.png",
            ] {
                try ErrorTests.expectFailure(
                    program, "\(command) --out x.png",
                    "the model points in toys/ring/checkpoints/latest.safetensors does not make images of latents"
                )
            }
            #expect(try program.run("inspect toys/ring").output.contains("Model points, 2 coordinates"))
        }
    }

    @Test func `the same seed gives the same files, on any number of threads`() throws {
        try withProgram { program in
            let line = "toy moons --preset wgan-gp \(Self.small)"
            try program.run("\(line) --out one --threads 1")
            try program.run("\(line) --out two --threads 2")
            try program.run("\(line) --out other --seed 1")
            for name in ["final.png", "points.npy", "toy.gif"] {
                #expect(try program.bytes("one/\(name)") == program.bytes("two/\(name)"), "\(name)")
            }
            #expect(try program.bytes("one/points.npy") != program.bytes("other/points.npy"))
        }
    }

    @Test func `a run goes on to the bit`() throws {
        try withProgram { program in
            let line = "toy 8-gaussians --preset r1 --instance-noise 0.1 \(Self.small)"
            try #require(try program.run("\(line) --out whole").status == 0)
            try FileManager.default.copyItem(atPath: program.path("whole"), toPath: program.path("parts"))
            for name in ["points.npy", "toy.gif", "final.png", "samples/step-000040.png"] {
                try FileManager.default.removeItem(atPath: program.path("parts/" + name))
            }
            let checkpoints = program.path("parts/checkpoints")
            try FileManager.default.removeItem(atPath: checkpoints + "/latest.safetensors")
            try FileManager.default.copyItem(
                atPath: checkpoints + "/step-000020.safetensors",
                toPath: checkpoints + "/latest.safetensors")
            let resumed = try program.run("toy --resume --out parts")
            #expect(resumed.status == 0, "\(resumed.errors)")
            for name in ["points.npy", "toy.gif", "final.png"] {
                #expect(try program.bytes("parts/" + name) == program.bytes("whole/" + name), "\(name)")
            }
            // The learning rates fall to zero at the new end.
            let further = try program.run("toy 8-gaussians --resume --out parts --steps 50 --dry-run")
            #expect(further.output.contains("fall to nothing from step 20 to 50"), "\(further.errors)")
        }
    }

    @Test(arguments: ToyDistribution.allCases)
    func `every distribution and adversarial loss trains`(distribution: ToyDistribution) throws {
        let losses = AdversarialLoss.allCases
        let place = try #require(ToyDistribution.allCases.firstIndex(of: distribution))
        let loss = losses[place % losses.count]
        try withProgram { program in
            let result = try program.run(
                "toy \(distribution.rawValue) --out toy --objective \(loss.rawValue) --pack 2 --apng "
                    + Self.small)
            #expect(result.status == 0, "\(result.errors)")
            #expect(program.exists("toy/toy.apng"))
        }
    }

    @Test func `the line has a mean and a deviation`() throws {
        try withProgram { program in
            let result = try program.run(
                "toy gaussian --out toy --preset r1 --steps 1500 --frames 1 --width 32 --depth 2 "
                    + "--half-life 20000"
            )
            let words = try #require(result.output.split(separator: "\n").last)
            let match = try #require(words.firstMatch(of: /mean ([0-9.]+), deviation ([0-9.]+)/))
            let (mean, deviation) = (try #require(Double(match.1)), try #require(Double(match.2)))
            #expect(abs(mean - 3) < 0.3 && abs(deviation - 0.5) < 0.3, "\(words)")
        }
    }

    @Test func `a method has one strength however it is spelled`() throws {
        try withProgram { program in
            func recipe(_ options: String) throws -> String {
                let result = try program.run("toy 25-grid --out toy --dry-run \(options)")
                #expect(result.status == 0 && !program.exists("toy"), "\(result.errors)")
                return result.output
            }
            let published = try recipe("--preset wgan-gp")
            #expect(published.contains("gradient penalty 0.1\n"))
            #expect(try recipe("--objective wasserstein --regularizer gradient-penalty") == published)
            #expect(try recipe("--objective wasserstein") == published)
            #expect(try recipe("--regularizer r1") == recipe("--preset r1"))
        }
    }

    @Test func `what makes no sense is told in one line`() throws {
        try withProgram { program in
            func expect(_ line: String, _ words: String, status: Int32 = 64) throws {
                let result = try program.run("toy \(line)")
                #expect(result.status == status && result.errors.contains(words), "\(line): \(result.errors)")
            }
            try expect("9-gaussians --out toy", "9-gaussians")
            try expect("--out toy", "name the distribution to train on")
            try expect("ring --out toy --steps 0", "--steps is 0; it must lie between 1 and")
            try expect("ring --out toy --batch 255 --pack 2", "--batch is 255; it must be a multiple of pack")
            try expect(
                "ring --out toy --steps 10000 --decay-from 20000",
                "--decay-from is 20000; it must come before the end")
            try expect("ring --out toy --preset stylegan", "--preset asks for a stylegan")
            try expect("ring --out toy --augment adaptive", "Unknown option '--augment'")
            try program.train()
            try expect("ring --out run", "run holds a run already", status: 1)
            try expect("--resume --out run", "run holds a run on images", status: 1)
            try #require(try program.run("toy ring --out toy \(Self.small)").status == 0)
            try expect("ring --out toy", "toy holds a run already", status: 1)
            try expect("moons --resume --out toy", "was begun on ring, not moons", status: 1)
            try expect("--resume --out toy --width 8", "was begun with width 16, not 8", status: 1)
            let train = try program.run("train avatars --resume --out toy")
            #expect(train.status == 1 && train.errors.contains("go on with it by gan toy --resume"))
        }
    }
}

extension ToyDistribution: CustomTestStringConvertible {
    /// Its name.
    public var testDescription: String { rawValue }
}
