import Testing

@testable import GANs

@Suite struct ESRGANTests {
    private static func networks(_ model: some ModelConfiguration) -> [String: any Module] {
        var source = ParameterSource.counting
        let networks = model.makeModel(from: &source).networks
        return Dictionary(uniqueKeysWithValues: networks.map { ($0.name, $0.network) })
    }

    /// Counted in BasicSR, and the tensors of RRDB_ESRGAN_x4.
    @Test func `the published networks have as many parameters and tensors`() throws {
        let networks = Self.networks(ESRGAN(size: 128, width: 64, blocks: 23))
        let generator = try #require(networks["generator"])
        #expect(generator.parameterCount == 16_697_987 && generator.state.count == 702)
        #expect(networks["discriminator"]?.parameterCount == 14_499_401)
        let doubling = Self.networks(RRDB(scale: 2, width: 64, blocks: 3))
        #expect(doubling["generator"]?.parameterCount == 2_314_691)
    }

    @Test func `tensors have BasicSR's names`() throws {
        let networks = Self.networks(ESRGAN(size: 128, width: 4, blocks: 1))
        let names = try #require(networks["generator"]).state.map(\.name)
        let dense = (1...3).flatMap { block in (1...5).map { "body.0.rdb\(block).conv\($0)" } }
        let layers =
            ["conv_first"] + dense + ["conv_body", "conv_up1", "conv_up2", "conv_hr", "conv_last"]
        #expect(names == layers.flatMap { [$0 + ".weight", $0 + ".bias"] })
        #expect(
            try #require(networks["discriminator"]).listing.hasPrefix(
                """
                conv0_0.weight [4, 3, 3, 3]
                conv0_0.bias [4]
                conv0_1.weight [4, 4, 4, 4]
                bn0_1.weight [4]
                """))
    }

    /// Wang et al. 2018, section 4.1, and BasicSR's `train_ESRGAN_x4.yml`.
    @Test func `the recipes are the published ones`() {
        let (content, sharp) = (RRDB().recipe, ESRGAN().recipe)
        #expect(
            content.generatorOptimizer == .adam(learningRate: 2e-4, beta1: 0.9, beta2: 0.99, epsilon: 1e-8))
        #expect(sharp.generatorOptimizer == .adam(learningRate: 1e-4, beta1: 0.9, beta2: 0.99, epsilon: 1e-8))
        #expect(sharp.discriminatorOptimizer == sharp.generatorOptimizer)
        #expect(sharp.adversarialLoss == .relativisticAverage && sharp.batchSize == 16)
        #expect(sharp.lossWeights == LossWeights(discriminator: 0.5, generator: 0.5))
    }

    @Test func `settings without sense are refused`() {
        for (model, words) in [
            (ESRGAN(size: 48), "the parts that esrgan learns from are multiples of 32 from 32 to 512"),
            (ESRGAN(scale: 3), "scale is 3"), (ESRGAN(blocks: 0), "blocks is 0"),
            (ESRGAN(discriminator: DiscriminatorOptions(pack: 2)), "pack is 2"),
            (
                ESRGAN(discriminator: DiscriminatorOptions(minibatchDeviation: true)),
                "sees each image by itself"
            ),
        ] {
            #expect { try model.validate() } throws: { "\($0)".contains(words) }
        }
    }
}
