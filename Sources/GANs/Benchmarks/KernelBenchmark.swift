import Foundation
import Kernels
import Tensors

/// How fast one convolution of a network runs, in each of its three passes.
package struct KernelBenchmark: Codable, Sendable {
    /// Such as `64 -> 128, 32x32, 4x4 stride 2`.
    package let layer: String
    /// Median seconds of the forward pass, the input's gradient and the weight's gradient.
    package let seconds: [Double]
    /// Billions of multiplications and additions of the direct way a second, of the same passes.
    package let gigaflops: [Double]

    /// Times each pass after running it once; its weight is prepared anew each time, as in training.
    package init(_ geometry: ConvolutionGeometry, repetitions: Int) {
        var stream = RandomStream(seed: 0, purpose: .drawing)
        let input = Tensor.normal(
            [geometry.batch, geometry.inputHeight, geometry.inputWidth, geometry.inputChannels], from: &stream
        )
        let weight = Tensor.normal(
            [geometry.outputChannels, geometry.inputChannels, geometry.kernelHeight, geometry.kernelWidth],
            from: &stream)
        let output = Tensor.normal(
            [geometry.batch, geometry.outputHeight, geometry.outputWidth, geometry.outputChannels],
            from: &stream)
        layer =
            "\(geometry.inputChannels) -> \(geometry.outputChannels), "
            + "\(geometry.inputHeight)x\(geometry.inputWidth), "
            + "\(geometry.kernelHeight)x\(geometry.kernelWidth) stride \(geometry.strideHeight)"
        let window = ConvolutionWindow(stride: geometry.strideHeight, padding: geometry.paddingHeight)
        let passes: [() -> Void] = [
            { _ = input.convolved(with: weight, window: window) },
            { _ = output.transposeConvolved(with: weight, window: window) },
            { _ = input.convolutionWeightGradient(of: output, kernel: weight.shape, window: window) },
        ]
        seconds = passes.map { pass in
            pass()
            return median(
                (0..<repetitions).map { _ in
                    weight.withMutableScalars { _ in }
                    return GANs.seconds(pass)
                })
        }
        gigaflops = seconds.map { geometry.operations / $0 / 1e9 }
    }
}

/// A configuration whose convolutions are worth timing one by one.
package protocol ConvolutionBenchmarked: ModelConfiguration {
    /// The discriminator's convolutions; the generator's are the same ones turned over.
    func convolutions(batch: Int) -> [ConvolutionGeometry]
}

extension ConvolutionGeometry {
    /// A convolution with the same stride and padding in both directions.
    init(
        batch: Int, input: ImageSize, inputChannels: Int, output: ImageSize, outputChannels: Int,
        kernel: ImageSize, stride: Int, padding: Int
    ) {
        self.init(
            batch: batch, inputHeight: input.height, inputWidth: input.width, inputChannels: inputChannels,
            outputHeight: output.height, outputWidth: output.width, outputChannels: outputChannels,
            kernelHeight: kernel.height, kernelWidth: kernel.width, strideHeight: stride, strideWidth: stride,
            paddingHeight: padding, paddingWidth: padding)
    }
}
