import Foundation
import TestSupport
import Testing

@testable import GANs

/// Training steps of networks that translate as PyTorch takes them, from the same weights and pictures.
@Suite struct TranslationGoldenTests {
    static let cases: [String: TranslationArchitecture] = [
        "pix2pix": .pix2pix(Pix2Pix(size: 32, width: 2, patchLayers: 2)),
        "cyclegan": .cycleGAN(CycleGAN(size: 16, width: 2, blocks: 2, patchLayers: 1)),
        "srgan": .superResolution(
            SuperResolution(size: 32, scale: 2, width: 3, blocks: 2, game: SuperResolution.Game())),
    ]

    @Test(arguments: cases.keys.sorted())
    func `five steps equal PyTorch's`(name: String) throws {
        let golden = try Golden.load(name)
        let architecture = try #require(Self.cases[name])
        let trainer = try TranslationTrainer(TranslationConfiguration(architecture: architecture))
        let networks = trainer.networks.networks
        for (prefix, network) in networks {
            // All of the fixture's, and no others: names and shapes are PyTorch's.
            let names = network.state.filter { if case .parameter = $0.value { true } else { false } }
                .map { "\(prefix).\($0.name)" }
            #expect(Set(names) == Set(golden.names.filter { $0.hasPrefix(prefix + ".") }))
            for entry in network.state where golden.names.contains("\(prefix).\(entry.name)") {
                entry.load(golden["\(prefix).\(entry.name)"])
            }
        }
        var reports: [StepReport] = []
        for step in 0..<5 {
            reports.append(
                try trainer.step(
                    Self.picture(golden, "inputs", step), Self.picture(golden, "targets", step)))
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
        for part in architecture.family.partNames {
            expect(reports.map { $0.parts[part] ?? .nan }, "loss.\(part)")
        }
        for (prefix, network) in networks {
            let norms = network.parameters.map { Double($0.value.squared().sum().scalar).squareRoot() }
            expect(norms, "norms.\(prefix)")
        }
        let output = translated(
            Self.picture(golden, "inputs", 0), by: trainer.networks.pair(.a2b).generator, mode: .training,
            seed: 0)
        expect(output.scalars.map { Double($0) }, "output")
    }

    private static func picture(_ golden: Golden, _ key: String, _ step: Int) -> Tensor {
        let shape = golden[key].shape
        let count = shape[1...].reduce(1, *)
        let values = golden[key].values[step * count..<(step + 1) * count]
        return Tensor(values.map { Scalar($0 / 127.5 - 1) }, shape: Shape([1] + Array(shape[1...])))
    }
}
