import Testing

/// `gan train --from`
@Suite struct FineTuningTests {
    @Test func `a training begins with a trained model, its settings, and what fits`() throws {
        try withProgram { program in
            try program.drawAvatars()
            try #require(
                program.run(
                    "train avatars --model dcgan --size 16 --width 3 --latent 7 --batch 4 --steps 2 --out old"
                )
                .status == 0)
            let tuned = try program.run(
                "train avatars --from old --batch 4 --steps 2 --freeze-discriminator 1 --out tuned")
            try #require(tuned.status == 0, "\(tuned.errors)")
            #expect(tuned.output.contains(" as 16x16, color"), "\(tuned.output)")
            let taken = try #require(
                tuned.output.firstMatch(of: /the generator begins with ([0-9]+) of its ([0-9]+)/))
            #expect(taken.1 == taken.2)
            #expect(tuned.output.contains("frozen layers of the discriminator: the first 1"))
            let resumed = try program.run("train --resume --out tuned --steps 3")
            #expect(resumed.status == 0, "\(resumed.errors)")

            let other = try program.run("train avatars --from old --latent 5 --batch 4 --steps 1 --out other")
            #expect(
                other.output.contains("main.0.weight: 5 x 6 x 4 x 4, there 7 x 6 x 4 x 4"), "\(other.output)")
            try #require(program.run("export tuned --out generator.safetensors").status == 0)
            let alone = try program.run(
                "train avatars --from generator.safetensors --batch 4 --steps 1 --out alone")
            #expect(alone.status == 0 && alone.output.contains("the discriminator begins with 0 of its"))
        }
    }

    @Test(arguments: [
        ("--from none", "none: "),
        ("--freeze-discriminator 1", "keep trained layers; name them by --from"),
        ("--freeze-mapping", "--freeze-mapping is not for --model dcgan; it is for stylegan"),
        ("--from old --freeze-discriminator 99", "--freeze-discriminator is 99; the discriminator has"),
        ("--from old --model stylegan2", "no weights of its dcgan fit a stylegan2"),
        ("--from old --resume", "give only one of --from and --resume"),
    ])
    func `what cannot be is refused in a line`(options: String, words: String) throws {
        try withProgram { program in
            try program.drawAvatars()
            if options.contains("old") {
                try #require(
                    program.run(
                        "train avatars --model dcgan --size 16 --width 2 --batch 4 --steps 1 --out old"
                    ).status == 0)
            }
            let result = try program.run("train avatars \(options) --out run")
            #expect(result.status != 0 && result.errors.contains(words), "\(result.errors)")
            #expect(!program.exists("run"))
        }
    }
}
