import CLoops

/// Convolution with fewer multiplications: tiles of the input and the filter are transformed, multiplied
/// point by point (as one matrix product over channels for each point) and transformed back.
///
/// A kernel of `taps * stride` pixels with that stride is, on the image's `stride^2` phases as channels, a
/// kernel of `taps` pixels with stride 1. F(4,2) then needs 25 products where the direct algorithm needs 64,
/// F(4,3) 36 instead of 144. The gradients use the same three transforms, transposed.
///
/// - Source: Winograd 1980, "Arithmetic complexity of computations"; Lavin and Gray 2016, "Fast algorithms
///   for convolutional neural networks".
struct WinogradConvolution: ConvolutionAlgorithm, Hashable {
    /// Output pixels of a tile in each direction: 2 or 4.
    let outputs: Int
    /// Kernel pixels of a phase in each direction: 2 or 3.
    let taps: Int

    func convolve(
        _ input: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
        into output: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
    ) {
        let plan = WinogradPlan(self, geometry)
        let filter = plan.filter(of: weight)
        plan.forEachChunk { tiles, inputPoints, outputPoints in
            plan.transformInput(input, into: inputPoints, tiles)
            plan.forEachPoint(columns: geometry.outputChannels) { point, columns in
                multiply(
                    plan.inputs(inputPoints, point), plan.filter(filter, point, columns: columns),
                    into: outputPoints + point * plan.outputStep + columns.lowerBound,
                    rowStride: geometry.outputChannels, rows: tiles.count, inner: plan.inputWidth,
                    columns: columns.count)
            }
            plan.forEachPiece(of: tiles) { piece in
                let offset = (piece.lowerBound - tiles.lowerBound) * geometry.outputChannels
                plan.loops.output(
                    output, outputPoints + offset, plan.outputStep, plan.tiling, piece.lowerBound,
                    piece.upperBound)
            }
        }
    }

    func inputGradient(
        _ outputGradient: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
        into inputGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
    ) {
        let plan = WinogradPlan(self, geometry)
        let filter = plan.filter(of: weight)
        if !plan.tilesCoverInput {
            inputGradient.update(repeating: 0, count: geometry.batch * geometry.inputImageCount)
        }
        plan.forEachChunk { tiles, inputPoints, outputPoints in
            plan.transformOutputGradient(outputGradient, into: outputPoints, tiles)
            plan.forEachPoint(columns: plan.inputWidth) { point, columns in
                multiply(
                    plan.outputs(outputPoints, point), plan.filterTransposed(filter, point, columns: columns),
                    into: inputPoints + point * plan.inputStep + columns.lowerBound,
                    rowStride: plan.inputWidth, rows: tiles.count, inner: geometry.outputChannels,
                    columns: columns.count)
            }
            // Tiles overlap: what an earlier tile has written is added to. No two phases or channels share
            // a number.
            plan.forEachPhaseAndChannels { phase, channels in
                plan.loops.inputAdjoint(
                    inputGradient, inputPoints, plan.inputStep, plan.tiling, tiles.lowerBound,
                    tiles.upperBound, phase, channels.lowerBound, channels.upperBound)
            }
        }
    }

    func weightGradient(
        _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
        into weightGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
    ) {
        let plan = WinogradPlan(self, geometry)
        BufferPool.withScratch(plan.points * plan.filterStep) { filterGradient in
            plan.forEachChunk { tiles, inputPoints, outputPoints in
                plan.transformInput(input, into: inputPoints, tiles)
                plan.transformOutputGradient(outputGradient, into: outputPoints, tiles)
                plan.forEachPoint(columns: geometry.outputChannels) { point, columns in
                    multiply(
                        plan.inputs(inputPoints, point, transposed: true),
                        plan.outputs(outputPoints, point, columns: columns),
                        into: filterGradient + point * plan.filterStep + columns.lowerBound,
                        rowStride: geometry.outputChannels, rows: plan.inputWidth, inner: tiles.count,
                        columns: columns.count, accumulating: tiles.lowerBound > 0)
                }
            }
            plan.transformBack(filterGradient, into: weightGradient)
        }
    }
}

extension WinogradConvolution {
    /// Nil where another algorithm is better or this one does not apply.
    ///
    /// The rules were measured on two AVX-512 cores at batch 64, in GFLOP/s of the direct algorithm, forward,
    /// compared with `PatchConvolution`: from 16 channels on it pays (16 -> 32 at 32x32: 504 against 288; 8
    /// -> 16: 113 against 170), up to 64 -> 128 at 16x16, 786 against 425. Where few tiles meet large filters
    /// the smaller tile is better (a step at 64x64 with a last layer 256 -> 512 at 8x8: 272 ms with 2x2
    /// outputs, 293 ms with 4x4, which also take 90 MB more; a step of 16 images at 128x128, on two AVX2 cores:
    /// 865 MB instead of 950 in as much time).
    init?(suiting geometry: ConvolutionGeometry) {
        let stride = geometry.strideHeight
        let extent = min(geometry.outputHeight, geometry.outputWidth)
        guard geometry.strideWidth == stride, geometry.paddingHeight == geometry.paddingWidth,
            geometry.kernelHeight == geometry.kernelWidth,
            (stride == 2 && geometry.kernelHeight == 4) || (stride == 1 && geometry.kernelHeight == 3),
            min(geometry.inputChannels, geometry.outputChannels) >= 16, extent >= 2
        else { return nil }
        let tiles = geometry.batch * ((geometry.outputHeight + 3) / 4) * ((geometry.outputWidth + 3) / 4)
        let areTilesFew = 8 * tiles < stride * stride * geometry.inputChannels
        self.init(outputs: extent >= 8 && !areTilesFew ? 4 : 2, taps: geometry.kernelHeight / stride)
    }
}

/// Extents and loops of one Winograd convolution.
private struct WinogradPlan {
    let algorithm: WinogradConvolution
    let geometry: ConvolutionGeometry
    let tiling: winograd_geometry
    let tileCount: Int
    let points: Int
    let loops: WinogradLoops
    /// Columns of the matrices of inputs: channels of all phases.
    let inputWidth: Int
    private let chunk: Int

    init(_ algorithm: WinogradConvolution, _ geometry: ConvolutionGeometry) {
        self.algorithm = algorithm
        self.geometry = geometry
        let outputs = algorithm.outputs
        let stride = geometry.strideHeight
        tiling = winograd_geometry(
            input_height: geometry.inputHeight, input_width: geometry.inputWidth,
            channels: geometry.inputChannels, output_height: geometry.outputHeight,
            output_width: geometry.outputWidth, output_channels: geometry.outputChannels, stride: stride,
            padding: geometry.paddingHeight, tile_rows: (geometry.outputHeight + outputs - 1) / outputs,
            tile_columns: (geometry.outputWidth + outputs - 1) / outputs)
        tileCount = geometry.batch * tiling.tile_rows * tiling.tile_columns
        points = (outputs + algorithm.taps - 1) * (outputs + algorithm.taps - 1)
        loops = WinogradLoops(algorithm)
        inputWidth = stride * stride * geometry.inputChannels
        // A chunk's points of inputs and outputs take about 10 MB, so that they stay in the outer cache, but
        // there are enough tiles to be worth preparing the filter's matrix for a product. Measured at
        // 64x64, batch 64: from 6 to 16 MB within 2 %, 2 MB a fifth slower, 24 MB 7 %.
        let fitting = max(256, (5 << 19) / (points * (inputWidth + geometry.outputChannels)))
        let chunks = (tileCount + fitting - 1) / fitting
        chunk = (tileCount + chunks - 1) / chunks
    }

    /// Scalars from one point's matrix to the next: no power of two, whose multiples would share cache lines.
    var inputStep: Int { chunk * inputWidth + 80 }
    var outputStep: Int { chunk * geometry.outputChannels + 80 }
    var filterStep: Int { inputWidth * geometry.outputChannels + 80 }

    /// Whether every input pixel lies in some tile, so that the input's gradient needs no zeros to add to.
    var tilesCoverInput: Bool {
        func isCovered(_ tiles: Int, _ extent: Int) -> Bool {
            tiling.stride * (tiles * algorithm.outputs + algorithm.taps - 1) - tiling.padding >= extent
        }
        return isCovered(tiling.tile_rows, geometry.inputHeight)
            && isCovered(tiling.tile_columns, geometry.inputWidth)
    }

    func inputs(_ matrices: UnsafeMutablePointer<Scalar>, _ point: Int, transposed: Bool = false)
        -> MatrixOperand
    {
        MatrixOperand(matrices + point * inputStep, rowStride: inputWidth, transposed: transposed)
    }

    func outputs(
        _ matrices: UnsafeMutablePointer<Scalar>, _ point: Int, columns: Range<Int>? = nil
    ) -> MatrixOperand {
        MatrixOperand(
            matrices + point * outputStep + (columns?.lowerBound ?? 0), rowStride: geometry.outputChannels)
    }

    func filter(
        _ matrices: UnsafePointer<Scalar>, _ point: Int, columns: Range<Int>
    ) -> MatrixOperand {
        MatrixOperand(
            matrices + point * filterStep + columns.lowerBound, rowStride: geometry.outputChannels)
    }

    func filterTransposed(
        _ matrices: UnsafePointer<Scalar>, _ point: Int, columns: Range<Int>
    ) -> MatrixOperand {
        MatrixOperand(
            matrices + point * filterStep + columns.lowerBound * geometry.outputChannels,
            rowStride: geometry.outputChannels, transposed: true)
    }

    /// Calls `body` for one chunk of tiles after the other, with memory for its points.
    func forEachChunk(
        _ body: (
            _ tiles: Range<Int>, _ inputs: UnsafeMutablePointer<Scalar>,
            _ outputs: UnsafeMutablePointer<Scalar>
        ) -> Void
    ) {
        BufferPool.withScratch(points * inputStep) { inputs in
            BufferPool.withScratch(points * outputStep) { outputs in
                for first in Swift.stride(from: 0, to: tileCount, by: chunk) {
                    body(first..<min(tileCount, first + chunk), inputs, outputs)
                }
            }
        }
    }

    /// Calls `body` for each point and part of a product's columns: all columns, but quarters of the points
    /// that are left over when four threads or two have taken equally many, 1 of 9 and of 25.
    func forEachPoint(columns: Int, _ body: (_ point: Int, _ columns: Range<Int>) -> Void) {
        let whole = points / 4 * 4
        let quarter = (columns / 4 + 15) / 16 * 16
        Parallel.forEachUnchecked(whole + (points - whole) * 4) { piece in
            if piece < whole { return body(piece, 0..<columns) }
            let part = piece - whole
            let first = part % 4 * quarter
            if first < columns {
                let last = part % 4 == 3 ? columns : min(columns, first + quarter)
                body(whole + part / 4, first..<last)
            }
        }
    }

    func forEachPiece(of tiles: Range<Int>, _ body: (_ piece: Range<Int>) -> Void) {
        Parallel.forEachChunk(of: tiles, chunk: 16, body)
    }

    func forEachPhaseAndChannels(_ body: (_ phase: Int, _ channels: Range<Int>) -> Void) {
        let channels = geometry.inputChannels
        let blocks = (channels + 63) / 64
        Parallel.forEachUnchecked(tiling.stride * tiling.stride * blocks) { piece in
            let first = piece % blocks * 64
            body(piece / blocks, first..<min(channels, first + 64))
        }
    }

    func transformInput(
        _ input: UnsafePointer<Scalar>, into points: UnsafeMutablePointer<Scalar>, _ tiles: Range<Int>
    ) {
        forEachPiece(of: tiles) { piece in
            let offset = (piece.lowerBound - tiles.lowerBound) * inputWidth
            loops.input(points + offset, inputStep, input, tiling, piece.lowerBound, piece.upperBound)
        }
    }

    func transformOutputGradient(
        _ gradient: UnsafePointer<Scalar>, into points: UnsafeMutablePointer<Scalar>, _ tiles: Range<Int>
    ) {
        forEachPiece(of: tiles) { piece in
            let offset = (piece.lowerBound - tiles.lowerBound) * geometry.outputChannels
            loops.outputAdjoint(
                points + offset, outputStep, gradient, tiling, piece.lowerBound, piece.upperBound)
        }
    }

    /// The weight's points, kept with the weight.
    func filter(of weight: ConvolutionWeight) -> UnsafePointer<Scalar> {
        weight.forms.prepared(.winograd(algorithm), count: points * filterStep) { points in
            forEachChannels { channels, taps in
                // [out, in, kernel] to [in, kernel, out], for some of the input channels.
                loop_transpose(
                    taps, tapStep, weight.pointer + channels.lowerBound * geometry.kernelPixels,
                    geometry.patchCount, geometry.outputChannels,
                    channels.count * geometry.kernelPixels)
                loops.filter(
                    points, filterStep, taps, tapStep, tiling, channels.lowerBound, channels.upperBound)
            }
        }
    }

    /// A weight's gradient from its points' gradients.
    func transformBack(
        _ points: UnsafePointer<Scalar>, into weightGradient: UnsafeMutablePointer<Scalar>
    ) {
        forEachChannels { channels, taps in
            loops.filterAdjoint(
                taps, tapStep, points, filterStep, tiling, channels.lowerBound, channels.upperBound)
            loop_transpose(
                weightGradient + channels.lowerBound * geometry.kernelPixels, geometry.patchCount,
                taps, tapStep, channels.count * geometry.kernelPixels, geometry.outputChannels)
        }
    }

    /// Scalars from one tap of a channel to the next: no power of two.
    private var tapStep: Int { geometry.outputChannels + 16 }

    private func forEachChannels(
        _ body: (_ channels: Range<Int>, _ taps: UnsafeMutablePointer<Scalar>) -> Void
    ) {
        Parallel.forEachChunk(of: 0..<geometry.inputChannels, chunk: 8) { channels in
            BufferPool.withScratch(channels.count * geometry.kernelPixels * tapStep) { taps in
                body(channels, taps)
            }
        }
    }
}

/// The compiled loops of one tile size.
private struct WinogradLoops {
    typealias Pointer = UnsafeMutablePointer<Scalar>
    typealias Source = UnsafePointer<Scalar>

    let input: (Pointer?, Int, Source?, winograd_geometry, Int, Int) -> Void
    let inputAdjoint: (Pointer?, Source?, Int, winograd_geometry, Int, Int, Int, Int, Int) -> Void
    let output: (Pointer?, Source?, Int, winograd_geometry, Int, Int) -> Void
    let outputAdjoint: (Pointer?, Int, Source?, winograd_geometry, Int, Int) -> Void
    let filter: (Pointer?, Int, Source?, Int, winograd_geometry, Int, Int) -> Void
    let filterAdjoint: (Pointer?, Int, Source?, Int, winograd_geometry, Int, Int) -> Void

    init(_ algorithm: WinogradConvolution) {
        switch (algorithm.outputs, algorithm.taps) {
        case (2, 2):
            (input, inputAdjoint) = (winograd_input_2_2, winograd_input_adjoint_2_2)
            (output, outputAdjoint) = (winograd_output_2_2, winograd_output_adjoint_2_2)
            (filter, filterAdjoint) = (winograd_filter_2_2, winograd_filter_adjoint_2_2)
        case (4, 2):
            (input, inputAdjoint) = (winograd_input_4_2, winograd_input_adjoint_4_2)
            (output, outputAdjoint) = (winograd_output_4_2, winograd_output_adjoint_4_2)
            (filter, filterAdjoint) = (winograd_filter_4_2, winograd_filter_adjoint_4_2)
        case (2, 3):
            (input, inputAdjoint) = (winograd_input_2_3, winograd_input_adjoint_2_3)
            (output, outputAdjoint) = (winograd_output_2_3, winograd_output_adjoint_2_3)
            (filter, filterAdjoint) = (winograd_filter_2_3, winograd_filter_adjoint_2_3)
        case (4, 3):
            (input, inputAdjoint) = (winograd_input_4_3, winograd_input_adjoint_4_3)
            (output, outputAdjoint) = (winograd_output_4_3, winograd_output_adjoint_4_3)
            (filter, filterAdjoint) = (winograd_filter_4_3, winograd_filter_adjoint_4_3)
        default: fatalError("no Winograd transforms F(\(algorithm.outputs), \(algorithm.taps))")
        }
    }
}
