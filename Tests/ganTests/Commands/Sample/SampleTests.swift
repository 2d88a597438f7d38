import Checkpoints
import Foundation
import Images
import Testing

/// gan sample, gan export and gan inspect.
@Suite struct SampleTests {
    private static let latest = TrainTests.latest

    @Test func `a grid holds the images of the seeds`() throws {
        try withProgram { program in
            try program.train()
            let result = try program.run("sample \(Self.latest) --out grid.png")
            #expect(result.status == 0 && result.errors == "")
            #expect(result.output == "64 images in grid.png\n")
            // The run's folder stands for its latest checkpoint.
            try program.run("sample run --out same.png")
            #expect(try program.image("same.png") == program.image("grid.png"))
            // The sheet of the training is this grid.
            #expect(try program.image("grid.png") == program.image("run/samples/step-000010.png"))

            try program.run("sample \(Self.latest) --out row.png --count 3 --columns 3")
            let row = try program.image("row.png")
            #expect(row.width == 3 * 18 + 2 && row.height == 18 + 2)
        }
    }

    @Test func `a seed gives its image in any form`() throws {
        try withProgram { program in
            try program.train()
            try program.run("sample \(Self.latest) --out singles/ --seeds 0,2,5-7")
            #expect(
                try program.contents("singles") == [0, 2, 5, 6, 7].map { "seed-\($0).png" })
            try program.run("sample \(Self.latest) --out some.npy --seed 5 --count 3")
            let array = try NumpyArray(path: program.path("some.npy"))
            #expect(array.shape == [3, 16, 16, 3] && array.type == .uint8)
            let pixels = try array.values(as: UInt8.self)
            for (index, seed) in [5, 6, 7].enumerated() {
                let single = try program.image("singles/seed-\(seed).png")
                #expect(Array(pixels[index * 768..<(index + 1) * 768]) == single.pixels)
            }
            // More than are made before some are written.
            try program.run("sample \(Self.latest) --out many.npy --count 1030")
            try program.run("sample \(Self.latest) --out last.npy --seed 1022 --count 8")
            let (many, last) = (
                try NumpyArray(path: program.path("many.npy")), try NumpyArray(path: program.path("last.npy"))
            )
            #expect(many.shape == [1030, 16, 16, 3])
            #expect(try many.values(as: UInt8.self).suffix(8 * 768) == last.values(as: UInt8.self)[...])
            try program.run("sample \(Self.latest) --out one.png --seeds 6")
            #expect(try program.image("one.png") == program.image("singles/seed-6.png"))
            // A folder that is there needs no slash.
            #expect(try program.run("sample \(Self.latest) --out singles --seeds 9").status == 0)
            #expect(program.exists("singles/seed-9.png"))
        }
    }

    @Test func `latents can be given`() throws {
        try withProgram { program in
            try program.train()
            let values = (0..<24).map { Float($0 % 8) / 4 - 1 }
            try NumpyArray(shape: [3, 8], values: values).write(to: program.path("z.npy"))
            try program.run("sample \(Self.latest) --out three.npy --latents z.npy")
            let array = try NumpyArray(path: program.path("three.npy"))
            #expect(array.shape == [3, 16, 16, 3])
            // The three rows are the same.
            let pixels = try array.values(as: UInt8.self)
            #expect(pixels[..<768] == pixels[768..<1536])

            for (shape, expected) in [
                ([24], "shape [24]; this checkpoint needs count x 8"),
                ([2, 12], "shape [2, 12]; this checkpoint needs count x 8"),
                ([1, 3, 8], "shape [1, 3, 8]; this checkpoint needs count x 8"),
            ] {
                try NumpyArray(shape: shape, values: values).write(to: program.path("bad.npy"))
                let result = try program.run("sample \(Self.latest) --out x.png --latents bad.npy")
                #expect(result.status == 1 && result.errorLines.count == 1)
                #expect(result.errors.contains("bad.npy holds an array of \(expected)"))
            }
            try NumpyArray(shape: [1, 8], values: [Float](repeating: .nan, count: 8))
                .write(to: program.path("bad.npy"))
            let nan = try program.run("sample \(Self.latest) --out x.png --latents bad.npy")
            #expect(nan.status == 1 && nan.errors.contains("not finite"))
            try NumpyArray(shape: [1, 8], values: [Int](repeating: 1, count: 8))
                .write(to: program.path("bad.npy"))
            let whole = try program.run("sample \(Self.latest) --out x.png --latents bad.npy")
            #expect(whole.status == 1 && whole.errorLines.count == 1)
            #expect(!program.exists("x.png"))
        }
    }

    @Test func `an export samples as its checkpoint does`() throws {
        try withProgram { program in
            try program.train(steps: 30)
            for raw in ["", "--raw"] {
                let exported = try program.run("export \(Self.latest) --out netG.safetensors \(raw)")
                #expect(exported.status == 0)
                #expect(exported.output.hasPrefix("Generator with "))
                try program.run("sample \(Self.latest) --out whole\(raw).png \(raw)")
                try program.run("sample netG.safetensors --out export\(raw).png")
                #expect(try program.image("whole\(raw).png") == program.image("export\(raw).png"))
            }
            #expect(try program.image("whole.png") != program.image("whole--raw.png"))
            let names = try SafetensorsFile(path: program.path("netG.safetensors")).tensors.map(\.name)
            #expect(names.contains("main.0.weight") && names.allSatisfy { $0.hasPrefix("main.") })
        }
    }

    @Test(arguments: ["avatars-64", "styles-64"])
    func `what ships makes what its image shows`(name: String) throws {
        let shipped =
            URL(fileURLWithPath: #filePath + "/../../../../../checkpoints/\(name)").standardized.path
        try withProgram { program in
            let result = try program.run(["sample", shipped + ".safetensors", "--out", "grid.png"])
            #expect(result.status == 0, "\(result.errors)")
            let (made, shown) = (try program.image("grid.png"), try Image(decoding: shipped + ".png"))
            try #require((made.width, made.height) == (shown.width, shown.height))
            // Other processors round otherwise.
            let differences = zip(made.pixels, shown.pixels).map { abs(Int($0) - Int($1)) }
            #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 0.1)
        }
    }

    @Test func `inspecting tells what a checkpoint holds`() throws {
        try withProgram { program in
            try program.train()
            let text = try program.run("inspect \(Self.latest)")
            #expect(text.status == 0)
            for line in [
                "Checkpoint of a run, checksum verified", "Model dcgan, 16x16, 3 channels, latent 8",
                "Step 10, 40 images shown", "  generator.main.0.weight ", "8 x 8 x 4 x 4",
                "  configuration.width ", "  recipe.generatorOptimizer.adam.learningRate ", " 0.0005\n",
            ] { #expect(text.output.contains(line)) }

            let json = try program.run("inspect \(Self.latest) --json")
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect(
                document.keys.sorted() == ["checksum", "configuration", "kind", "progress", "tensors"])
            #expect(document["checksum"] as? String == "verified")
            let progress = try #require(document["progress"] as? [String: Any])
            #expect(progress["step"] as? Int == 10)
            let tensors = try #require(document["tensors"] as? [[String: Any]])
            let first = try #require(tensors.first { $0["name"] as? String == "generator.main.0.weight" })
            #expect(first["shape"] as? [Int] == [8, 8, 4, 4] && first["type"] as? String == "F32")
        }
    }
}
