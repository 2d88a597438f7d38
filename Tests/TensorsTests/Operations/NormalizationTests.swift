import Tensors
import TestSupport
import Testing

@Suite struct NormalizationTests {
    static let shapes: [Shape] = [
        [4, 1], [7, 3], [2, 3, 2, 5], [3, 1, 2, 1], [2, 1, 1, 3], [13, 1, 1, 2],
    ]

    private func operands(_ shape: Shape) -> [Tensor] {
        let channels = shape[-1]
        return [
            normal(shape, seed: 1) * 2 + 0.5, awayFromZero([channels], seed: 2), normal([channels], seed: 4),
        ]
    }

    /// The definition, in operations that are tested on their own.
    private func composed(_ x: Tensor, _ scale: Tensor, _ shift: Tensor, epsilon: Scalar) -> Tensor {
        let axes = Array(0..<x.shape.rank - 1)
        let centered = x - x.mean(axes: axes)
        let variance = centered.squared().mean(axes: axes)
        return centered / (variance + epsilon).squareRoot() * scale + shift
    }

    @Test(arguments: shapes, [1e-5, 0.1] as [Scalar])
    func outputAndStatisticsMatchPlainLoops(shape: Shape, epsilon: Scalar) {
        let arguments = operands(shape)
        let (x, scale, shift) = (Reference(arguments[0]), Reference(arguments[1]), Reference(arguments[2]))
        let channels = shape[-1]
        let rows = Double(shape.count / channels)
        func mean(_ value: ([Int]) -> Double) -> Reference {
            Reference([channels]) { channel in
                indices(of: shape.dimensions).filter { $0.last == channel[0] }.map(value).reduce(0, +) / rows
            }
        }
        let average = mean { x[$0] }
        let variance = mean { (x[$0] - average[$0]) * (x[$0] - average[$0]) }
        let result = arguments[0].batchNormalized(scale: arguments[1], shift: arguments[2], epsilon: epsilon)
        expectEqual(result.mean, average)
        expectEqual(result.variance, variance)
        let expected = Reference(shape.dimensions) {
            (x[$0] - average[$0]) / (variance[$0] + Double(epsilon)).squareRoot() * scale[$0] + shift[$0]
        }
        expectEqual(result.output, expected)
        #expect(!result.mean.isDifferentiable && !result.variance.isDifferentiable)
    }

    /// The same with scales and shifts `[n, c]`, of each image.
    private func operandsOfImages(_ shape: Shape) -> [Tensor] {
        let vectors: Shape = [shape[0], shape[-1]]
        return [normal(shape, seed: 1) * 2 + 0.5, awayFromZero(vectors, seed: 2), normal(vectors, seed: 4)]
    }

    /// A vector `[n, c]` beside activations.
    private func spread(_ vectors: Tensor, over shape: Shape) -> Tensor {
        vectors.reshaped(Shape([shape[0]] + [Int](repeating: 1, count: shape.rank - 2) + [shape[-1]]))
    }

    @Test(arguments: shapes)
    func imagesMayHaveTheirOwnScales(shape: Shape) {
        let arguments = operandsOfImages(shape)
        let channels: Shape = [shape[-1]]
        let plain = arguments[0].batchNormalized(
            scale: Tensor(repeating: 1, shape: channels), shift: .zeros(channels), epsilon: 0.1)
        let result = arguments[0].batchNormalized(scale: arguments[1], shift: arguments[2], epsilon: 0.1)
        let expected =
            plain.output * spread(arguments[1], over: shape) + spread(arguments[2], over: shape)
        expectClose(result.output.scalars, expected.scalars, absolute: rounding, relative: rounding)
        #expect(
            result.mean.scalars == plain.mean.scalars && result.variance.scalars == plain.variance.scalars)
        checkGradients(orders: shape.count < 15 ? 3 : 2, at: arguments) {
            $0[0].batchNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1).output
        }
        checkGradients(at: arguments) { $0[0].scaled(by: $0[1], shiftedBy: $0[2]) }
    }

    @Test(arguments: shapes)
    func layerNormalizationMatchesPlainLoops(shape: Shape) {
        let arguments = operands(shape)
        let (x, scale, shift) = (Reference(arguments[0]), Reference(arguments[1]), Reference(arguments[2]))
        let size = Double(shape.count / shape[0])
        func mean(_ value: ([Int]) -> Double) -> [Double] {
            (0..<shape[0]).map { image in
                indices(of: shape.dimensions).filter { $0[0] == image }.map(value).reduce(0, +) / size
            }
        }
        let average = mean { x[$0] }
        let variance = mean { (x[$0] - average[$0[0]]) * (x[$0] - average[$0[0]]) }
        let expected = Reference(shape.dimensions) {
            (x[$0] - average[$0[0]]) / (variance[$0[0]] + 0.1).squareRoot() * scale[$0] + shift[$0]
        }
        let result = arguments[0].layerNormalized(scale: arguments[1], shift: arguments[2], epsilon: 0.1)
        expectEqual(result, expected)
        checkGradients(orders: shape.count < 15 ? 3 : 2, at: arguments) {
            $0[0].layerNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1)
        }
    }

    /// The definition for each channel of each image.
    private func composedOfInstances(_ arguments: [Tensor]) -> Tensor {
        let x = arguments[0]
        let axes = Array(1..<x.shape.rank - 1)
        let centered = x - x.mean(axes: axes, keepingAxes: true)
        let variance = centered.squared().mean(axes: axes, keepingAxes: true)
        let normalized = centered / (variance + 1e-5).squareRoot()
        guard arguments[1].shape.rank == 2 else { return normalized * arguments[1] + arguments[2] }
        return normalized * spread(arguments[1], over: x.shape) + spread(arguments[2], over: x.shape)
    }

    @Test(arguments: shapes.dropFirst(2))
    func everyChannelOfEveryImageIsNormalizedByItself(shape: Shape) {
        let x = Reference(operands(shape)[0])
        let pixels = shape.dimensions[1..<shape.rank - 1]
        func mean(_ value: ([Int]) -> Double) -> Reference {
            Reference([shape[0], shape[-1]]) { place in
                indices(of: Array(pixels)).map { value([place[0]] + $0 + [place[1]]) }.reduce(0, +)
                    / Double(pixels.reduce(1, *))
            }
        }
        func ofImage(_ index: [Int]) -> [Int] { [index[0], index[index.count - 1]] }
        let average = mean { x[$0] }
        let variance = mean { (x[$0] - average[ofImage($0)]) * (x[$0] - average[ofImage($0)]) }
        for arguments in [operands(shape), operandsOfImages(shape)] {
            let (scale, shift) = (Reference(arguments[1]), Reference(arguments[2]))
            let result = arguments[0].instanceNormalized(
                scale: arguments[1], shift: arguments[2], epsilon: 0.1)
            let expected = Reference(shape.dimensions) { index in
                let place = ofImage(index)
                return (x[index] - average[place]) / (variance[place] + 0.1).squareRoot() * scale[place]
                    + shift[place]
            }
            expectEqual(result, expected)
            checkGradients(at: arguments) {
                $0[0].instanceNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1)
            }
        }
    }

    @Test(arguments: shapes)
    func normalizationDifferentiates(shape: Shape) {
        checkGradients(orders: shape.count < 15 ? 3 : 2, at: operands(shape)) {
            $0[0].batchNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1).output
        }
    }

    @Test func normalizationDifferentiatesInOneInput() {
        let arguments = operands([7, 3])
        for index in 0..<3 {
            checkGradients(at: [arguments[index]]) {
                var arguments = arguments
                arguments[index] = $0[0].tanh()
                return arguments[0].batchNormalized(scale: arguments[1], shift: arguments[2]).output
            }
        }
    }

    /// More rows than one partial sum covers, in the three ways there are to the first gradient.
    @Test func fusedGradientsMatchComposedOnes() {
        let shape: Shape = [5, 23, 17, 7]
        func composed(_ arguments: [Tensor]) -> Tensor {
            self.composed(arguments[0], arguments[1], arguments[2], epsilon: 1e-5)
        }
        func composedOfImages(_ arguments: [Tensor]) -> Tensor {
            let ones = Tensor(repeating: 1, shape: [7])
            return self.composed(arguments[0], ones, .zeros([7]), epsilon: 1e-5)
                * spread(arguments[1], over: shape)
                + spread(arguments[2], over: shape)
        }
        func composedOfLayers(_ arguments: [Tensor]) -> Tensor {
            let centered = arguments[0] - arguments[0].mean(axes: [1, 2, 3], keepingAxes: true)
            let variance = centered.squared().mean(axes: [1, 2, 3], keepingAxes: true)
            return centered / (variance + 1e-5).squareRoot() * arguments[1] + arguments[2]
        }
        func batchNormalized(_ arguments: [Tensor]) -> Tensor {
            arguments[0].batchNormalized(scale: arguments[1], shift: arguments[2]).output
        }
        func layerNormalized(_ arguments: [Tensor]) -> Tensor {
            arguments[0].layerNormalized(scale: arguments[1], shift: arguments[2])
        }
        check(batchNormalized, against: composed, at: operands(shape))
        check(batchNormalized, against: composedOfImages, at: operandsOfImages(shape))
        check(layerNormalized, against: composedOfLayers, at: operands(shape))
        for arguments in [operands(shape), operandsOfImages(shape)] {
            check(
                { $0[0].instanceNormalized(scale: $0[1], shift: $0[2]) }, against: composedOfInstances,
                at: arguments)
        }
    }

    /// Compares the gradients that a fused operation computes in either way with those of its definition.
    private func check(
        _ fused: ([Tensor]) -> Tensor, against definition: ([Tensor]) -> Tensor, at arguments: [Tensor],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let projection = normal(arguments[0].shape, seed: 7)
        func gradients(createGraph: Bool, _ function: ([Tensor]) -> Tensor) -> [[Double]] {
            let variables = arguments.map { $0.variable() }
            return Tensors.gradients(
                of: function(variables), withRespectTo: variables, cotangent: projection,
                createGraph: createGraph
            ).map { $0.scalars.map { Double($0) } }
        }
        let expected = gradients(createGraph: false, definition)
        for createGraph in [false, true] {
            let computed = gradients(createGraph: createGraph, fused)
            for (computed, expected) in zip(computed, expected) {
                expectClose(
                    computed, expected, absolute: 3 * rounding, relative: rounding,
                    sourceLocation: sourceLocation)
            }
        }
    }

    /// Shifts so far from 0 that no activation comes near the kink, in channels of either sign.
    private func clearOfTheKink(_ shape: Shape) -> [Tensor] {
        let signs = (0..<shape[-1]).map { Scalar($0 % 2 == 0 ? 1 : -1) }
        return [
            normal(shape, seed: 1), Tensor(repeating: 0.3, shape: [shape[-1]]),
            Tensor(signs, shape: [shape[-1]]) * 2.5,
        ]
    }

    @Test(arguments: [0, 0.2] as [Scalar])
    func rectifierInTheSameSweepMatchesOneBehind(slope: Scalar) {
        let arguments = operands([3, 5, 4, 6])
        let projection = normal([3, 5, 4, 6], seed: 8)
        func gradients(_ function: ([Tensor]) -> Tensor) -> [[Double]] {
            let variables = arguments.map { $0.variable() }
            let output = function(variables)
            return [output.scalars.map { Double($0) }]
                + Tensors.gradients(of: output, withRespectTo: variables, cotangent: projection)
                .map { $0.scalars.map { Double($0) } }
        }
        for (fused, behind) in [
            (
                gradients { $0[0].batchNormalized(scale: $0[1], shift: $0[2], slope: slope).output },
                gradients { $0[0].batchNormalized(scale: $0[1], shift: $0[2]).output.leakyReLU(slope: slope) }
            ),
            (
                gradients { $0[0].scaled(by: $0[1], shiftedBy: $0[2], slope: slope) },
                gradients { ($0[0] * $0[1] + $0[2]).leakyReLU(slope: slope) }
            ),
            (
                gradients { $0[0].instanceNormalized(scale: $0[1], shift: $0[2], slope: slope) },
                gradients { $0[0].instanceNormalized(scale: $0[1], shift: $0[2]).leakyReLU(slope: slope) }
            ),
            (
                gradients { $0[0].layerNormalized(scale: $0[1], shift: $0[2], slope: slope) },
                gradients { $0[0].layerNormalized(scale: $0[1], shift: $0[2]).leakyReLU(slope: slope) }
            ),
        ] {
            for (computed, expected) in zip(fused, behind) {
                expectClose(computed, expected, absolute: 3 * rounding, relative: rounding)
            }
        }
    }

    @Test(arguments: [0, 0.2] as [Scalar])
    func rectifiedNormalizationDifferentiates(slope: Scalar) {
        checkGradients(at: clearOfTheKink([7, 4])) {
            $0[0].batchNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1, slope: slope).output
        }
        checkGradients(at: clearOfTheKink([3, 2, 1, 4])) {
            $0[0].layerNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1, slope: slope)
        }
        checkGradients(at: clearOfTheKink([2, 3, 1, 4])) {
            $0[0].instanceNormalized(scale: $0[1], shift: $0[2], epsilon: 0.1, slope: slope)
        }
    }

    @Test(arguments: [0, 0.2, 1] as [Scalar])
    func scalingDifferentiates(slope: Scalar) {
        checkGradients(at: clearOfTheKink([3, 2, 1, 4])) {
            $0[0].scaled(by: $0[1], shiftedBy: $0[2], slope: slope)
        }
    }

    @Test(arguments: [0, 0.2, 1] as [Scalar])
    func biasMatchesAdditionAndDifferentiates(slope: Scalar) {
        let arguments = [normal([3, 2, 5], seed: 1), normal([5], seed: 2)]
        let expected = (arguments[0] + arguments[1]).leakyReLU(slope: slope)
        #expect(arguments[0].biased(by: arguments[1], slope: slope).scalars == expected.scalars)
        let clear = clearOfTheKink([3, 2, 4])
        checkGradients(at: [clear[0] * 0.3, clear[2]]) { $0[0].biased(by: $0[1], slope: slope) }
    }

    @Test func aConstantChannelStaysFinite() {
        let x = Tensor(repeating: 3, shape: [4, 2]).variable()
        let output = x.batchNormalized(
            scale: Tensor(repeating: 1, shape: [2]), shift: Tensor(repeating: 0.5, shape: [2])
        ).output
        expectEqual(output, Reference([4, 2]) { _ in 0.5 })
        let gradient = gradients(of: output, withRespectTo: [x], cotangent: normal([4, 2]))[0]
        #expect(gradient.scalars.allSatisfy { $0.isFinite })
    }

    @Test func wrongShapesAreNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).batchNormalized(scale: Tensor.zeros([3]), shift: Tensor.zeros([2]))
        }
        expectMessage(
            "batchNormalized: activations [2, 3] and [[3], [2]] do not fit", of: result)
    }
}
