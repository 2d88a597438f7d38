import CLoops

/// Convolution as a matrix product with the matrix of patches (im2col), for few patches and a large weight.
///
/// The patches are transposed to the order of the weight, `[in, kernel]`, which is then read and written in
/// place, once.
///
/// `PatchConvolution` transposes the weight instead, which suits many patches.
struct WeightOrderConvolution: ConvolutionAlgorithm {
    func convolve(
        _ input: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
        into output: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
    ) {
        let (pixels, channels) = (geometry.batch * geometry.outputPixels, geometry.outputChannels)
        let inner = geometry.patchCount
        withWeightOrderPatches(of: input, geometry) { patches in
            let operand = MatrixOperand(patches, rowStride: inner, transposed: true)
            withProduct(by: operand, inner: inner, columns: pixels) { product in
                Parallel.forEachChunk(of: 0..<channels, chunk: 32) { rows in
                    BufferPool.withScratch(rows.count * pixels) { turned in
                        let filters = weight.pointer + rows.lowerBound * inner
                        product(MatrixOperand(filters, rowStride: inner), turned, rows.count)
                        loop_transpose(output + rows.lowerBound, channels, turned, pixels, rows.count, pixels)
                    }
                }
            }
        }
    }

    func inputGradient(
        _ outputGradient: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
        into inputGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
    ) {
        let (pixels, inner) = (geometry.batch * geometry.outputPixels, geometry.patchCount)
        BufferPool.withScratch(pixels * inner) { patches in
            Parallel.forEachChunk(of: 0..<inner, chunk: columnChunk) { columns in
                multiply(
                    MatrixOperand(outputGradient, rowStride: geometry.outputChannels),
                    MatrixOperand(weight.pointer + columns.lowerBound, rowStride: inner),
                    into: patches + columns.lowerBound, rowStride: inner, rows: pixels,
                    inner: geometry.outputChannels, columns: columns.count)
            }
            scatterWeightOrderPatches(patches, into: inputGradient, geometry)
        }
    }

    func weightGradient(
        _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
        into weightGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
    ) {
        let (pixels, inner) = (geometry.batch * geometry.outputPixels, geometry.patchCount)
        withWeightOrderPatches(of: input, geometry) { patches in
            Parallel.forEachChunk(of: 0..<inner, chunk: columnChunk) { columns in
                multiply(
                    MatrixOperand(outputGradient, rowStride: geometry.outputChannels, transposed: true),
                    MatrixOperand(patches + columns.lowerBound, rowStride: inner),
                    into: weightGradient + columns.lowerBound, rowStride: inner,
                    rows: geometry.outputChannels, inner: pixels, columns: columns.count)
            }
        }
    }
}

/// The columns of a weight in one piece of work; its rows are output channels.
private let columnChunk = 512

extension WeightOrderConvolution {
    /// Nil where transposing the weight is not more work than transposing the patches, or where nothing is
    /// transposed.
    ///
    /// A U-Net's step of one image at 128x128 takes 94 ms with this limit on two AVX-512 cores, 109 ms with
    /// half of it, 100 ms with four times as much, and 198 ms without this algorithm. A convolutional GAN's
    /// step of 16 images at 128x128 takes 6 % longer with it, but 943 MB of memory instead of 1,183.
    init?(suiting geometry: ConvolutionGeometry) {
        guard geometry.batch * geometry.outputPixels <= geometry.outputChannels,
            geometry.kernelPixels > 1, !geometry.patchesAreInput
        else { return nil }
    }
}

/// Calls `body` with the patches of all output pixels, each `[in, kernel]`.
private func withWeightOrderPatches(
    of input: UnsafePointer<Scalar>, _ geometry: ConvolutionGeometry, _ body: (UnsafePointer<Scalar>) -> Void
) {
    let inner = geometry.patchCount
    BufferPool.withScratch(geometry.batch * geometry.outputPixels * inner) { patches in
        Parallel.forEachUnchecked(geometry.batch * geometry.outputHeight) { piece in
            let (image, row) = (piece / geometry.outputHeight, piece % geometry.outputHeight)
            BufferPool.withScratch(geometry.outputWidth * inner) { gathered in
                loop_gather_patches(
                    gathered, input + image * geometry.inputImageCount, geometry.patchGeometry, row,
                    row + 1)
                for pixel in 0..<geometry.outputWidth {
                    loop_transpose(
                        patches + (piece * geometry.outputWidth + pixel) * inner, geometry.kernelPixels,
                        gathered + pixel * inner, geometry.inputChannels, geometry.kernelPixels,
                        geometry.inputChannels)
                }
            }
        }
        body(patches)
    }
}

/// The adjoint: adds every patch to the pixels that it was gathered from.
private func scatterWeightOrderPatches(
    _ patches: UnsafePointer<Scalar>, into input: UnsafeMutablePointer<Scalar>,
    _ geometry: ConvolutionGeometry
) {
    let inner = geometry.patchCount
    input.update(repeating: 0, count: geometry.batch * geometry.inputImageCount)
    Parallel.forEachUnchecked(geometry.batch) { image in
        BufferPool.withScratch(geometry.outputWidth * inner) { gathered in
            for row in 0..<geometry.outputHeight {
                let first = (image * geometry.outputHeight + row) * geometry.outputWidth
                for pixel in 0..<geometry.outputWidth {
                    loop_transpose(
                        gathered + pixel * inner, geometry.inputChannels, patches + (first + pixel) * inner,
                        geometry.kernelPixels, geometry.inputChannels, geometry.kernelPixels)
                }
                loop_scatter_patches(
                    input + image * geometry.inputImageCount, gathered, geometry.patchGeometry, row,
                    row + 1)
            }
        }
    }
}
