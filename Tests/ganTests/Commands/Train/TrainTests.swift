import Checkpoints
import Foundation
import Images
import Testing

@Suite struct TrainTests {
    static let latest = "run/checkpoints/latest.safetensors"

    @Test func `a training leaves its folder`() throws {
        try withProgram { program in
            let result = try program.train()
            #expect(result.errors == "")
            for line in [
                "12 images as 16x16, color", "Training for 10 steps, into run",
                "Checkpoint in run/checkpoints/step-000010.safetensors", "Done after step 10",
                "Try: gan sample run --out grid.png",
            ] { #expect(result.output.contains(line)) }
            #expect(
                try program.contents("run") == [
                    "checkpoints", "checkpoints/best.safetensors", "checkpoints/latest.safetensors",
                    "checkpoints/step-000010.safetensors", "config.json", "index.html", "losses.png",
                    "metrics.jsonl", "reals.png", "samples",
                    "samples/step-000010.png",
                ])
            let config = try #require(
                try JSONSerialization.jsonObject(with: program.bytes("run/config.json")) as? [String: Any])
            #expect(config["data"] as? String == program.path("avatars"))
            #expect(config["images"] as? Int == 12)
            let training = try #require(config["training"] as? [String: Any])
            let recipe = try #require(training["recipe"] as? [String: Any])
            #expect(recipe["batchSize"] as? Int == 4)
            let rows = try String(decoding: program.bytes("run/metrics.jsonl"), as: UTF8.self)
            #expect(rows.split(separator: "\n").count == 1 && rows.contains("\"step\":10"))
        }
    }

    @Test func `quiet prints nothing`() throws {
        try withProgram { program in
            let result = try program.train("--quiet")
            #expect(result.output == "" && result.errors == "")
        }
    }

    @Test func `size and channels suit the images where they are not given`() throws {
        try withProgram { program in
            try program.makeFolder("gray")
            for index in 0..<6 {
                let name = program.path("gray/\(index).png")
                try Image(width: 40, height: 30, color: [UInt8(index * 40)]).writePNG(to: name)
            }
            let result = try program.run("train gray --out run --steps 1 --width 2 --batch 2")
            #expect(result.status == 0)
            #expect(result.output.contains("6 images as 32x32, gray"))
            #expect(
                result.output.contains("(most of them are cut to a square; --size 64x48 keeps their shape)"))
        }
    }

    @Test func `what cannot be decoded is skipped and named`() throws {
        try withProgram { program in
            try program.drawAvatars()
            try program.write("no image", to: "avatars/broken.png")
            let result = try program.train(steps: 1)
            #expect(result.output.contains("12 images"))
            #expect(result.output.contains("Skipped 1 that could not be read:\n  broken.png: "))
        }
    }

    @Test func `an end can be given in epochs or minutes`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let start = "train avatars \(Program.smallTraining) --quiet --out"
            #expect(try program.run("\(start) epochs --epochs 1.5").status == 0)
            #expect(program.exists("epochs/checkpoints/step-000005.safetensors"))
            #expect(try program.run("\(start) minutes --minutes 0.001").status == 0)
            #expect(program.exists("minutes/checkpoints/latest.safetensors"))
        }
    }

    @Test func `a second run does not touch the first`() throws {
        try withProgram { program in
            try program.train()
            let before = try program.bytes(Self.latest)
            let refused = try program.run("train avatars --out run --steps 2 \(Program.smallTraining)")
            #expect(refused.status == 1)
            #expect(refused.errorLines.count == 1)
            #expect(refused.errors.contains("run holds a run already"))
            #expect(refused.errors.contains("--resume") && refused.errors.contains("--overwrite"))
            #expect(try program.bytes(Self.latest) == before)

            try program.write("mine", to: "run/notes.txt")
            try program.train(steps: 2, "--overwrite")
            #expect(!program.exists("run/checkpoints/step-000010.safetensors"))
            #expect(program.exists("run/checkpoints/step-000002.safetensors"))
            #expect(program.exists("run/notes.txt"))
        }
    }

    @Test func `going on with other settings is refused and names them`() throws {
        try withProgram { program in
            try program.train(steps: 2)
            let before = try program.contents("run")
            for (option, words) in [
                ("--width 6", "width 4, not 6"), ("--lr 0.001", "lr 0.0005, not 0.001"),
                ("--seed 3", "seed 0, not 3"), ("--flip", "flip false, not true"),
                ("--batch 8", "batch 4, not 8"), ("--fit pad", "fit crop, not pad"),
            ] {
                let result = try program.run("train --out run --resume --steps 4 \(option)")
                #expect(result.status == 1)
                #expect(result.errorLines.count == 1)
                #expect(result.errors.contains(words), "\(result.errors)")
            }
            #expect(try program.contents("run") == before)
            // The same settings, given again, are no others.
            let same = try program.run("train avatars --out run --resume --steps 3 \(Program.smallTraining)")
            #expect(same.status == 0)
        }
    }

    @Test func `there must be a run to go on with`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let none = try program.run("train avatars --out run --resume")
            #expect(none.status == 1 && none.errorLines.count == 1)
            #expect(none.errors.contains("run holds no run to go on with"))
            try program.train(steps: 2)
            try FileManager.default.removeItem(atPath: program.path("run/checkpoints"))
            let early = try program.run("train --out run --resume")
            #expect(early.status == 1 && early.errorLines.count == 1)
            #expect(early.errors.contains("ended before its first checkpoint"))
        }
    }

    @Test func `a run is moved on past its end, and from elsewhere`() throws {
        try withProgram { program in
            try program.train(into: "run/", steps: 2)
            let ended = try program.run("train --resume --out run/")
            #expect(ended.status == 0)
            #expect(ended.output.contains("That end is reached already; give a later one with --steps"))
            #expect(!ended.output.contains("run//"))
            #expect(
                try program.run("train --resume --out run --steps 3").output.contains("Done after step 3"))

            try program.makeFolder("elsewhere")
            let elsewhere = Program(folder: program.path("elsewhere"))
            let found = try elsewhere.run("train --resume --out ../run --steps 4")
            #expect(found.output.contains("Done after step 4"))

            try program.run("data avatars --out more --count 13 --size 16")
            try FileManager.default.removeItem(atPath: program.path("avatars"))
            let lost = try elsewhere.run("train --resume --out ../run --steps 5")
            #expect(lost.status == 1 && lost.errorLines.count == 1)
            #expect(
                lost.errors.contains(
                    "avatars: no such file or folder; name the data that the run was begun on"))
            let named = try elsewhere.run("train ../more --resume --out ../run --steps 5")
            #expect(named.output.contains("There are 13 images now; there were 12"))
            #expect(named.output.contains("Done after step 5"))
        }
    }

    /// Names of the tensors that differ between two checkpoints.
    static func differences(_ one: String, _ other: String) throws -> [String] {
        let files = try [SafetensorsFile(path: one), SafetensorsFile(path: other)]
        #expect(files[0].tensors.map(\.name) == files[1].tensors.map(\.name))
        return try files[0].tensors.map(\.name).filter { name in
            try files[0].withBytes(of: name) { Array($0) } != files[1].withBytes(of: name) { Array($0) }
        }
    }

    @Test func `two trainings do not write into one folder`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let line = "train avatars --out run --minutes 10 --checkpoint-every 1 \(Program.smallTraining)"
            let running = try program.start(line.split(separator: " ").map(String.init))
            running.wait { program.exists(Self.latest) }
            for other in ["train --resume --out run", "train avatars --out run --overwrite --steps 1"] {
                let refused = try program.run(other)
                #expect(refused.status == 1 && refused.output == "")
                #expect(refused.errors.hasPrefix("Error: run is in use: something else writes there"))
            }
            running.send(SIGKILL)
            _ = try running.finish()
            // Whoever is killed lets go.
            let resumed = try program.run("train --resume --out run --steps 1")
            #expect(resumed.status == 0 && resumed.output.contains("That end is reached already"))
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `an interrupted run goes on to the bit`(signal: Int32) throws {
        try withProgram { program in
            let steps = 600
            try program.train(into: "whole", steps: steps, "--threads 1")
            let line = "train avatars --out run --steps \(steps) \(Program.smallTraining) --sample-every 7"
            let running = try program.start(line.split(separator: " ").map(String.init))
            running.wait { program.exists("run/samples/step-000007.png") }
            running.send(signal)
            let stopped = try running.finish()
            #expect(stopped.status == 0)
            #expect(stopped.errors == "")
            #expect(stopped.output.contains("Stopped after step"))
            #expect(stopped.output.contains("Go on with: gan train --resume --out run"))
            #expect(!program.exists("run/checkpoints/step-000600.safetensors"))
            #expect(program.exists(Self.latest))

            let resumed = try program.run("train --resume --out run --threads 2")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(resumed.output.contains("Training for 600 steps, going on from step"))
            #expect(resumed.output.contains("Done after step 600"))
            #expect(
                try Self.differences(
                    program.path("whole/checkpoints/step-000600.safetensors"),
                    program.path("run/checkpoints/step-000600.safetensors")) == [])
            #expect(try program.leftovers() == [])
        }
    }

    @Test func `there are as many threads as cores that the program is bound to`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let shown = try program.shell(
                "core=$(grep Cpus_allowed_list /proc/self/status | grep -o '[0-9]*' | head -n 1); "
                    + "taskset -cp $core $$ && gan train avatars --dry-run --out run")
            #expect(shown.status == 0, "\(shown.errors)")
            #expect(shown.output.contains(", 1 thread, "), "\(shown.output)")
        }
    }

    @Test func `OpenBLAS gives the same bits with any number of threads`() throws {
        try withProgram { program in
            try program.drawAvatars()
            for (run, engine, threads) in [
                ("one", "openblas", 1), ("three", "openblas", 3), ("tiles", "tiles", 1),
            ] {
                let line = "train avatars --out \(run) --steps 5 --threads \(threads)"
                let trained = try program.run(
                    "\(line) \(Program.smallTraining)".split(separator: " ").map(String.init),
                    environment: ["GAN_GEMM": engine])
                #expect(trained.status == 0, "\(trained.errors)")
            }
            let latest = ["one", "three", "tiles"].map {
                program.path("\($0)/checkpoints/latest.safetensors")
            }
            #expect(try Self.differences(latest[0], latest[1]) == [])
            // Sums that are split otherwise round otherwise: it was OpenBLAS.
            #expect(try Self.differences(latest[0], latest[2]) != [])
            let refused = try program.run(
                ["sample", "one", "--out", "grid.png"], environment: ["GAN_GEMM": "mkl"])
            #expect(refused.status == 1)
            #expect(refused.errors == "Error: GAN_GEMM is tiles or openblas, not mkl.\n")
        }
    }
}
