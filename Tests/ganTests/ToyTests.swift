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
            #expect(result.status == 0 && result.errors == "")
            let lines = result.output.split(separator: "\n")
            #expect(lines.last?.contains(" of 8 modes, ") == true)
            #expect(result.output.contains("regularized by R1 0.1\n"))
            #expect(
                try program.contents("toys/ring") == [
                    "final.png", "metrics.jsonl", "points.npy", "toy.gif",
                ])
            let points = try NumpyArray(path: program.path("toys/ring/points.npy"))
            #expect(points.shape == [2500, 2])
            let rows = try String(contentsOfFile: program.path("toys/ring/metrics.jsonl"), encoding: .utf8)
                .split(separator: "\n").map { try JSONDecoder().decode(ToyRow.self, from: Data($0.utf8)) }
            #expect(rows.map(\.step) == [10, 20, 30, 40])
            let last = try #require(rows.last)
            #expect(lines.last.map(String.init) == last.metrics.summary)
            let values: [Scalar] = try points.values(as: Float.self).map { Scalar($0) }
            #expect(ToyMetrics(of: values, from: .eightGaussians).modeCounts == last.metrics.modeCounts)
            #expect(try program.image("toys/ring/final.png").width == 640)
        }
    }

    @Test func `the same seed gives the same files, on any number of threads`() throws {
        try withProgram { program in
            let line = "toy moons --preset wgan-gp \(Self.small)"
            try program.run("\(line) --out one --threads 1")
            try program.run("\(line) --out two --threads 2")
            try program.run("\(line) --out other --seed 1")
            for name in ["final.png", "metrics.jsonl", "points.npy", "toy.gif"] {
                #expect(try program.bytes("one/\(name)") == program.bytes("two/\(name)"), "\(name)")
            }
            #expect(try program.bytes("one/points.npy") != program.bytes("other/points.npy"))
        }
    }

    @Test(arguments: ToyDistribution.allCases)
    func `every distribution and objective plays`(distribution: ToyDistribution) throws {
        let objectives = Objective.allCases
        let place = try #require(ToyDistribution.allCases.firstIndex(of: distribution))
        let objective = objectives[place % objectives.count]
        try withProgram { program in
            let result = try program.run(
                "toy \(distribution.rawValue) --out toy --objective \(objective.rawValue) --pack 2 --apng "
                    + Self.small)
            #expect(result.status == 0, "\(result.errors)")
            #expect(program.exists("toy/toy.apng"))
        }
    }

    @Test func `the line has a mean and a deviation`() throws {
        try withProgram { program in
            let result = try program.run(
                "toy gaussian --out toy --preset r1 --steps 1500 --frames 1 --width 32 --depth 2 --half-life 20000"
            )
            let words = try #require(result.output.split(separator: "\n").last)
            let match = try #require(words.firstMatch(of: /mean ([0-9.]+), deviation ([0-9.]+)/))
            let (mean, deviation) = (try #require(Double(match.1)), try #require(Double(match.2)))
            #expect(abs(mean - 3) < 0.3 && abs(deviation - 0.5) < 0.3, "\(words)")
        }
    }

    @Test func `what makes no sense is told in one line`() throws {
        try withProgram { program in
            func expect(_ line: String, _ words: String, status: Int32 = 64) throws {
                let result = try program.run("toy \(line)")
                #expect(result.status == status && result.errors.contains(words), "\(line): \(result.errors)")
            }
            try expect("9-gaussians --out toy", "9-gaussians")
            try expect("ring --out toy --steps 0", "--steps is 0; it must lie between 1 and")
            try expect("ring --out toy --batch 255 --pack 2", "--batch is 255; it must be a multiple of pack")
            try expect("ring --out toy --decay-from 20000", "--decay-from is 20000")
            try expect("ring --out toy --preset stylegan", "--preset stylegan is for a stylegan")
            try expect("ring --out toy --preset stylegan2", "--preset stylegan2 is for a stylegan2")
            try program.train()
            try expect("ring --out run", "run holds a run on images", status: 1)
        }
    }
}

extension ToyDistribution: CustomTestStringConvertible {
    public var testDescription: String { rawValue }
}
