import Foundation
import Testing

/// gan bench
@Suite struct BenchTests {
    @Test func `steps are timed`() throws {
        try withProgram { program in
            let small = "--size 16 --width 8 --batch 4 --steps 3"
            let result = try program.run("bench \(small) --json")
            #expect(result.status == 0 && result.errors == "")
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
            let figures = try #require(object as? [String: Any])
            #expect((figures["stepSeconds"] as? [Double])?.count == 3)
            for name in [
                "imagesPerSecond", "effectiveGigaflops", "generatedImagesPerSecond", "peakMegabytes",
            ] {
                #expect(try #require(figures[name] as? Double) > 0, "\(name)")
            }
            let shares = try #require(figures["shares"] as? [[String: Any]])
            #expect(shares.contains { $0["family"] as? String == "convolution" })

            for model in ["pix2pix", "spade", "srresnet", "srgan", "rrdb", "esrgan"] {
                let timed = try program.run(
                    "bench step --model \(model) --size 32 --width 2 --batch 2 --steps 1")
                #expect(timed.status == 0, "\(model): \(timed.errors)")
            }
            let text = try program.run("bench \(small)").output
            #expect(text.contains("median of 3") && text.contains("% convolution"))
        }
    }

    @Test func `toys are timed`() throws {
        try withProgram { program in
            let result = try program.run("bench toy --batch 8 --steps 3 --json")
            #expect(result.status == 0 && result.errors == "")
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
            let figures = try #require(object as? [String: Any])
            for name in ["nonSaturating", "wganGP"] {
                #expect(try #require(figures[name] as? Double) > 0, "\(name)")
            }
            #expect(try program.run("bench toy --batch 8 --steps 3").output.contains("steps/s"))
            let wrong = try program.run("bench toy --steps 0")
            #expect(wrong.status != 0 && wrong.errors.contains("--steps is 0"))
        }
    }

    @Test func `convolutions are timed`() throws {
        try withProgram { program in
            let result = try program.run("bench kernels --size 16 --width 8 --batch 4 --steps 1")
            #expect(result.status == 0)
            #expect(result.output.contains("3 -> 8, 16x16, 4x4 stride 2"))
            #expect(result.output.contains("16 -> 1, 4x4, 4x4 stride 1"))
        }
    }
}
