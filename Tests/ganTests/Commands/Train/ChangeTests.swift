import Foundation
import Testing

/// `gan train --resume --change`
@Suite struct ChangeTests {
    @Test func `a run goes on by other settings and data, and tells of it`() throws {
        try withProgram { program in
            try program.train(steps: 4)
            let refused = try program.run("train --resume --out run --steps 8 --lr 0.001 --batch 6")
            #expect(refused.status == 1)
            #expect(
                refused.errorLines == [
                    "Error: the run in run was begun with batch 4, not 6, lr 0.0005, not 0.001; leave that option "
                        + "out, or add --change to go on with it from here"
                ])
            try program.drawAvatars("others", count: 9)
            let changed = try program.run(
                "train others --resume --change --out run --steps 8 --lr 0.001 --batch 6")
            #expect(changed.status == 0, "\(changed.errors)")
            let told =
                "Changed after step 4: data others, 9 images, before avatars, 12 images; batch 6, before 4; "
                + "lr 0.001, before 0.0005"
            #expect(changed.output.split(separator: "\n").contains(Substring(told)), "\(changed.output)")
            // From now on these are the run's.
            let resumed = try program.run("train --resume --out run --steps 10")
            #expect(resumed.status == 0 && !resumed.output.contains("Changed"), "\(resumed.errors)")
            #expect(resumed.output.contains("batch 6"))
            #expect(try program.run("inspect run").output.split(separator: "\n").contains(Substring(told)))
        }
    }

    @Test func `networks do not change`() throws {
        try withProgram { program in
            try program.train(steps: 2)
            let wider = try program.run("train --resume --change --out run --steps 4 --width 8")
            #expect(wider.status == 1)
            #expect(
                wider.errorLines == [
                    "Error: the run in run was begun with width 4, not 8; leave that option out, or begin another "
                        + "run, which may start with this one's weights: --from run"
                ])
            let alone = try program.run("train avatars --change --out other --steps 4")
            #expect(alone.status == 64 && alone.errors.contains("add --resume"))
        }
    }
}
