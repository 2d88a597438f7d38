import Networks
import Tensors

/// Inception v3 up to the means of its last activations, the features that FID and KID are published with.
///
/// It is the network of the TensorFlow release of 2015 that pytorch-fid's class computes: unlike
/// torchvision's, average pooling leaves out the padding, and the last block pools by the maximum.
/// Parameters are named as in that class. It was compared with the class, version 0.3.0, whole, with weights
/// of a formula in place of the trained ones.
///
/// - Shapes: `[n, 299, 299, 3]` in [-1, 1] to `[n, 2048]`; other sides of at least 75 pixels pass, too.
/// - Differentiable: no; it is for measuring.
/// - Source: Szegedy et al. 2016, "Rethinking the Inception architecture for computer vision", table 1;
///   Heusel et al. 2017, "GANs trained by a two time-scale update rule", section 4.
package final class InceptionV3: Layer {
    /// Numbers of each feature vector.
    package static let dimension = 2048
    /// The side of the images that it was trained with, in pixels.
    package static let side = 299

    private let parts: [(name: String, layer: any Layer)]

    package var members: [(name: String, part: Any)] {
        parts.compactMap { $0.name.isEmpty ? nil : ($0.name, $0.layer) }
    }

    /// - Parameter source: where the first values come from.
    package init(from source: inout ParameterSource) {
        var (parts, channels): ([(name: String, layer: any Layer)], Int) = ([], 3)
        func convolution(_ name: String, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0) {
            parts.append(
                (
                    name,
                    InceptionConvolution(
                        inputs: channels, outputs: outputs, kernel: (kernel, kernel),
                        window: ConvolutionWindow(stride: stride, padding: padding), from: &source)
                ))
            channels = outputs
        }
        func block(_ name: String, _ branches: [InceptionBlock.Branch]) {
            let block = InceptionBlock(inputs: channels, branches, from: &source)
            parts.append((name, block))
            channels = block.outputs
        }
        convolution("Conv2d_1a_3x3", 32, 3, stride: 2)
        convolution("Conv2d_2a_3x3", 32, 3)
        convolution("Conv2d_2b_3x3", 64, 3, padding: 1)
        parts.append(("", InceptionPool(.largest, stride: 2)))
        convolution("Conv2d_3b_1x1", 80, 1)
        convolution("Conv2d_4a_3x3", 192, 3)
        parts.append(("", InceptionPool(.largest, stride: 2)))
        for (name, pooled) in [("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)] {
            block(name, InceptionBlock.fine(pooled: pooled))
        }
        block("Mixed_6a", InceptionBlock.firstReduction)
        for (name, width) in [("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)] {
            block(name, InceptionBlock.factored(width: width))
        }
        block("Mixed_7a", InceptionBlock.secondReduction)
        block("Mixed_7b", InceptionBlock.coarse(pooling: .mean))
        block("Mixed_7c", InceptionBlock.coarse(pooling: .largest))
        self.parts = parts
    }

    package func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        require(
            input.shape.rank == 4 && input.shape[1] >= 75 && input.shape[2] >= 75 && input.shape[3] == 3,
            "InceptionV3: input \(input.shape) is not [n, h, w, 3] of 75 pixels or more")
        return parts.reduce(input) { $1.layer($0, context) }.mean(axes: [1, 2])
    }
}

/// A convolution without bias, then batch normalization and a rectifier.
final class InceptionConvolution: Layer {
    private let convolution: Weight
    private let normalization: BatchNorm2d
    private let rectified: Sequential
    private let window: ConvolutionWindow

    private final class Weight: Module {
        let weight: Parameter

        init(_ weight: Parameter) { self.weight = weight }
    }

    var members: [(name: String, part: Any)] { [("conv", convolution), ("bn", normalization)] }

    /// - Parameter kernel: height and width, in pixels.
    init(
        inputs: Int, outputs: Int, kernel: (height: Int, width: Int), window: ConvolutionWindow,
        from source: inout ParameterSource
    ) {
        convolution = Weight(source.parameter([outputs, inputs, kernel.height, kernel.width], repeating: 0))
        // The release's, where PyTorch has 1e-5.
        normalization = BatchNorm2d(channels: outputs, epsilon: 1e-3, from: &source)
        rectified = Sequential([normalization, ReLU()])
        self.window = window
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        rectified(input.convolved(with: context.value(of: convolution.weight), window: window), context)
    }
}
