import Testing

/// A FastGAN from the command line.
@Suite struct FewImagesTests {
    @Test func `a run goes on as if it had not ended, and its latents are used as any model's`() throws {
        try withProgram { program in
            try #require(program.run("data avatars --count 12 --size 64 --out faces").status == 0)
            let training = "--model fastgan --width 2 --latent 6 --batch 2 --held-out 2 --seed 3"
            try #require(program.run("train faces \(training) --steps 4 --out whole").status == 0)
            let half = try program.run("train faces \(training) --steps 2 --out halves")
            try #require(half.status == 0, "\(half.errors)")
            #expect(half.output.contains("adversarial loss hinge, margins from 0.8 to 1"))
            #expect(half.output.contains("augmentation differentiable (color,translation)"))
            try #require(program.run("train --resume --out halves --steps 4").status == 0)
            for run in ["whole", "halves"] {
                try #require(program.run("sample \(run) --count 4 --out \(run).png").status == 0)
            }
            #expect(try program.image("whole.png") == program.image("halves.png"))

            for command in [
                "interpolate whole --seeds 1,2 --out walk.png", "neighbors whole faces --out near.png",
                "project whole faces/00003.png --steps 2 --out found.png",
                "export whole --out generator.safetensors",
                "sample generator.safetensors --count 4 --out exported.png",
            ] {
                let result = try program.run(command)
                #expect(result.status == 0, "\(command): \(result.errors)")
            }
            #expect(try program.image("exported.png") == program.image("whole.png"))
        }
    }

    @Test func `what it cannot is refused in a line`() throws {
        try withProgram { program in
            try program.drawAvatars()
            for (options, message) in [
                ("--conditional", "--conditional is not for --model fastgan; it is for dcgan"),
                (
                    "--size 32",
                    "--size is 32; width and height of a FastGAN's images are multiples of 16 from 48 to 512"
                ),
                ("--preset pacgan", "'pacgan' is invalid"),
            ] {
                let result = try program.run("train avatars --model fastgan \(options) --out run")
                #expect(result.status != 0 && result.errors.contains(message), "\(result.errors)")
            }
        }
    }
}
