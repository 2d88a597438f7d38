import CLoops

extension ConvolutionGeometry {
    /// Whether the matrix of patches is the input itself, so that nothing needs to be gathered: 1x1
    /// kernels, and kernels that cover the whole image.
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

    /// The images of one piece of work: as many as have patches that fit `scratch` scalars, but few enough
    /// for eight pieces.
    ///
    /// It depends on the extents alone.
    func imagesPerPiece(scratch: Int) -> Int {
        let fitting = max(1, scratch / max(1, outputPixels * patchCount))
        return max(1, min(fitting, (batch + 7) / 8))
    }

    /// Output rows of one image whose patches fit `scratch` scalars; at least one.
    func rowsPerBand(scratch: Int) -> Int {
        min(outputHeight, max(1, scratch / max(1, outputWidth * patchCount)))
    }
}

/// Scratch scalars that a thread uses for patches: 4 MB in single precision.
private let patchScratch = 1 << 20

/// Convolution as a matrix product with the matrix of patches (im2col).
///
/// It supports any kernel, stride and padding.
struct PatchConvolution: ConvolutionAlgorithm {
    func convolve(
        _ input: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
        into output: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
    ) {
        let packed = weight.packed(geometry)
        forEachBand(geometry, scratch: patchScratch) { images, rows in
            let bandPixels = rows.count * geometry.outputWidth
            withPatches(of: input, images, rows, geometry) { patches in
                multiply(
                    MatrixOperand(patches, rowStride: geometry.patchCount),
                    MatrixOperand(packed, rowStride: geometry.patchCount, transposed: true),
                    into: output + geometry.outputOffset(images.lowerBound, rows.lowerBound),
                    rowStride: geometry.outputChannels, rows: images.count * bandPixels,
                    inner: geometry.patchCount, columns: geometry.outputChannels)
            }
        }
    }

    func inputGradient(
        _ outputGradient: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
        into inputGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
    ) {
        let packed = weight.packed(geometry)
        let perPiece = geometry.imagesPerPiece(scratch: patchScratch)
        Parallel.forEachChunk(of: 0..<geometry.batch, chunk: perPiece) { images in
            inputGradientPiece(outputGradient, packed, into: inputGradient, images, geometry)
        }
    }

    func weightGradient(
        _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
        into weightGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
    ) {
        BufferPool.withScratch(geometry.weightCount) { packed in
            if geometry.weightCount <= smallWeight {
                sumOfPieces(input, outputGradient, into: packed, geometry)
            } else {
                sumOfChunks(input, outputGradient, into: packed, geometry)
            }
            // Back from [out, kernel, in] to [out, in, kernel].
            transposeEach(
                packed, into: weightGradient, count: geometry.outputChannels,
                rows: geometry.kernelPixels, columns: geometry.inputChannels)
        }
    }
}

/// Scalars of a weight up to which every piece of work has a sum of its own.
private let smallWeight = 1 << 14

/// The packed weight gradient of a small weight: each piece sums its images, then the sums are added.
private func sumOfPieces(
    _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
    into packed: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    let perPiece = (geometry.batch + 7) / 8
    let pieces = (geometry.batch + perPiece - 1) / perPiece
    BufferPool.withScratch(pieces * geometry.weightCount) { sums in
        Parallel.forEachUnchecked(pieces) { piece in
            let sum = sums + piece * geometry.weightCount
            let last = min(geometry.batch, (piece + 1) * perPiece)
            let band = geometry.rowsPerBand(scratch: patchScratch)
            for image in piece * perPiece..<last {
                for rows in chunks(of: geometry.outputHeight, band) {
                    let isFirst = image == piece * perPiece && rows.lowerBound == 0
                    withPatches(of: input, image..<image + 1, rows, geometry) { patches in
                        multiply(
                            MatrixOperand(
                                outputGradient + geometry.outputOffset(image, rows.lowerBound),
                                rowStride: geometry.outputChannels, transposed: true),
                            MatrixOperand(patches, rowStride: geometry.patchCount), into: sum,
                            rowStride: geometry.patchCount, rows: geometry.outputChannels,
                            inner: rows.count * geometry.outputWidth, columns: geometry.patchCount,
                            accumulating: !isFirst)
                    }
                }
            }
        }
        packed.update(from: sums, count: geometry.weightCount)
        for piece in 1..<max(1, pieces) {
            loop_accumulate(packed, sums + piece * geometry.weightCount, geometry.weightCount)
        }
    }
}

/// The packed weight gradient of a large weight: chunks of images one after the other, and within a chunk
/// all threads: first they gather the patches, then they share the columns of the product, which
/// accumulates.
private func sumOfChunks(
    _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
    into packed: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    packed.update(repeating: 0, count: geometry.weightCount)
    for images in chunks(of: geometry.batch, geometry.imagesPerPiece(scratch: 4 * patchScratch)) {
        let band =
            images.count > 1 ? geometry.outputHeight : geometry.rowsPerBand(scratch: 4 * patchScratch)
        for rows in chunks(of: geometry.outputHeight, band) {
            accumulateWeightGradient(input, outputGradient, into: packed, images, rows, geometry)
        }
    }
}

extension ConvolutionWeight {
    /// `[out, in, kernel]` as `[out, kernel, in]`, the order of a channels-last patch.
    fileprivate func packed(_ geometry: ConvolutionGeometry) -> UnsafePointer<Scalar> {
        forms.prepared(.patches, count: geometry.weightCount) { packed in
            transposeEach(
                pointer, into: packed, count: geometry.outputChannels, rows: geometry.inputChannels,
                columns: geometry.kernelPixels)
        }
    }
}

/// The input gradient of some images, each image's overlapping patches added up by one thread.
private func inputGradientPiece(
    _ gradient: UnsafePointer<Scalar>, _ packed: UnsafePointer<Scalar>,
    into input: UnsafeMutablePointer<Scalar>, _ images: Range<Int>, _ geometry: ConvolutionGeometry
) {
    func patchGradients(_ rows: Range<Int>, into patches: UnsafeMutablePointer<Scalar>) {
        multiply(
            MatrixOperand(
                gradient + geometry.outputOffset(images.lowerBound, rows.lowerBound),
                rowStride: geometry.outputChannels),
            MatrixOperand(packed, rowStride: geometry.patchCount), into: patches,
            rowStride: geometry.patchCount, rows: images.count * rows.count * geometry.outputWidth,
            inner: geometry.outputChannels, columns: geometry.patchCount)
    }
    let pieceInput = input + images.lowerBound * geometry.inputImageCount
    if geometry.patchesAreInput {
        patchGradients(0..<geometry.outputHeight, into: pieceInput)
        return
    }
    pieceInput.update(repeating: 0, count: images.count * geometry.inputImageCount)
    let band = images.count > 1 ? geometry.outputHeight : geometry.rowsPerBand(scratch: patchScratch)
    let bandCount = band * geometry.outputWidth * geometry.patchCount
    BufferPool.withScratch(images.count * bandCount) { patches in
        for first in stride(from: 0, to: geometry.outputHeight, by: band) {
            let rows = first..<min(geometry.outputHeight, first + band)
            patchGradients(rows, into: patches)
            for image in 0..<images.count {
                loop_scatter_patches(
                    pieceInput + image * geometry.inputImageCount, patches + image * bandCount,
                    geometry.patchGeometry, rows.lowerBound, rows.upperBound)
            }
        }
    }
}

private func accumulateWeightGradient(
    _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
    into packed: UnsafeMutablePointer<Scalar>, _ images: Range<Int>, _ rows: Range<Int>,
    _ geometry: ConvolutionGeometry
) {
    withPatches(of: input, images, rows, geometry, inParallel: true) { patches in
        let gradient = outputGradient + geometry.outputOffset(images.lowerBound, rows.lowerBound)
        Parallel.forEachChunk(of: 0..<geometry.patchCount, chunk: 256) { columns in
            multiply(
                MatrixOperand(gradient, rowStride: geometry.outputChannels, transposed: true),
                MatrixOperand(patches + columns.lowerBound, rowStride: geometry.patchCount),
                into: packed + columns.lowerBound, rowStride: geometry.patchCount,
                rows: geometry.outputChannels,
                inner: images.count * rows.count * geometry.outputWidth, columns: columns.count,
                accumulating: true)
        }
    }
}

extension ConvolutionGeometry {
    fileprivate func outputOffset(_ image: Int, _ row: Int) -> Int {
        (image * outputPixels + row * outputWidth) * outputChannels
    }
}

private func chunks(of count: Int, _ chunk: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: chunk).map { $0..<min(count, $0 + chunk) }
}

/// Calls `body` in parallel with pieces that cover all output rows of all images: several whole
/// images each, or bands of rows of one image where an image's patches outgrow the scratch memory.
private func forEachBand(
    _ geometry: ConvolutionGeometry, scratch: Int,
    _ body: (_ images: Range<Int>, _ rows: Range<Int>) -> Void
) {
    let perPiece = geometry.imagesPerPiece(scratch: scratch)
    let band = perPiece > 1 ? geometry.outputHeight : geometry.rowsPerBand(scratch: scratch)
    let images = chunks(of: geometry.batch, perPiece)
    let bands = chunks(of: geometry.outputHeight, band)
    Parallel.forEachUnchecked(images.count * bands.count) { piece in
        body(images[piece / bands.count], bands[piece % bands.count])
    }
}

/// Calls `body` with the patches of the given output rows of each of the given images.
private func withPatches(
    of input: UnsafePointer<Scalar>, _ images: Range<Int>, _ rows: Range<Int>,
    _ geometry: ConvolutionGeometry, inParallel: Bool = false, _ body: (UnsafePointer<Scalar>) -> Void
) {
    let first = input + images.lowerBound * geometry.inputImageCount
    if geometry.patchesAreInput {
        body(first + rows.lowerBound * geometry.outputWidth * geometry.patchCount)
        return
    }
    let rowCount = geometry.outputWidth * geometry.patchCount
    BufferPool.withScratch(images.count * rows.count * rowCount) { patches in
        let gather = { (piece: Int) in
            let (image, row) = (piece / rows.count, piece % rows.count)
            loop_gather_patches(
                patches + piece * rowCount, first + image * geometry.inputImageCount,
                geometry.patchGeometry, rows.lowerBound + row, rows.lowerBound + row + 1)
        }
        let pieces = images.count * rows.count
        if inParallel { Parallel.forEachUnchecked(pieces, gather) } else { (0..<pieces).forEach(gather) }
        body(patches)
    }
}

/// Transposes each of `count` matrices of `rows x columns`.
private func transposeEach(
    _ source: UnsafePointer<Scalar>, into target: UnsafeMutablePointer<Scalar>, count: Int, rows: Int,
    columns: Int
) {
    Parallel.forEachUnchecked(count) { matrix in
        let source = source + matrix * rows * columns
        let target = target + matrix * rows * columns
        loop_transpose(target, rows, source, columns, rows, columns)
    }
}
