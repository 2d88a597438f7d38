import TestSupport
import Testing

@testable import Kernels

/// A convolution of random images: the three kernels' results, and the same by plain loops.
struct ConvolutionProblem: Sendable, CustomTestStringConvertible {
    let geometry: ConvolutionGeometry
    let input, weight, gradient: [Scalar]
    let algorithm: any ConvolutionAlgorithm

    /// - Parameter algorithm: the planner's choice by default.
    init(
        batch: Int, input: (height: Int, width: Int, channels: Int), outputChannels: Int, kernel: (Int, Int),
        stride: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0),
        algorithm: (any ConvolutionAlgorithm)? = nil
    ) {
        let geometry = ConvolutionGeometry(
            batch: batch, inputHeight: input.height, inputWidth: input.width, inputChannels: input.channels,
            outputHeight: (input.height + 2 * padding.0 - kernel.0) / stride.0 + 1,
            outputWidth: (input.width + 2 * padding.1 - kernel.1) / stride.1 + 1,
            outputChannels: outputChannels, kernelHeight: kernel.0, kernelWidth: kernel.1,
            strideHeight: stride.0, strideWidth: stride.1, paddingHeight: padding.0, paddingWidth: padding.1)
        self.geometry = geometry
        self.algorithm = algorithm ?? geometry.algorithm
        self.input = normal(batch * geometry.inputImageCount, seed: 1)
        weight = normal(geometry.weightCount, seed: 2)
        gradient = normal(batch * geometry.outputPixels * outputChannels, seed: 3)
    }

    var testDescription: String {
        let g = geometry
        return "\(algorithm): \(g.batch) of \(g.inputHeight)x\(g.inputWidth)x\(g.inputChannels), "
            + "\(g.outputChannels) of \(g.kernelHeight)x\(g.kernelWidth), stride \(g.strideHeight)x"
            + "\(g.strideWidth), padding \(g.paddingHeight)x\(g.paddingWidth)"
    }

    var output: [Scalar] {
        KernelsTests.output(gradient.count) { output in
            weight.withUnsafeBufferPointer { weight in
                algorithm.convolve(input, convolutionWeight(weight), into: output, geometry)
            }
        }
    }
    var inputGradient: [Scalar] {
        KernelsTests.output(input.count) { output in
            weight.withUnsafeBufferPointer { weight in
                algorithm.inputGradient(gradient, convolutionWeight(weight), into: output, geometry)
            }
        }
    }
    var weightGradient: [Scalar] {
        KernelsTests.output(weight.count) { algorithm.weightGradient(input, gradient, into: $0, geometry) }
    }

    /// Output, input gradient and weight gradient from the definition: each of an output pixel's products.
    var expected: (output: [Double], inputGradient: [Double], weightGradient: [Double]) {
        let g = geometry
        var output = [Double](repeating: 0, count: gradient.count)
        var inputGradient = [Double](repeating: 0, count: input.count)
        var weightGradient = [Double](repeating: 0, count: weight.count)
        let (kernelHeight, kernelWidth) = (g.kernelHeight, g.kernelWidth)
        for image in 0..<g.batch {
            for (y, x) in product(g.outputHeight, g.outputWidth) {
                let outputPixel = (image * g.outputHeight + y) * g.outputWidth + x
                for (ky, kx) in product(kernelHeight, kernelWidth) {
                    let row = y * g.strideHeight + ky - g.paddingHeight
                    let column = x * g.strideWidth + kx - g.paddingWidth
                    guard (0..<g.inputHeight).contains(row), (0..<g.inputWidth).contains(column) else {
                        continue
                    }
                    let inputPixel = (image * g.inputHeight + row) * g.inputWidth + column
                    for (k, c) in product(g.outputChannels, g.inputChannels) {
                        let i = inputPixel * g.inputChannels + c
                        let w = ((k * g.inputChannels + c) * kernelHeight + ky) * kernelWidth + kx
                        let o = outputPixel * g.outputChannels + k
                        output[o] += Double(input[i]) * Double(weight[w])
                        inputGradient[i] += Double(gradient[o]) * Double(weight[w])
                        weightGradient[w] += Double(gradient[o]) * Double(input[i])
                    }
                }
            }
        }
        return (output, inputGradient, weightGradient)
    }

    /// - Parameter factor: how much coarser than a plain sum the algorithm may round.
    func expectKernelsMatchPlainLoops(
        within factor: Double = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let expected = expected
        let rounding = rounding * factor
        // A weight's gradient sums as many products as there are output pixels.
        let many = rounding * max(1, Double(geometry.batch * geometry.outputPixels) / 500).squareRoot()
        expectClose(
            output, expected.output, absolute: rounding, relative: rounding, "output of \(testDescription)",
            sourceLocation: sourceLocation)
        expectClose(
            inputGradient, expected.inputGradient, absolute: rounding, relative: rounding,
            "input gradient of \(testDescription)", sourceLocation: sourceLocation)
        expectClose(
            weightGradient, expected.weightGradient, absolute: many, relative: rounding,
            "weight gradient of \(testDescription)", sourceLocation: sourceLocation)
    }
}

private func convolutionWeight(_ weight: UnsafeBufferPointer<Scalar>) -> ConvolutionWeight {
    ConvolutionWeight(weight.baseAddress!, forms: ConvolutionWeightForms())
}

private func product(_ first: Int, _ second: Int) -> some Sequence<(Int, Int)> {
    (0..<first).lazy.flatMap { a in (0..<second).lazy.map { (a, $0) } }
}

@Suite struct ConvolutionTests {
    @Test(arguments: [1, 2, 3, 4, 5, 7], [1, 2, 3])
    func patchesMatchPlainLoops(kernel: Int, stride: Int) {
        for padding in 0...3 {
            for (batch, inputChannels, outputChannels) in [
                (1, 1, 3), (1, 17, 1), (3, 3, 5), (3, 5, 2), (9, 1, 1), (9, 3, 8), (9, 17, 4),
            ] {
                let algorithms: [any ConvolutionAlgorithm] = [PatchConvolution(), WeightOrderConvolution()]
                for algorithm in algorithms {
                    ConvolutionProblem(
                        batch: batch, input: (9, 7, inputChannels), outputChannels: outputChannels,
                        kernel: (kernel, kernel), stride: (stride, stride), padding: (padding, padding),
                        algorithm: algorithm
                    ).expectKernelsMatchPlainLoops()
                }
            }
        }
    }

    @Test(arguments: [
        // One pixel; as many as channels; several chunks of channels and of the weight's columns.
        ConvolutionProblem(
            batch: 1, input: (2, 2, 40), outputChannels: 48, kernel: (4, 4), stride: (2, 2), padding: (1, 1)),
        ConvolutionProblem(batch: 4, input: (4, 3, 70), outputChannels: 48, kernel: (3, 3), padding: (1, 1)),
        ConvolutionProblem(
            batch: 2, input: (8, 8, 33), outputChannels: 70, kernel: (4, 4), stride: (2, 2), padding: (1, 1)),
    ]) func fewPixelsOfLargeWeightsMatchPlainLoops(problem: ConvolutionProblem) {
        #expect(problem.algorithm is WeightOrderConvolution)
        problem.expectKernelsMatchPlainLoops()
    }

    @Test(arguments: [
        ConvolutionProblem(
            batch: 3, input: (5, 11, 3), outputChannels: 2, kernel: (1, 4), stride: (2, 1), padding: (0, 2)),
        ConvolutionProblem(
            batch: 3, input: (11, 5, 3), outputChannels: 2, kernel: (5, 2), stride: (1, 3), padding: (3, 0)),
        ConvolutionProblem(
            batch: 2, input: (1, 13, 2), outputChannels: 3, kernel: (3, 3), stride: (2, 2), padding: (1, 1)),
        // Windows that lie in the padding altogether.
        ConvolutionProblem(batch: 2, input: (2, 3, 2), outputChannels: 3, kernel: (2, 2), padding: (3, 3)),
    ]) func kernelsMatchPlainLoopsWhereNothingIsSquare(problem: ConvolutionProblem) {
        problem.expectKernelsMatchPlainLoops()
    }

    @Test(arguments: [
        // 1x1, with and without stride; the whole image in one window.
        ConvolutionProblem(batch: 9, input: (6, 5, 4), outputChannels: 3, kernel: (1, 1)),
        ConvolutionProblem(batch: 9, input: (6, 5, 4), outputChannels: 3, kernel: (1, 1), stride: (2, 2)),
        ConvolutionProblem(batch: 17, input: (4, 4, 5), outputChannels: 3, kernel: (4, 4)),
        ConvolutionProblem(batch: 17, input: (4, 3, 5), outputChannels: 1, kernel: (4, 3), stride: (2, 2)),
        ConvolutionProblem(batch: 1, input: (1, 1, 7), outputChannels: 5, kernel: (1, 1)),
    ]) func kernelsMatchPlainLoopsWherePatchesAreTheInput(problem: ConvolutionProblem) {
        let strided = problem.geometry.strideHeight > 1 && problem.geometry.outputPixels > 1
        #expect(problem.geometry.patchesAreInput == !strided)
        problem.expectKernelsMatchPlainLoops()
    }

    @Test(arguments: [
        ConvolutionProblem(
            batch: 1, input: (200, 200, 16), outputChannels: 3, kernel: (5, 5), padding: (2, 2)),
        ConvolutionProblem(
            batch: 2, input: (130, 121, 16), outputChannels: 2, kernel: (5, 5), padding: (1, 2)),
        // Several images a piece for the weight, bands for the others.
        ConvolutionProblem(
            batch: 17, input: (67, 64, 8), outputChannels: 1, kernel: (7, 7), stride: (1, 1),
            padding: (3, 3)),
    ]) func kernelsMatchPlainLoopsWherePatchesOutgrowTheScratch(problem: ConvolutionProblem) {
        #expect(problem.geometry.rowsPerBand(scratch: 1 << 20) < problem.geometry.outputHeight)
        problem.expectKernelsMatchPlainLoops()
    }

    /// A transposed convolution with output padding has input rows that no window reaches.
    @Test func rowsThatNoWindowReachesHaveNoGradient() {
        let problem = ConvolutionProblem(
            batch: 3, input: (8, 10, 2), outputChannels: 3, kernel: (3, 3), stride: (3, 4))
        #expect(problem.geometry.outputHeight == 2 && problem.geometry.outputWidth == 2)
        problem.expectKernelsMatchPlainLoops()
        let gradient = problem.inputGradient
        let lastRow = gradient[(7 * 10 * 2)..<(8 * 10 * 2)]
        #expect(lastRow.allSatisfy { $0 == 0 })
    }
}
