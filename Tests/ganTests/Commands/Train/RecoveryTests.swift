import Foundation
import Testing

/// What a training survives, and how it goes on.
@Suite struct RecoveryTests {
    private static let latest = TrainTests.latest

    @Test func `a run without its latest checkpoint goes on from the newest, and says so`() throws {
        try withProgram { program in
            try program.train(steps: 4, "--checkpoint-every 2")
            let missing = "Warning: \(Self.latest) is missing; "
            try FileManager.default.removeItem(atPath: program.path(Self.latest))
            let sampled = try program.run("sample run --count 1 --out one.png")
            #expect(sampled.status == 0)
            #expect(sampled.errors == "\(missing)taking run/checkpoints/step-000004.safetensors\n")
            // The newest is no whole one.
            try program.truncate("run/checkpoints/step-000004.safetensors")
            let resumed = try program.run("train --resume --out run --steps 5")
            #expect(resumed.status == 0)
            #expect(resumed.errors == "\(missing)going on from run/checkpoints/step-000002.safetensors\n")
            #expect(resumed.output.contains("going on from step 2") && program.exists(Self.latest))

            // One that is damaged is not passed over without being asked.
            try program.truncate(Self.latest)
            let damaged = try program.run("train --resume --out run --steps 6")
            #expect(damaged.status == 1 && damaged.errorLines.count == 1)
            #expect(
                damaged.errors.contains(
                    "is cut off")
                    && damaged.errors.contains(
                        "remove that file to go on from run/checkpoints/step-000004.safetensors")
            )
        }
    }

    @Test func `a record that was changed or cannot be read is told of`() throws {
        try withProgram { program in
            try program.train(steps: 2)
            let config = try String(decoding: program.bytes("run/config.json"), as: UTF8.self)
            try program.write(config.replacing("\"width\" : 4", with: "\"width\" : 8"), to: "run/config.json")
            let before = try program.bytes("run/config.json")
            let changed = try program.run("train --resume --out run --steps 3")
            #expect(changed.status == 1 && changed.errorLines.count == 1)
            #expect(changed.errors.contains("run/config.json says width 8, not 4, as the run was begun"))
            #expect(try program.bytes("run/config.json") == before)
            try FileManager.default.removeItem(atPath: program.path("run/config.json"))
            try program.makeFolder("run/config.json")
            let unreadable = try program.run("train --resume --out run --steps 3")
            #expect(
                unreadable.status == 1 && unreadable.errors.contains("run/config.json is not a regular file"))
        }
    }

    @Test func `a closed terminal ends a training as Ctrl-C does, however often it says so`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let line = "train avatars --out run --minutes 10 --sample-every 7 \(Program.smallTraining)"
            let running = try program.start(line.split(separator: " ").map(String.init))
            running.wait { program.exists("run/samples/step-000007.png") }
            for _ in 1...3 { running.send(SIGHUP) }
            let stopped = try running.finish()
            #expect(stopped.status == 0 && stopped.output.contains("Stopped after step"))
            #expect(program.exists(Self.latest))
        }
    }

    @Test(arguments: [SIGINT, SIGHUP])
    func `a signal that the caller ignores stays ignored`(signal: Int32) throws {
        try withProgram { program in
            try program.drawAvatars()
            let running = try program.startShell(
                "trap '' \(signal); exec '\(Program.path)' train avatars --out run --steps 60 --sample-every 7 "
                    + Program.smallTraining)
            running.wait { program.exists("run/samples/step-000007.png") }
            for _ in 1...2 { running.send(signal) }
            let ended = try running.finish()
            #expect(ended.status == 0 && ended.output.contains("Done after step 60"))
        }
    }

    @Test func `a reader who leaves does not end a training`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let result = try program.shell(
                "{ gan train avatars --out run --steps 30 --sample-every 2 \(Program.smallTraining); echo $? >status; } "
                    + "2>&1 | head -1")
            #expect(result.output == "12 images as 16x16, color\n")
            #expect(try String(decoding: program.bytes("status"), as: UTF8.self) == "0\n")
            #expect(program.exists("run/checkpoints/step-000030.safetensors"))
        }
    }

    @Test func `a file that may not grow any more is an error of one line`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let result = try program.shell(
                "ulimit -f 16; gan train avatars --out run --steps 30 --sample-every 2 --quiet \(Program.smallTraining)"
            )
            #expect(result.status == 1)
            // Once, however often it happens.
            #expect(result.errorLines.count { $0.contains("run/samples/step-") } == 1, "\(result.errors)")
            #expect(result.errors.contains("Error: cannot write run/checkpoints/step-000030.safetensors: "))
            #expect(try program.leftovers() == [])
        }
    }
}
