import GANs
import Networks
import Tensors
import TestSupport
import Testing

/// Generators whose images repeat without a seam.
@Suite struct TileableTests {
    /// A small generator of each model, with what its feature maps of 4x4 are made of, whose axes of rows and columns are
    /// given.
    private static let models: [(model: any TileableConfiguration, first: String, axes: [Int])] = [
        (DCGAN(size: 32, latentSize: 8, width: 4), "main.0.weight", [2, 3]),
        (FastGAN(size: 64, latentSize: 8, width: 4), "init.init.0.weight_orig", [2, 3]),
        (
            StyleGAN(size: 32, latentSize: 8, mappingDepth: 1, channelBase: 128, channelMaximum: 8),
            "constant",
            [1, 2]
        ),
        (
            StyleGAN2(size: 32, latentSize: 8, mappingDepth: 1, channelBase: 128, channelMaximum: 8),
            "constant", [1, 2]
        ),
    ]

    private func generator(_ model: any TileableConfiguration, moving first: (String, [Int])? = nil)
        -> any Layer
    {
        var source = ParameterSource.drawn(RandomStream(seed: 3, purpose: .initialization))
        let generator = model.makeGenerator(from: &source)
        var isMoved = first == nil
        for entry in generator.state {
            guard case .parameter(let parameter) = entry.value else { continue }
            // A gate of skip-layer excitation tells the places of the coarse map apart, unless it weighs them alike.
            if entry.name.hasPrefix("se_") && parameter.shape.dimensions.suffix(2) == [4, 4] {
                let alike = parameter.value.sum(axes: [2, 3], keepingAxes: true) * (1.0 / 16)
                set(parameter, to: alike.broadcast(to: parameter.shape))
            }
            if let first, entry.name == first.0 {
                isMoved = true
                set(parameter, to: first.1.reduce(parameter.value) { moved($0, axis: $1, by: 1) })
            }
        }
        #expect(isMoved)
        return generator
    }

    private func set(_ parameter: Parameter, to values: Tensor) {
        let scalars = values.scalars
        parameter.value.withMutableScalars { _ = $0.update(from: scalars) }
    }

    private func moved(_ tensor: Tensor, axis: Int, by count: Int) -> Tensor {
        let place = tensor.shape[axis] - count
        return .concatenated(
            [tensor.sliced(axis: axis, place..<tensor.shape[axis]), tensor.sliced(axis: axis, 0..<place)],
            axis: axis)
    }

    private func images(_ generator: any Layer, _ latents: Tensor) -> Tensor {
        guard let styled = generator as? any StyleGenerator else {
            // Spectral norms are estimates, which moving a weight changes; a batch's own statistics make up for it.
            return generator(latents, ForwardContext(mode: .training))
        }
        let context = ForwardContext.inference
        return styled.images(
            fromStyles: styled.layerStyles(of: latents, context), noise: .none, context)
    }

    @Test(arguments: models.indices)
    func `what moves around the edges of the smallest feature map moves around those of the image`(
        index: Int
    ) {
        var (model, first, axes) = Self.models[index]
        let latents = latents(seeds: [1, 2], latentSize: model.latentSize)
        func difference() -> Scalar {
            let one = images(generator(model), latents)
            let side = model.size.width / 4
            let whole = moved(moved(one, axis: 1, by: side), axis: 2, by: side)
            let other = images(generator(model, moving: (first, axes)), latents)
            #expect(other.shape == [2, model.size.height, model.size.width, 3])
            let deviation = one.squared().mean().squareRoot().scalars[0]
            let all = zip(whole.scalars, other.scalars).map { abs($0 - $1) }
            return (all.max() ?? .infinity) / deviation
        }
        #expect(difference() > 0.01, "\(model.name)")
        model.paddingMode = .circular
        #expect(difference() < 5e-3, "\(model.name)")
    }

    @Test func `a checkpoint of a tileable generator makes such images, and trains on`() throws {
        var configuration = SmallTraining.configuration
        var model = DCGAN(size: 16, channels: 3, latentSize: 8, width: 4)
        model.paddingMode = .circular
        configuration.model = model
        _ = try SmallTraining.expectExactResume(of: configuration)
        try withTemporaryFolder { folder in
            let run = RunFolder(folder + "/run")
            try SmallTraining.run(Trainer(configuration), into: run, steps: 2).run()
            let trained = try TrainedGenerator(path: run.latestCheckpoint)
            #expect((trained.configuration as? DCGAN)?.isTileable == true)
            configuration.model = DCGAN(size: 16, channels: 3, latentSize: 8, width: 4)
            let plain = try Trainer(configuration)
            try SmallTraining.run(plain, into: RunFolder(folder + "/plain"), steps: 2).run()
            #expect(
                try TrainedGenerator(path: folder + "/plain/checkpoints/latest.safetensors").images(seeds: [1]
                ) != trained.images(seeds: [1]))
        }
    }
}
