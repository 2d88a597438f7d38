import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import GANs

/// Super-resolution beside the features of VGG19.
@Suite struct PerceptualLossTests {
    private static func configuration(
        _ file: String, channels: Int = 3
    ) throws -> TrainingConfiguration {
        let weights = PerceptualWeights(classifier: try VGG19Weights(path: file))
        return TrainingConfiguration(
            SRGAN(size: 32, channels: channels, scale: 2, width: 2, blocks: 1, weights: weights))
    }

    private static func images(_ side: Int, _ channels: Int, seed: UInt64) -> Tensor {
        var stream = RandomStream(seed: seed, purpose: .drawing)
        return Tensor.normal([2, side, side, channels], from: &stream).tanh()
    }

    @Test func `features and their gradients are PyTorch's`() throws {
        let (golden, widths) = (try Golden.load("vgg_features"), [3, 2, 4, 3, 5])
        var blank = ParameterSource.blank
        let network = VGG19Features(widths: widths, from: &blank)
        for entry in network.state { entry.load(golden[entry.name]) }
        let input = golden.tensor("input").variable()
        let output = network(input, .inference)
        golden.expect(output, equals: "output")
        let projection = (output * golden.tensor("cotangent")).sum()
        golden.expect(gradients(of: projection, withRespectTo: [input])[0], equals: "gradient.input")
        let tensors = VGG19Features.tensors(widths: widths)
        #expect(tensors.map(\.name) == network.state.map(\.name))
        #expect(tensors.map(\.shape) == network.state.map(\.shape.dimensions))
    }

    @Test(arguments: [1, 3])
    func `a step compares the classifier's features`(channels: Int) throws {
        try withTemporaryFolder { folder in
            try PassingClassifier.write(to: folder + "/vgg.safetensors")
            let trainer = try Trainer(
                Self.configuration(folder + "/vgg.safetensors", channels: channels))
            let inputs = Self.images(16, channels, seed: 1)
            let targets = Self.images(32, channels, seed: 2)
            let outputs = trainer.translator().generator(inputs, .inference)
            let report = try trainer.step { TrainingBatch(inputs: inputs, reals: targets) }

            let (mean, deviation) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
            func feature(_ images: Tensor, _ image: Int, _ row: Int, _ column: Int, _ color: Int)
                -> Double
            {
                let values = images.scalars
                let square = (0..<256).map { place -> Double in
                    let (y, x) = (16 * row + place / 16, 16 * column + place % 16)
                    let value = values[
                        ((image * 32 + y) * 32 + x) * channels + (channels == 3 ? color : 0)]
                    return (0.5 * (Double(value) + 1) - mean[color]) / deviation[color]
                }
                return max(0, square.max() ?? 0)
            }
            var sum = 0.0
            for place in 0..<24 {
                let (image, row, column, color) = (place / 12, place / 6 % 2, place / 3 % 2, place % 3)
                sum += abs(
                    feature(outputs, image, row, column, color)
                        - feature(targets, image, row, column, color))
            }
            let expected = sum / (2 * 2 * 2 * 512)
            let found = try #require(report.parts["features"])
            #expect(abs(found - expected) < 1e-4 * expected)
        }
    }

    @Test func `a checkpoint names the classifier and needs the same one`() throws {
        try withTemporaryFolder { folder in
            let (file, path) = (folder + "/vgg.safetensors", folder + "/run.safetensors")
            try PassingClassifier.write(to: file)
            let trainer = try Trainer(Self.configuration(file))
            let (inputs, targets) = (Self.images(16, 3, seed: 1), Self.images(32, 3, seed: 2))
            _ = try trainer.step { TrainingBatch(inputs: inputs, reals: targets) }
            try trainer.save(to: path)
            #expect(!(try SafetensorsFile(path: path)).tensors.contains { $0.name.contains("features") })

            let moved = folder + "/moved.safetensors"
            try FileManager.default.moveItem(atPath: file, toPath: moved)
            #expect { try Trainer(resumingFrom: path) } throws: {
                "\($0)".contains("vgg.safetensors: there is no such file")
            }
            let resumed = try Trainer(resumingFrom: path) { training in
                guard var model = training.model as? SRGAN else { return }
                model.weights.moveClassifier(to: moved)
                training.model = model
            }
            let (report, other) = (
                try trainer.step { TrainingBatch(inputs: inputs, reals: targets) },
                try resumed.step { TrainingBatch(inputs: inputs, reals: targets) }
            )
            #expect(report.parts == other.parts && report.generatorLoss == other.generatorLoss)
            // It enlarges without the classifier.
            #expect(throws: Never.self) { try Upscaler(path: path) }

            try PassingClassifier.write(to: file, gain: 2)
            #expect { try Trainer(resumingFrom: path) } throws: {
                "\($0)".contains("holds other weights than the run was begun with")
            }
        }
    }

    @Test func `files that are not VGG19's are refused by what they lack`() throws {
        try withTemporaryFolder { folder in
            let file = folder + "/vgg.safetensors"
            func expectRefused(_ words: String) {
                #expect { try VGG19Weights(path: file) } throws: {
                    "\($0)".contains(words) && "\($0)".contains("torchvision.models.vgg19")
                        && !"\($0)".contains("\n")
                }
            }
            expectRefused("there is no such file")
            try Data("GIF89a, not tensors".utf8).write(to: URL(fileURLWithPath: file))
            expectRefused("is not a valid safetensors file")
            try PassingClassifier.write(to: file, without: "features.34.bias")
            expectRefused("holds no tensor \"features.34.bias\"")
            try PassingClassifier.write(to: file, changed: ["features.5.weight": [128, 64, 1, 1]])
            expectRefused("\"features.5.weight\" has shape [128, 64, 1, 1] where [128, 64, 3, 3] is expected")
            try PassingClassifier.write(to: file, gain: .nan)
            let configuration = try Self.configuration(file)
            #expect { try Trainer(configuration) } throws: {
                "\($0)".contains("\"features.0.weight\" holds what is not a finite number")
            }
            try PassingClassifier.write(to: file)
            let transparent = try Self.configuration(file, channels: 4)
            #expect { try Trainer(transparent) } throws: { "\($0)".contains("no transparency") }
        }
    }
}
