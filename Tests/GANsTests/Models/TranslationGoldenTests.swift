import Foundation
import TestSupport
import Testing

@testable import GANs

/// Training steps of networks that translate as PyTorch takes them, from the same weights and images.
@Suite struct TranslationGoldenTests {
    private static let labels = LabelSet(names: ["a", "b", "c"])

    static let cases: [String: any ModelConfiguration] = [
        "pix2pix": Pix2Pix(size: 32, width: 2, patchLayers: 2),
        "pix2pix_least_squares": Pix2Pix(size: 32, width: 2, patchLayers: 2),
        "pix2pix_styles": Pix2Pix(
            size: 32, width: 2, patchLayers: 2, l1Weight: 10,
            style: StyleEncoding(size: 4, divergenceWeight: 0.01)),
        "cyclegan": CycleGAN(size: 16, width: 2, blocks: 2, patchLayers: 1),
        "cyclegan_non_saturating": CycleGAN(size: 16, width: 2, blocks: 2, patchLayers: 1),
        "srgan": SRGAN(size: 32, scale: 2, width: 3, blocks: 2),
        "rrdb": RRDB(size: 32, scale: 4, width: 4, blocks: 2),
        "esrgan": ESRGAN(size: 64, scale: 2, width: 2, blocks: 1),
        "spade": SPADE(size: 32, labels: labels, width: 2, patchLayers: 2),
        "spade_least_squares": SPADE(size: 32, labels: labels, width: 2, patchLayers: 2),
        "spade_styles": SPADE(
            size: 32, labels: labels, width: 2, patchLayers: 2,
            style: StyleEncoding(size: 5, divergenceWeight: 0.05)),
    ]

    /// Other losses than the models' own, with the weights that the published programs give them.
    private static let losses: [String: AdversarialLoss] = [
        "pix2pix_least_squares": .leastSquares, "cyclegan_non_saturating": .nonSaturating,
        "spade_least_squares": .leastSquares,
    ]

    @Test(arguments: cases.keys.sorted())
    func `five steps equal PyTorch's`(name: String) throws {
        let golden = try Golden.load(name)
        let model = try #require(Self.cases[name])
        var configuration = TrainingConfiguration(model)
        if model is SPADE {
            // The published ones, which so narrow networks would not have.
            configuration.recipe.generatorOptimizer.learningRate = 1e-4
            configuration.recipe.discriminatorOptimizer.learningRate = 4e-4
        }
        if let loss = Self.losses[name] {
            configuration.recipe.adversarialLoss = loss
            configuration.recipe.lossWeights = model.lossWeights(for: loss)
        }
        let trainer = try Trainer(configuration)
        let networks = trainer.model.networks
        for (prefix, network) in networks.map({ ($0.name, $0.network) }) {
            // All of the fixture's, and no other parameters: names and shapes are PyTorch's.
            let stored = Set(golden.names.filter { $0.hasPrefix(prefix + ".") })
            let parameters = network.state.filter { if case .parameter = $0.value { true } else { false } }
            #expect(stored.isSuperset(of: parameters.map { "\(prefix).\($0.name)" }))
            #expect(stored.isSubset(of: network.state.map { "\(prefix).\($0.name)" }))
            for entry in network.state where golden.names.contains("\(prefix).\(entry.name)") {
                entry.load(golden["\(prefix).\(entry.name)"])
            }
        }
        let labels = (model as? any TranslationModelConfiguration)?.labels
        var reports: [StepReport] = []
        for step in 0..<5 {
            reports.append(
                try trainer.step {
                    TrainingBatch(
                        inputs: Self.input(golden, step, labels), reals: Self.image(golden, "targets", step))
                })
        }

        // Five times what PyTorch's own float32 is off; in double precision as much less, but no less than what
        // rounding moves a bias whose gradient is zero, before InstanceNorm: Adam divides it by 1e-8.
        let about = try #require(
            try JSONSerialization.jsonObject(with: Data(golden.about.utf8)) as? [String: Any])
        let deviation = try #require(about["float32_deviation"] as? Double)
        let tolerance = max(
            max(5 * deviation, 1e-6) * Double(Scalar.ulpOfOne) / Double(Float.ulpOfOne), 1e-9)
        func expect(_ values: [Double], _ key: String) {
            expectClose(values, golden[key].values, absolute: tolerance, relative: tolerance, "\(key)")
        }
        expect(reports.map(\.discriminatorLoss), "loss.discriminator")
        expect(reports.map(\.generatorLoss), "loss.generator")
        for part in trainer.model.partNames {
            expect(reports.map { $0.parts[part] ?? .nan }, "loss.\(part)")
        }
        for (prefix, network) in networks.map({ ($0.name, $0.network) }) {
            let norms = network.state.sorted { $0.name < $1.name }.compactMap { entry -> Double? in
                guard case .parameter(let parameter) = entry.value else { return nil }
                return Double(parameter.value.squared().sum().scalar).squareRoot()
            }
            expect(norms, "norms.\(prefix)")
        }
        let output = trainer.translator().translated(Self.input(golden, 0, labels))
        expect(output.scalars.map { Double($0) }, "output")
    }

    private static func input(_ golden: Golden, _ step: Int, _ labels: LabelSet?) -> Tensor {
        guard let labels else { return image(golden, "inputs", step) }
        let shape = golden["inputs"].shape
        let count = shape[1] * shape[2]
        let map = golden["inputs"].values[step * count..<(step + 1) * count].map { Int($0) }
        return Tensor.oneHot(map, classes: labels.count).reshaped([1, shape[1], shape[2], labels.count])
    }

    private static func image(_ golden: Golden, _ key: String, _ step: Int) -> Tensor {
        let shape = golden[key].shape
        let count = shape[1...].reduce(1, *)
        let values = golden[key].values[step * count..<(step + 1) * count]
        return Tensor(values.map { Scalar($0 / 127.5 - 1) }, shape: Shape([1] + Array(shape[1...])))
    }
}
