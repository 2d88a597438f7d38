import Checkpoints
import Networks
import Tensors

/// The features of VGG19, a classifier of photographs, up to its last convolution, conv5_4, before the rectifier.
///
///     x = (0.5 (input + 1) - mean) / deviation
///     stage(x) = relu(conv3(x)), two or four times
///     output = conv3(relu(conv3(... pool(stage(pool(stage(x)))))))
///
/// Five stages of 2, 2, 4, 4 and 4 convolutions, and between them each pixel the largest of four. Parameters
/// are named as in torchvision's `vgg19`.
///
/// - Shapes: `[n, h, w, 3]` in [-1, 1], or gray `[n, h, w, 1]`, which stands for all three colors, to
///   `[n, floor(h / 16), floor(w / 16), 512]`; both sides at least 16 pixels.
/// - Differentiable: to any order.
/// - Source: Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image
///   recognition", table 1, column E; before the rectifier as in Wang et al. 2018
///   (arXiv:1809.00219), section 3.3.
package final class VGG19Features: Layer {
    let features: Sequential

    package static let widths = [64, 128, 256, 512, 512]
    private static let depths = [2, 2, 4, 4, 4]
    /// Of ImageNet's red, green and blue in [0, 1], which torchvision's weights were trained with.
    private static let mean: [Scalar] = [0.485, 0.456, 0.406]
    private static let deviation: [Scalar] = [0.229, 0.224, 0.225]

    /// - Parameters:
    ///   - widths: channels of each stage.
    ///   - source: where the first values come from.
    package init(widths: [Int] = VGG19Features.widths, from source: inout ParameterSource) {
        var (layers, inputs): ([any Layer], Int) = ([], 3)
        for (depth, width) in zip(VGG19Features.depths, widths) {
            if !layers.isEmpty { layers.append(MaxPool()) }
            for _ in 0..<depth {
                layers.append(
                    Conv2d(
                        inputChannels: inputs, outputChannels: width, kernelSize: 3, padding: 1,
                        from: &source))
                layers.append(ReLU())
                inputs = width
            }
        }
        features = Sequential(layers.dropLast())
    }

    package func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        require(
            input.shape.rank == 4 && input.shape[1] >= 16 && input.shape[2] >= 16
                && [1, 3].contains(input.shape[3]),
            "VGG19Features: input \(input.shape) is not [n, h, w, 3] or [n, h, w, 1] of 16 pixels or more")
        let colors = (input + 1) * 0.5 - Tensor(VGG19Features.mean, shape: [3])
        return features(colors / Tensor(VGG19Features.deviation, shape: [3]), context)
    }

    /// Names and shapes of the tensors in a file, in their order.
    package static func tensors(widths: [Int] = VGG19Features.widths) -> [(name: String, shape: [Int])] {
        var source = ParameterSource.counting
        return VGG19Features(widths: widths, from: &source).state.map { ($0.name, $0.shape.dimensions) }
    }
}

/// A file of VGG19's weights, and which weights these are.
public struct VGG19Weights: Codable, Hashable, Sendable {
    /// Where they lie, which may change.
    public var path: String
    /// A SHA-256 over the weights that are used, as 64 hexadecimal digits; the same with torchvision's dense
    /// layers in the file and without.
    public let digest: String

    /// The weights in a safetensors file, which are checked.
    ///
    /// - Throws: `ConfigurationError` if the file cannot be read, or does not hold all weights of VGG19.
    public init(path: String) throws(ConfigurationError) {
        self.path = path
        digest = try VGG19Weights.opened(path).digest
    }

    /// The network with these weights.
    ///
    /// - Throws: `ConfigurationError` if they are not in the file any more.
    func network() throws(ConfigurationError) -> VGG19Features {
        let (file, found) = try VGG19Weights.opened(path)
        guard found == digest else {
            throw ConfigurationError(
                "classifier", path, "it holds other weights than the run was begun with")
        }
        var source = ParameterSource.counting
        let network = VGG19Features(from: &source)
        do { try Checkpoint.read(network, prefix: "", from: file) } catch {
            throw VGG19Weights.refusal(path, "\(error)")
        }
        guard network.isFinite else {
            throw VGG19Weights.refusal(path, "\(path) holds weights that are no numbers")
        }
        return network
    }

    /// A file that holds what is needed, seen before memory is taken for it.
    private static func opened(
        _ path: String
    ) throws(ConfigurationError) -> (file: SafetensorsFile, digest: String) {
        do throws(CheckpointError) {
            let file = try SafetensorsFile(path: path)
            let hash = SHA256()
            for (name, shape) in VGG19Features.tensors() {
                guard let tensor = file[name] else {
                    throw CheckpointError(path: path, .missingTensor(name))
                }
                guard tensor.shape == shape else {
                    throw CheckpointError(
                        path: path,
                        .unexpectedShape(tensor: "tensor \"\(name)\"", expected: shape, found: tensor.shape))
                }
                try file.withBytes(of: name) { hash.update($0) }
            }
            return (file, hash.hexadecimal())
        } catch {
            throw refusal(path, "\(error)")
        }
    }

    private static func refusal(_ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(
            "classifier", path,
            "\(reason); needed are VGG19's weights, which Python writes by: import torchvision, "
                + "safetensors.torch; safetensors.torch.save_file(torchvision.models.vgg19(weights=\"DEFAULT\")"
                + ".state_dict(), \"vgg19.safetensors\")")
    }
}
