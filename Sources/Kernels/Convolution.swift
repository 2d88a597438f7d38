import CLoops

/// The extents of a 2-D convolution of channels-last pictures.
///
/// Three kernels share them, each the derivative of the other two: `convolve`, `convolutionInputGradient`
/// (which is also the transposed convolution) and `convolutionWeightGradient`.
///
/// - Shapes: input `[batch, inputHeight, inputWidth, inputChannels]`, weight
///   `[outputChannels, inputChannels, kernelHeight, kernelWidth]`, output
///   `[batch, outputHeight, outputWidth, outputChannels]`.
public struct ConvolutionGeometry: Hashable, Sendable {
    public var batch: Int
    public var inputHeight, inputWidth, inputChannels: Int
    public var outputHeight, outputWidth, outputChannels: Int
    public var kernelHeight, kernelWidth: Int
    public var strideHeight, strideWidth: Int
    public var paddingHeight, paddingWidth: Int

    public init(
        batch: Int, inputHeight: Int, inputWidth: Int, inputChannels: Int, outputHeight: Int,
        outputWidth: Int, outputChannels: Int, kernelHeight: Int, kernelWidth: Int, strideHeight: Int,
        strideWidth: Int, paddingHeight: Int, paddingWidth: Int
    ) {
        self.batch = batch
        (self.inputHeight, self.inputWidth, self.inputChannels) = (inputHeight, inputWidth, inputChannels)
        (self.outputHeight, self.outputWidth) = (outputHeight, outputWidth)
        self.outputChannels = outputChannels
        (self.kernelHeight, self.kernelWidth) = (kernelHeight, kernelWidth)
        (self.strideHeight, self.strideWidth) = (strideHeight, strideWidth)
        (self.paddingHeight, self.paddingWidth) = (paddingHeight, paddingWidth)
    }

    /// Scalars in one patch: the inner extent of the matrix products.
    var patchCount: Int { kernelHeight * kernelWidth * inputChannels }
    var inputPictureCount: Int { inputHeight * inputWidth * inputChannels }
    var outputPixels: Int { outputHeight * outputWidth }
    var weightCount: Int { outputChannels * patchCount }

    /// Whether the matrix of patches is the input itself, so that nothing needs to be gathered: 1x1
    /// kernels, and kernels that cover the whole picture.
    var patchesAreInput: Bool {
        guard paddingHeight == 0 && paddingWidth == 0 else { return false }
        let pointwise =
            kernelHeight == 1 && kernelWidth == 1 && strideHeight == 1 && strideWidth == 1
            && outputHeight == inputHeight && outputWidth == inputWidth
        let covering =
            kernelHeight == inputHeight && kernelWidth == inputWidth && outputHeight == 1 && outputWidth == 1
        return pointwise || covering
    }

    var patchGeometry: patch_geometry {
        patch_geometry(
            input_height: inputHeight, input_width: inputWidth, channels: inputChannels,
            output_width: outputWidth, kernel_height: kernelHeight, kernel_width: kernelWidth,
            stride_height: strideHeight, stride_width: strideWidth, padding_height: paddingHeight,
            padding_width: paddingWidth)
    }

    /// Pictures a piece of work takes, such that a piece's patches fit `scratch` scalars where they can,
    /// and that there are enough pieces for the threads. Depends on the extents only.
    func picturesPerPiece(scratch: Int) -> Int {
        let fitting = max(1, scratch / max(1, outputPixels * patchCount))
        return max(1, min(fitting, (batch + 7) / 8))
    }

    /// Output rows of one picture whose patches fit `scratch` scalars; at least one.
    func rowsPerBand(scratch: Int) -> Int {
        min(outputHeight, max(1, scratch / max(1, outputWidth * patchCount)))
    }
}

/// Scratch scalars a thread uses for patches: 4 MB.
private let patchScratch = 1 << 20

/// `output = input * weight` (cross-correlation, as the field calls convolution).
public func convolve(
    _ input: UnsafePointer<Scalar>, _ weight: UnsafePointer<Scalar>,
    into output: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    BufferPool.withScratch(geometry.weightCount) { packed in
        packWeight(weight, into: packed, geometry)
        let job = Shared((input: input, packed: UnsafePointer(packed), output: output))
        forEachBand(geometry, scratch: patchScratch) { pictures, rows in
            let (input, packed, output) = job.value
            let bandPixels = rows.count * geometry.outputWidth
            withPatches(of: input, pictures, rows, geometry) { patches in
                multiply(
                    MatrixOperand(patches, rowStride: geometry.patchCount),
                    MatrixOperand(packed, rowStride: geometry.patchCount, transposed: true),
                    into: output + geometry.outputOffset(pictures.lowerBound, rows.lowerBound),
                    rowStride: geometry.outputChannels, rows: pictures.count * bandPixels,
                    inner: geometry.patchCount, columns: geometry.outputChannels)
            }
        }
    }
}

/// The derivative of `convolve` in its input, applied to an output's gradient; also the transposed
/// convolution of `outputGradient`.
public func convolutionInputGradient(
    _ outputGradient: UnsafePointer<Scalar>, _ weight: UnsafePointer<Scalar>,
    into inputGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    BufferPool.withScratch(geometry.weightCount) { packed in
        packWeight(weight, into: packed, geometry)
        let job = Shared((gradient: outputGradient, packed: UnsafePointer(packed), input: inputGradient))
        let perPiece = geometry.picturesPerPiece(scratch: patchScratch)
        Parallel.forEachChunk(of: geometry.batch, chunk: perPiece) { pictures in
            let (gradient, packed, input) = job.value
            inputGradientPiece(gradient, packed, into: input, pictures, geometry)
        }
    }
}

/// The input gradient of some pictures, each picture's overlapping patches added up by one thread.
private func inputGradientPiece(
    _ gradient: UnsafePointer<Scalar>, _ packed: UnsafePointer<Scalar>,
    into input: UnsafeMutablePointer<Scalar>, _ pictures: Range<Int>, _ geometry: ConvolutionGeometry
) {
    func patchGradients(_ rows: Range<Int>, into patches: UnsafeMutablePointer<Scalar>) {
        multiply(
            MatrixOperand(
                gradient + geometry.outputOffset(pictures.lowerBound, rows.lowerBound),
                rowStride: geometry.outputChannels),
            MatrixOperand(packed, rowStride: geometry.patchCount), into: patches,
            rowStride: geometry.patchCount, rows: pictures.count * rows.count * geometry.outputWidth,
            inner: geometry.outputChannels, columns: geometry.patchCount)
    }
    let pieceInput = input + pictures.lowerBound * geometry.inputPictureCount
    if geometry.patchesAreInput {
        patchGradients(0..<geometry.outputHeight, into: pieceInput)
        return
    }
    pieceInput.update(repeating: 0, count: pictures.count * geometry.inputPictureCount)
    let band = pictures.count > 1 ? geometry.outputHeight : geometry.rowsPerBand(scratch: patchScratch)
    let bandCount = band * geometry.outputWidth * geometry.patchCount
    BufferPool.withScratch(pictures.count * bandCount) { patches in
        for first in stride(from: 0, to: geometry.outputHeight, by: band) {
            let rows = first..<min(geometry.outputHeight, first + band)
            patchGradients(rows, into: patches)
            for picture in 0..<pictures.count {
                loop_scatter_patches(
                    pieceInput + picture * geometry.inputPictureCount, patches + picture * bandCount,
                    geometry.patchGeometry, rows.lowerBound, rows.upperBound)
            }
        }
    }
}

/// The derivative of `convolve` in its weight, applied to an output's gradient.
public func convolutionWeightGradient(
    _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
    into weightGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    BufferPool.withScratch(geometry.weightCount) { packed in
        packed.update(repeating: 0, count: geometry.weightCount)
        // Chunks one after the other, and within a chunk all threads: first they gather the patches,
        // then they share the columns of the product, which accumulates.
        for pictures in chunks(of: geometry.batch, geometry.picturesPerPiece(scratch: 4 * patchScratch)) {
            let band =
                pictures.count > 1 ? geometry.outputHeight : geometry.rowsPerBand(scratch: 4 * patchScratch)
            for rows in chunks(of: geometry.outputHeight, band) {
                accumulateWeightGradient(input, outputGradient, into: packed, pictures, rows, geometry)
            }
        }
        unpackWeight(packed, into: weightGradient, geometry)
    }
}

private func accumulateWeightGradient(
    _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
    into packed: UnsafeMutablePointer<Scalar>, _ pictures: Range<Int>, _ rows: Range<Int>,
    _ geometry: ConvolutionGeometry
) {
    withPatches(of: input, pictures, rows, geometry, inParallel: true) { patches in
        let gradient = outputGradient + geometry.outputOffset(pictures.lowerBound, rows.lowerBound)
        let job = Shared((gradient: gradient, patches: patches, packed: packed))
        Parallel.forEachChunk(of: geometry.patchCount, chunk: 256) { columns in
            let (gradient, patches, packed) = job.value
            multiply(
                MatrixOperand(gradient, rowStride: geometry.outputChannels, transposed: true),
                MatrixOperand(patches + columns.lowerBound, rowStride: geometry.patchCount),
                into: packed + columns.lowerBound, rowStride: geometry.patchCount,
                rows: geometry.outputChannels,
                inner: pictures.count * rows.count * geometry.outputWidth, columns: columns.count,
                accumulating: true)
        }
    }
}

extension ConvolutionGeometry {
    fileprivate func outputOffset(_ picture: Int, _ row: Int) -> Int {
        (picture * outputPixels + row * outputWidth) * outputChannels
    }
}

private func chunks(of count: Int, _ chunk: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: chunk).map { $0..<min(count, $0 + chunk) }
}

/// Calls `body` in parallel with pieces that cover all output rows of all pictures: several whole
/// pictures each, or bands of rows of one picture where a picture's patches outgrow the scratch memory.
private func forEachBand(
    _ geometry: ConvolutionGeometry, scratch: Int,
    _ body: @Sendable (_ pictures: Range<Int>, _ rows: Range<Int>) -> Void
) {
    let perPiece = geometry.picturesPerPiece(scratch: scratch)
    let band = perPiece > 1 ? geometry.outputHeight : geometry.rowsPerBand(scratch: scratch)
    let pictures = chunks(of: geometry.batch, perPiece)
    let bands = chunks(of: geometry.outputHeight, band)
    Parallel.forEach(pictures.count * bands.count) { piece in
        body(pictures[piece / bands.count], bands[piece % bands.count])
    }
}

/// Calls `body` with the patches of the given output rows of each of the given pictures.
private func withPatches(
    of input: UnsafePointer<Scalar>, _ pictures: Range<Int>, _ rows: Range<Int>,
    _ geometry: ConvolutionGeometry, inParallel: Bool = false, _ body: (UnsafePointer<Scalar>) -> Void
) {
    let first = input + pictures.lowerBound * geometry.inputPictureCount
    if geometry.patchesAreInput {
        body(first + rows.lowerBound * geometry.outputWidth * geometry.patchCount)
        return
    }
    let rowCount = geometry.outputWidth * geometry.patchCount
    BufferPool.withScratch(pictures.count * rows.count * rowCount) { patches in
        let job = Shared((first: first, patches: patches))
        let gather = { @Sendable (piece: Int) in
            let (first, patches) = job.value
            let (picture, row) = (piece / rows.count, piece % rows.count)
            loop_gather_patches(
                patches + piece * rowCount, first + picture * geometry.inputPictureCount,
                geometry.patchGeometry, rows.lowerBound + row, rows.lowerBound + row + 1)
        }
        let pieces = pictures.count * rows.count
        if inParallel { Parallel.forEach(pieces, gather) } else { (0..<pieces).forEach(gather) }
        body(patches)
    }
}

/// Reorders `[out, in, kernel]` to `[out, kernel, in]`, the order of a channels-last patch.
private func packWeight(
    _ weight: UnsafePointer<Scalar>, into packed: UnsafeMutablePointer<Scalar>,
    _ geometry: ConvolutionGeometry
) {
    transposeEach(
        weight, into: packed, count: geometry.outputChannels, rows: geometry.inputChannels,
        columns: geometry.kernelHeight * geometry.kernelWidth)
}

private func unpackWeight(
    _ packed: UnsafePointer<Scalar>, into weight: UnsafeMutablePointer<Scalar>,
    _ geometry: ConvolutionGeometry
) {
    transposeEach(
        packed, into: weight, count: geometry.outputChannels,
        rows: geometry.kernelHeight * geometry.kernelWidth, columns: geometry.inputChannels)
}

/// Transposes each of `count` matrices of `rows x columns`.
private func transposeEach(
    _ source: UnsafePointer<Scalar>, into target: UnsafeMutablePointer<Scalar>, count: Int, rows: Int,
    columns: Int
) {
    let job = Shared((source: source, target: target))
    Parallel.forEach(count) { matrix in
        let source = job.value.source + matrix * rows * columns
        let target = job.value.target + matrix * rows * columns
        for row in 0..<rows {
            for column in 0..<columns { target[column * rows + row] = source[row * columns + column] }
        }
    }
}
