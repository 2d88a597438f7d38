import GANs
import Testing

@Suite struct DCGANTests {
    private static func generator(_ model: DCGAN) -> any Layer {
        var blank = ParameterSource.blank
        return model.makeGenerator(from: &blank)
    }

    private static func discriminator(_ model: DCGAN) -> any Discriminator {
        var blank = ParameterSource.blank
        return model.makeDiscriminator(from: &blank)
    }

    /// The state dict of `netG` in PyTorch's DCGAN tutorial.
    @Test func `the generator's state is that of PyTorch's tutorial`() {
        #expect(
            Self.generator(DCGAN()).listing == """
                main.0.weight [100, 512, 4, 4]
                main.1.weight [512]
                main.1.bias [512]
                main.1.running_mean [512]
                main.1.running_var [512]
                main.1.num_batches_tracked []
                main.3.weight [512, 256, 4, 4]
                main.4.weight [256]
                main.4.bias [256]
                main.4.running_mean [256]
                main.4.running_var [256]
                main.4.num_batches_tracked []
                main.6.weight [256, 128, 4, 4]
                main.7.weight [128]
                main.7.bias [128]
                main.7.running_mean [128]
                main.7.running_var [128]
                main.7.num_batches_tracked []
                main.9.weight [128, 64, 4, 4]
                main.10.weight [64]
                main.10.bias [64]
                main.10.running_mean [64]
                main.10.running_var [64]
                main.10.num_batches_tracked []
                main.12.weight [64, 3, 4, 4]
                """)
    }

    /// The state dict of `netD` in PyTorch's DCGAN tutorial.
    @Test func `the discriminator's state is that of PyTorch's tutorial`() {
        #expect(
            Self.discriminator(DCGAN()).listing == """
                main.0.weight [64, 3, 4, 4]
                main.2.weight [128, 64, 4, 4]
                main.3.weight [128]
                main.3.bias [128]
                main.3.running_mean [128]
                main.3.running_var [128]
                main.3.num_batches_tracked []
                main.5.weight [256, 128, 4, 4]
                main.6.weight [256]
                main.6.bias [256]
                main.6.running_mean [256]
                main.6.running_var [256]
                main.6.num_batches_tracked []
                main.8.weight [512, 256, 4, 4]
                main.9.weight [512]
                main.9.bias [512]
                main.9.running_mean [512]
                main.9.running_var [512]
                main.9.num_batches_tracked []
                main.11.weight [1, 512, 4, 4]
                """)
    }

    @Test(
        arguments: [
            16, 32, 64, 128, 256, 96, ImageSize(width: 48, height: 64), ImageSize(width: 64, height: 32),
        ], [1, 3, 4])
    func `images have the size and channels asked for`(size: ImageSize, channels: Int) throws {
        let model = DCGAN(size: size, channels: channels, latentSize: 6, width: 2)
        try model.validate()
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        let generator = model.makeGenerator(from: &source)
        let discriminator = model.makeDiscriminator(from: &source)
        let images = generator(latents(seeds: [1, 2], latentSize: 6), .inference)
        #expect(images.shape == [2, size.height, size.width, channels])
        #expect(images.scalars.allSatisfy { abs($0) <= 1 })
        #expect(discriminator(images, .inference).score.shape == [2])
    }

    @Test func `weights are drawn as published`() throws {
        let trainer = try Trainer(TrainingConfiguration(DCGAN(width: 16)))
        for entry in trainer.generator.state + trainer.discriminator.state {
            guard case .parameter(let parameter) = entry.value else { continue }
            let scalars = parameter.value.scalars.map { Double($0) }
            let mean = scalars.reduce(0, +) / Double(scalars.count)
            if entry.name.hasSuffix("bias") {
                #expect(scalars.allSatisfy { $0 == 0 })
                continue
            }
            let deviation =
                (scalars.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(scalars.count)).squareRoot()
            // Five times the estimates' own deviations, s / sqrt(n) and s / sqrt(2 n).
            let margin = 5 * 0.02 / Double(scalars.count).squareRoot()
            let isScale = entry.shape.rank == 1
            #expect(abs(mean - (isScale ? 1 : 0)) < margin, "\(entry.name)")
            #expect(abs(deviation - 0.02) < margin, "\(entry.name)")
        }
    }

    @Test(arguments: [
        (
            DCGAN(size: 50),
            "size is 50; width and height of a DCGAN's images are multiples of 16 from 16 to 256, one at most 4 times "
                + "the other"
        ),
        (
            DCGAN(size: ImageSize(width: 16, height: 80)),
            "size is 16x80; width and height of a DCGAN's images are multiples of 16 from 16 to 256, one at most 4 "
                + "times the other"
        ),
        (
            DCGAN(channels: 2),
            "channels is 2; it must be 1 (gray), 3 (color) or 4 (color and transparency)"
        ),
        (DCGAN(latentSize: 0), "latentSize is 0; it must lie between 1 and 4096"),
        (DCGAN(width: 0), "width is 0; it must lie between 1 and 512"),
    ])
    func `settings without networks are refused`(model: DCGAN, message: String) {
        #expect { try model.validate() } throws: { "\($0)" == message }
    }
}
