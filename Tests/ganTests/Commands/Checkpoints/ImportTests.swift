import TestSupport
import Testing

/// `gan import`: weights of other programs become checkpoints that all commands take.
@Suite struct ImportTests {
    private static func path(_ name: String) -> String { Golden.fixture("imports/" + name) }

    @Test func `imported networks sample, train on and export`() throws {
        try withProgram { program in
            let arguments = ["import", Self.path("dcgan.pt"), "--model", "dcgan", "--out", "d.safetensors"]
            let imported = try program.run(arguments)
            try #require(imported.status == 0, "\(imported.errors)")
            #expect(
                imported.output.contains("generator: 25 tensors of \(Self.path("dcgan.pt")) (netG)")
                    && imported.output.contains("Checkpoint of a dcgan, 64x64, 3 channels, latent 5 in"))
            #expect(try program.run("sample d.safetensors --out d.png --count 4").status == 0)
            for file in ["d.onnx", "netG.safetensors"] {
                #expect(try program.run("export d.safetensors --out \(file)").status == 0)
            }
            #expect(try program.run("inspect d.safetensors").output.contains("Networks, checksum verified"))
            try program.drawAvatars()
            let tuned = try program.run(
                "train avatars --from d.safetensors --batch 4 --steps 1 --out tuned")
            #expect(
                tuned.status == 0 && tuned.output.contains("the generator begins with 25 of its 25")
                    && tuned.output.contains("the discriminator begins with 20 of its 20"),
                "\(tuned.output)\(tuned.errors)")
        }
    }

    @Test func `imported networks translate and enlarge`() throws {
        try withProgram { program in
            try program.drawAvatars()
            for (name, model) in [
                ("unet.pth", "pix2pix"), ("resnet_a.pth", "cyclegan"), ("rrdb_x2plus.pth", "rrdb"),
            ] {
                let arguments = [
                    "import", Self.path(name), "--model", model, "--out", "\(model).safetensors",
                ]
                #expect(try program.run(arguments).status == 0)
                let result = try program.run("translate \(model).safetensors avatars --out \(model)")
                #expect(result.status == 0, "\(result.errors)")
                #expect(try program.run("export \(model).safetensors --out \(model).onnx").status == 0)
            }
            let scored = try program.run("translate pix2pix.safetensors avatars --patches --out scored")
            #expect(scored.errors.contains("pix2pix.safetensors holds no discriminator"), "\(scored.errors)")
        }
    }

    @Test func `a style-based network is sampled with truncation`() throws {
        try withProgram { program in
            let arguments = [
                "import", Self.path("stylegan2_ada.pkl"), "--model", "stylegan2", "--out", "s.safetensors",
            ]
            try #require(program.run(arguments).status == 0)
            let result = try program.run("sample s.safetensors --truncation 0.5 --count 4 --out s.png")
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    @Test func `what cannot be is refused in a line`() throws {
        try withProgram { program in
            func refuse(_ arguments: [String], _ words: String) throws {
                let result = try program.run(["import"] + arguments)
                #expect(result.status != 0 && result.errors.contains(words), "\(result.errors)")
            }
            let (netG, unet) = (Self.path("netG.pth"), Self.path("unet.pth"))
            try refuse(
                [netG, "--model", "points", "--out", "x.safetensors"], "weights can be imported for dcgan")
            try refuse([netG, "--model", "dcgan", "--out", "x.pth"], "let it end in .safetensors")
            try refuse(
                [unet, "--model", "dcgan", "--out", "x.safetensors"], "it looks like one of a pix2pix")
            try refuse(["none.pth", "--model", "dcgan", "--out", "x.safetensors"], "cannot read none.pth")
            #expect(!program.exists("x.safetensors"))
        }
    }
}
