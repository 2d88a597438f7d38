/// The extents of a 2-D convolution of channels-last images.
///
/// Three kernels share them, each the derivative of the other two: `convolve`, `convolutionInputGradient`
/// (which is also the transposed convolution) and `convolutionWeightGradient`.
///
/// - Shapes: input `[batch, inputHeight, inputWidth, inputChannels]`, weight
///   `[outputChannels, inputChannels, kernelHeight, kernelWidth]`, output
///   `[batch, outputHeight, outputWidth, outputChannels]`.
public struct ConvolutionGeometry: Hashable, Sendable {
    /// Images in the batch.
    public var batch: Int
    public var inputHeight, inputWidth, inputChannels: Int
    public var outputHeight, outputWidth, outputChannels: Int
    public var kernelHeight, kernelWidth: Int
    public var strideHeight, strideWidth: Int
    public var paddingHeight, paddingWidth: Int

    /// Creates a geometry from its extents, all in pixels.
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
    var patchCount: Int { kernelPixels * inputChannels }
    var kernelPixels: Int { kernelHeight * kernelWidth }
    var inputImageCount: Int { inputHeight * inputWidth * inputChannels }
    var outputPixels: Int { outputHeight * outputWidth }
    var weightCount: Int { outputChannels * patchCount }
}
