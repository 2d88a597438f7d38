import Foundation
import Images
import Testing

/// `--size` of images that are not square.
@Suite struct SizeTests {
    @Test(arguments: [
        ("0x64", "--size is 0x64; width and height of"),
        ("-1x64", "--size is -1x64; width and height of"),
        (
            "16x80",
            "--size is 16x80; width and height of a DCGAN's images are multiples of 16 from 16 to 256, one at"
        ),
        ("48x50", "--size is 48x50; width and height of"),
        ("64x9223372036854775807", "--size is 64x9223372036854775807; "),
        ("9223372036854775807", "--size is 9223372036854775807; "),
        ("-9223372036854775808x-9223372036854775808", "--size is -9223372036854775808; "),
        ("64x", "The value '64x' is invalid"), ("x64", "The value 'x64' is invalid"),
        ("4e16x8", "The value '4e16x8' is invalid"), ("64x64x64", "The value '64x64x64' is invalid"),
        ("64x9223372036854775808", "The value '64x9223372036854775808' is invalid"),
    ])
    func `sizes that no images can have are refused`(size: String, words: String) throws {
        try withProgram { program in
            try ErrorTests.expectFailure(
                program, "train missing --model dcgan --out run --size=\(size)", status: 64, words)
        }
    }

    @Test func `a portrait folder is trained on, resumed, sampled and exported in its shape`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let options = "--model dcgan --width 4 --batch 4 --size 32x48 --quiet"
            #expect(try program.run("train avatars \(options) --steps 4 --out whole").status == 0)
            #expect(try program.run("train avatars \(options) --steps 2 --out run").status == 0)
            #expect(try program.run("train --resume --steps 4 --quiet --out run").status == 0)
            let latest = "checkpoints/latest.safetensors"
            #expect(
                try TrainTests.differences(program.path("run/\(latest)"), program.path("whole/\(latest)"))
                    == [])
            let sheet = try program.image("run/samples/step-000004.png")
            #expect((sheet.width, sheet.height) == (8 * 34 + 2, 8 * 50 + 2))
            let config = try String(decoding: program.bytes("run/config.json"), as: UTF8.self)
            #expect(config.contains("\"32x48\""))

            let sampled = try program.run("sample run --seeds 0-3 --out made.png")
            #expect(sampled.status == 0, "\(sampled.errors)")
            let grid = try program.image("made.png")
            #expect((grid.width, grid.height) == (2 * 34 + 2, 2 * 50 + 2))
            let walked = try program.run("interpolate run --seeds 1,2 --frames 4 --out walk.png")
            #expect(walked.status == 0, "\(walked.errors)")
            let strip = try program.image("walk.png")
            #expect(strip.width >= 5 * 34 + 2 && strip.height == 50 + 2)
            let projected = try program.run("project run avatars/00000.png --steps 2 --out projected.png")
            #expect(projected.status == 0, "\(projected.errors)")
            let array = try program.run("sample run --seeds 0-3 --out x.npy")
            #expect(array.output.contains("Array of shape [4, 48, 32, 3]"), "\(array.errors)")
            let onnx = try program.run("export run --out g.onnx")
            #expect(onnx.status == 0, "\(onnx.errors)")
            let change = try program.run("train avatars --resume --size 48 --steps 6 --out run")
            #expect(change.status != 0)
        }
    }
}
