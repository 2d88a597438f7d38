import Foundation
import Images
import Testing

/// What reaches the terminal, and what does not.
@Suite struct OutputTests {
    @Test func `output that cannot be written is an error`() throws {
        try withProgram { program in
            try program.train(steps: 1)
            for command in ["inspect run", "data info avatars --json", "--help", "train --help"] {
                let result = try program.shell("gan \(command) >/dev/full")
                #expect(result.status == 1, "\(command)")
                #expect(result.errors == "Error: the output could not be written: No space left on device\n")
                // Whoever takes a line has all it wants.
                let taken = try program.shell("{ gan \(command); echo $? >status; } | head -1")
                #expect(taken.errors == "", "\(command)")
                #expect(try String(decoding: program.bytes("status"), as: UTF8.self) == "0\n", "\(command)")
            }
            // Errors that nobody can be told of change no status.
            #expect(try program.shell("gan inspect missing 2>/dev/full").status == 1)
        }
    }

    @Test func `names of files do not command the terminal`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let name = "a\u{1B}[31mb\u{7F}\u{9B}.png"
            try program.write("no image", to: "avatars/\(name)")
            for command in ["data info avatars", "data info avatars --json", "inspect avatars/\(name)"] {
                let result = try program.run(command.split(separator: " ").map(String.init))
                let text = result.output + result.errors
                #expect(text.contains("\\u001"), "\(text)")
                let controls = text.unicodeScalars.filter {
                    $0.properties.generalCategory == .control && $0 != "\n"
                }
                #expect(controls.isEmpty, "\(command)")
                if command.hasSuffix("json") {
                    #expect(throws: Never.self) {
                        try JSONSerialization.jsonObject(with: Data(result.output.utf8))
                    }
                }
            }
        }
    }

    @Test func `names that are no UTF-8 are read and shown`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let result = try program.shell(
                "mkdir both; cp -r avatars both/cats; mv avatars both/$'caf\\xe9'; echo x >both/cats/$'b\\xff.png'; "
                    + "gan data info both")
            #expect(result.status == 0)
            #expect(result.output.contains("caf\\xE9") && result.output.contains("cats/b\\xFF.png"))
        }
    }

    @Test func `sampling takes the largest seed, and columns only for a grid`() throws {
        try withProgram { program in
            try program.train(steps: 1)
            #expect(
                try program.run("sample run --seed 18446744073709551615 --count 1 --out a.png").status == 0)
            #expect(try program.run("sample run --seeds 18446744073709551615 --out b.png").status == 0)
            #expect(try program.image("a.png") == program.image("b.png"))
            let refused = try program.run("sample run --columns 2 --out a.npy")
            #expect(refused.status == 64 && refused.errors.contains("--columns is for a grid"))
            let root = try program.run("sample run --count 1 --out /proc/")
            #expect(root.status == 1 && root.errors.contains("/proc/seed-0.png: cannot be written"))
        }
    }

    @Test func `a limit of memory is heeded before memory is taken`() throws {
        try withProgram { program in
            try program.makeFolder("large")
            try Image(width: 10_000, height: 10_000, color: [1]).writePNG(to: program.path("large/a.png"))
            let refused = try program.shell("ulimit -v 1500000; gan data info large")
            #expect(refused.status == 1 && refused.errorLines.count == 1)
            #expect(refused.errors.contains("needs 800 MB of memory"))
        }
    }

    @Test(arguments: ["pix2pix", "cyclegan", "spade", "srgan"])
    func `sizes without bounds are refused`(model: String) throws {
        try withProgram { program in
            for size in ["9223372036854775807", "-9223372036854775808", "40000000000000000"] {
                let result = try program.run("train missing --model \(model) --out run --size=\(size)")
                #expect(result.status == 64)
                #expect(result.errors.hasPrefix("Error: --size is \(size); "), "\(result.errors)")
            }
        }
    }
}
