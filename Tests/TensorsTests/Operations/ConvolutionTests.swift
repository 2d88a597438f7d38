import Tensors
import TestSupport
import Testing

@Suite struct ConvolutionTests {
    struct Problem: Sendable, CustomTestStringConvertible {
        var images: Shape
        var weight: Shape
        var stride = 1
        var padding = 0
        /// Of the sides, where it is not that above and below.
        var horizontalPadding: Int?
        var outputPadding = 0

        var paddings: [Int] { [padding, horizontalPadding ?? padding] }
        var window: ConvolutionWindow {
            .init(stride: stride, verticalPadding: paddings[0], horizontalPadding: paddings[1])
        }
        var testDescription: String {
            "images \(images), weight \(weight), stride \(stride), padding \(paddings), "
                + "output padding \(outputPadding)"
        }
    }

    /// Kernel, stride and padding in all relations, with remainders; extents 1 and primes; not square.
    static let problems = [
        Problem(images: [1, 1, 1, 1], weight: [1, 1, 1, 1]),
        Problem(images: [2, 3, 5, 2], weight: [3, 2, 1, 1]),
        Problem(images: [2, 3, 2, 3], weight: [2, 3, 3, 2]),
        Problem(images: [1, 5, 4, 2], weight: [3, 2, 3, 3], padding: 1),
        Problem(images: [2, 6, 5, 1], weight: [2, 1, 4, 4], stride: 2, padding: 1),
        Problem(images: [1, 7, 5, 2], weight: [1, 2, 3, 2], stride: 3, padding: 2),
        Problem(images: [1, 2, 3, 1], weight: [2, 1, 5, 5], stride: 2, padding: 3),
        Problem(images: [3, 5, 5, 1], weight: [2, 1, 2, 2], stride: 3),
        Problem(images: [1, 3, 5, 2], weight: [2, 2, 1, 3], padding: 0, horizontalPadding: 1),
        Problem(images: [2, 5, 3, 1], weight: [2, 1, 4, 1], stride: 2, padding: 2, horizontalPadding: 0),
    ]

    @Test(arguments: problems)
    func convolutionsMatchPlainLoops(problem: Problem) {
        let (x, w) = (normal(problem.images, seed: 1), normal(problem.weight, seed: 2))
        let (images, weight) = (Reference(x), Reference(w))
        func extent(_ axis: Int) -> Int {
            (problem.images[axis] + 2 * problem.paddings[axis - 1] - problem.weight[axis + 1])
                / problem.stride
                + 1
        }
        let expected = Reference([problem.images[0], extent(1), extent(2), problem.weight[0]]) { index in
            indices(of: [problem.weight[1], problem.weight[2], problem.weight[3]]).reduce(0) { sum, inner in
                let row = index[1] * problem.stride + inner[1] - problem.paddings[0]
                let column = index[2] * problem.stride + inner[2] - problem.paddings[1]
                guard (0..<problem.images[1]).contains(row), (0..<problem.images[2]).contains(column)
                else { return sum }
                return sum + images[index[0], row, column, inner[0]] * weight[[index[3]] + inner]
            }
        }
        expectEqual(x.convolved(with: w, window: problem.window), expected)
    }

    @Test(arguments: problems)
    func convolutionsDifferentiate(problem: Problem) {
        let (x, w) = (normal(problem.images, seed: 1), normal(problem.weight, seed: 2))
        let orders = x.shape.count + w.shape.count < 40 ? 3 : 2
        checkGradients(orders: orders, at: [x, w]) { $0[0].convolved(with: $0[1], window: problem.window) }
        checkGradients(at: [x]) { $0[0].tanh().convolved(with: w, window: problem.window) }
        checkGradients(at: [w]) { x.convolved(with: $0[0].tanh(), window: problem.window) }
    }

    static let transposedProblems = [
        Problem(images: [1, 1, 1, 1], weight: [1, 1, 1, 1]),
        Problem(images: [3, 1, 1, 5], weight: [5, 2, 4, 4]),
        Problem(images: [2, 3, 2, 3], weight: [3, 2, 1, 1]),
        Problem(images: [2, 2, 3, 2], weight: [2, 3, 4, 4], stride: 2, padding: 1),
        Problem(images: [1, 3, 2, 2], weight: [2, 1, 3, 3], stride: 2, padding: 1, outputPadding: 1),
        Problem(images: [1, 2, 2, 3], weight: [3, 1, 5, 3], stride: 3, padding: 1, outputPadding: 2),
        Problem(images: [1, 3, 2, 1], weight: [1, 2, 2, 2], stride: 3, outputPadding: 1),
        Problem(images: [1, 2, 3, 2], weight: [2, 1, 3, 2], stride: 2, padding: 1, horizontalPadding: 0),
    ]

    @Test(arguments: transposedProblems)
    func transposedConvolutionsMatchPlainLoops(problem: Problem) {
        let (x, w) = (normal(problem.images, seed: 1), normal(problem.weight, seed: 2))
        let (images, weight) = (Reference(x), Reference(w))
        func extent(_ axis: Int) -> Int {
            (problem.images[axis] - 1) * problem.stride - 2 * problem.paddings[axis - 1]
                + problem.weight[axis + 1]
                + problem.outputPadding
        }
        // Each input pixel adds its weighted kernel to where it lies in the output.
        let expected = Reference([problem.images[0], extent(1), extent(2), problem.weight[1]]) { index in
            indices(of: [problem.images[1], problem.images[2], problem.weight[0]]).reduce(0) {
                sum, source in
                let row = index[1] - source[0] * problem.stride + problem.paddings[0]
                let column = index[2] - source[1] * problem.stride + problem.paddings[1]
                guard (0..<problem.weight[2]).contains(row), (0..<problem.weight[3]).contains(column)
                else { return sum }
                return sum + images[[index[0]] + source] * weight[source[2], index[3], row, column]
            }
        }
        let result = x.transposeConvolved(
            with: w, window: problem.window, outputPadding: problem.outputPadding)
        expectEqual(result, expected)
    }

    @Test(arguments: transposedProblems)
    func transposedConvolutionsDifferentiate(problem: Problem) {
        let (x, w) = (normal(problem.images, seed: 1), normal(problem.weight, seed: 2))
        func transposed(_ x: Tensor, _ w: Tensor) -> Tensor {
            x.transposeConvolved(with: w, window: problem.window, outputPadding: problem.outputPadding)
        }
        checkGradients(orders: x.shape.count + w.shape.count < 40 ? 3 : 2, at: [x, w]) {
            transposed($0[0], $0[1])
        }
        checkGradients(at: [x]) { transposed($0[0].tanh(), w) }
        checkGradients(at: [w]) { transposed(x, $0[0].tanh()) }
    }

    /// Tests that `<conv(x, w), y> = <x, conv_transposed(y, w)>`.
    @Test func transposedConvolutionIsTheAdjoint() {
        let (x, w) = (normal([3, 9, 11, 5], seed: 1), normal([7, 5, 4, 4], seed: 2))
        let window = ConvolutionWindow(stride: 2, padding: 1)
        let forward = x.convolved(with: w, window: window)
        let y = normal(forward.shape, seed: 3)
        let back = y.transposeConvolved(with: w, window: window, outputPadding: 1)
        // 9 and 11 rows lose one in the stride; the output padding brings it back.
        #expect(back.shape == [3, 9, 11, 5])
        let (left, right) = ((forward * y).sum().scalar, (x * back).sum().scalar)
        expectClose([left], [Double(right)], absolute: 100 * rounding, relative: rounding)
    }

    /// A critic with a penalty on its input's gradient: three operations deep, differentiated twice.
    @Test func gradientPenaltiesDifferentiate() {
        let (x, w) = (awayFromZero([2, 4, 4, 1], seed: 1), normal([2, 1, 3, 3], seed: 3))
        let head = normal([8, 1], seed: 4)
        checkGradients(orders: 1, at: [w, head]) { parameters in
            let x = x.variable()
            let hidden = x.convolved(with: parameters[0], window: .init(stride: 2, padding: 1)).tanh()
            let score = hidden.reshaped([2, 8]).matrixProduct(parameters[1])
            let slope = gradients(of: score.sum(), withRespectTo: [x], createGraph: true)[0]
            return (slope.squared().sum(axes: [1, 2, 3]).squareRoot() - 1).squared()
        }
    }

    /// Enough channels and pixels for Winograd's algorithm, with remainders of tiles; a few parameters that
    /// all pixels and weights depend on, so that differences stay affordable.
    @Test(arguments: [(4, 2), (3, 1)], [5, 9, 16])
    func minimalFilteringDifferentiatesTwice(kernel: (size: Int, stride: Int), extent: Int) {
        let (x, w) = (
            normal([1, extent, extent, 16], seed: 1),
            normal([17, 16, kernel.size, kernel.size], seed: 2) * 0.1
        )
        let parameters = [
            awayFromZero([1, extent, 1, 1], seed: 3), awayFromZero([1, 1, 1, kernel.size], seed: 5),
        ]
        let window = ConvolutionWindow(stride: kernel.stride, padding: 1)
        checkGradients(at: parameters) { parameters in
            let pixels = (x * parameters[0]).tanh()
            return pixels.convolved(with: w * parameters[1], window: window).mean(axes: [1])
        }
        checkGradients(at: parameters) { parameters in
            let pixels = (x * parameters[0]).tanh()
            let turned = (w * parameters[1]).transposed([1, 0, 2, 3])
            return pixels.transposeConvolved(with: turned, window: window).mean(axes: [1])
        }
    }

    @Test func wrongShapesAreNamed() async {
        let channels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 5, 5, 2]).convolved(with: Tensor.zeros([1, 3, 3, 3]))
        }
        expectMessage("convolved: images [1, 5, 5, 2] and weight [1, 3, 3, 3] do not fit", of: channels)
        let pixels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 2, 2, 1]).convolved(with: Tensor.zeros([1, 1, 4, 4]))
        }
        expectMessage("leave no pixel", of: pixels)
        let transposed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 1, 1, 1]).transposeConvolved(
                with: Tensor.zeros([1, 1, 2, 2]), window: .init(padding: 2))
        }
        expectMessage("leave no pixel", of: transposed)
        let padding = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 2, 2, 1]).transposeConvolved(
                with: Tensor.zeros([1, 1, 4, 4]), window: .init(stride: 2), outputPadding: 2)
        }
        expectMessage("outputPadding 2 must be below the stride 2", of: padding)
        let window = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = ConvolutionWindow(stride: 0)
        }
        expectMessage("stride 0 and padding 0, 0 are no window", of: window)
    }

    /// By one pixel and with a stride, where truncating division would find room for one window.
    @Test func kernelsLargerThanThePaddedImageAreRefused() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 2, 5, 1]).convolved(
                with: Tensor.zeros([1, 1, 3, 3]), window: .init(stride: 2))
        }
        expectMessage("leave no pixel", of: result)
    }
}
