import TestSupport
import Testing

@testable import Kernels

@Suite struct WinogradTests {
    static let tiles = [(2, 2), (4, 2), (2, 3), (4, 3)].map { WinogradConvolution(outputs: $0, taps: $1) }

    /// The transforms of F(4, r) multiply by up to 8 and cancel again, which costs some digits.
    static let coarser = 8.0

    /// Channels below, at and above the vectors' width; extents that leave partial tiles.
    @Test(arguments: tiles, [1, 3, 5, 64, 130])
    func matchesPlainLoopsAtAnyChannels(tile: WinogradConvolution, channels: Int) {
        for (batch, height, width, outputChannels) in [(1, 9, 12, 7), (3, 6, 5, 17)] {
            problem(tile, batch, (height, width, channels), outputChannels, padding: 1)
                .expectKernelsMatchPlainLoops(within: Self.coarser)
        }
        problem(tile, 2, (7, 8, 5), channels, padding: 1).expectKernelsMatchPlainLoops(within: Self.coarser)
    }

    @Test(arguments: tiles, [0, 1, 2, 3])
    func matchesPlainLoopsAtAnyPadding(tile: WinogradConvolution, padding: Int) {
        for extent in [5, 8, 11, 16] {
            problem(tile, 2, (extent, extent + 1, 4), 3, padding: padding).expectKernelsMatchPlainLoops(
                within: Self.coarser)
        }
    }

    /// Many tiles in several chunks, and images that end within a chunk.
    @Test(arguments: tiles)
    func matchesPlainLoopsInSeveralChunks(tile: WinogradConvolution) {
        problem(tile, 64, (8, 8, 16), 20, padding: 1).expectKernelsMatchPlainLoops(within: Self.coarser)
        problem(tile, 3, (34, 30, 40), 24, padding: 1).expectKernelsMatchPlainLoops(within: Self.coarser)
    }

    /// Against the same problem by patches, at the sizes of a DCGAN.
    @Test(arguments: tiles)
    func relativeErrorIsSmall(tile: WinogradConvolution) {
        let direct = problem(PatchConvolution(), tile.taps, 16, (16, 16, 64), 128, padding: 1)
        let winograd = problem(tile, 16, (16, 16, 64), 128, padding: 1)
        #expect(relativeError(winograd.output, direct.output) < 1e-5)
        #expect(relativeError(winograd.inputGradient, direct.inputGradient) < 1e-5)
        #expect(relativeError(winograd.weightGradient, direct.weightGradient) < 1e-5)
    }

    @Test func plannerChoosesBySize() {
        func chosen(
            _ kernel: Int, _ stride: Int, _ extent: Int, _ channels: Int, batch: Int = 16
        ) -> WinogradConvolution? {
            let problem = ConvolutionProblem(
                batch: batch, input: (extent, extent, channels), outputChannels: channels,
                kernel: (kernel, kernel), stride: (stride, stride), padding: (1, 1))
            return problem.geometry.algorithm as? WinogradConvolution
        }
        #expect(chosen(4, 2, 32, 64) == WinogradConvolution(outputs: 4, taps: 2))
        #expect(chosen(4, 2, 8, 64) == WinogradConvolution(outputs: 2, taps: 2))
        #expect(chosen(4, 2, 8, 64, batch: 1) == nil)
        #expect(chosen(3, 1, 32, 64) == WinogradConvolution(outputs: 4, taps: 3))
        // Few tiles meet large filters.
        #expect(chosen(4, 2, 16, 256) == WinogradConvolution(outputs: 2, taps: 2))
        #expect(chosen(4, 2, 16, 256, batch: 64) == WinogradConvolution(outputs: 4, taps: 2))
        #expect(chosen(4, 2, 32, 3) == nil)
        #expect(chosen(5, 2, 32, 64) == nil)
        #expect(chosen(3, 2, 32, 64) == nil)
    }

    /// A weight's forms are kept until it is said to have changed.
    @Test func preparedFormsAreKept() {
        let forms = ConvolutionWeightForms()
        var calls = 0
        for _ in 0..<3 {
            let pointer = forms.prepared(.patches, count: 4) { buffer in
                calls += 1
                buffer.update(repeating: 7, count: 4)
            }
            #expect(pointer[3] == 7)
        }
        #expect(calls == 1)
    }

    private func problem(
        _ tile: WinogradConvolution, _ batch: Int, _ input: (height: Int, width: Int, channels: Int),
        _ outputChannels: Int, padding: Int
    ) -> ConvolutionProblem {
        problem(tile, tile.taps, batch, input, outputChannels, padding: padding)
    }

    private func problem(
        _ algorithm: any ConvolutionAlgorithm, _ taps: Int, _ batch: Int,
        _ input: (height: Int, width: Int, channels: Int), _ outputChannels: Int, padding: Int
    ) -> ConvolutionProblem {
        let stride = taps == 2 ? 2 : 1
        return ConvolutionProblem(
            batch: batch, input: input, outputChannels: outputChannels,
            kernel: (taps * stride, taps * stride), stride: (stride, stride), padding: (padding, padding),
            algorithm: algorithm)
    }

    /// Root mean square of the difference over that of the expected values.
    private func relativeError(_ actual: [Scalar], _ expected: [Scalar]) -> Double {
        let difference = zip(actual, expected).map { Double($0 - $1) * Double($0 - $1) }.reduce(0, +)
        return (difference / expected.map { Double($0) * Double($0) }.reduce(0, +)).squareRoot()
    }
}
