import Foundation

/// A way to compute a convolution and its two gradients.
///
/// The three are one trilinear form, so an algorithm is its forward pass and the two adjoints of it.
protocol ConvolutionAlgorithm: Sendable {
    func convolve(
        _ input: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
        into output: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry)

    func inputGradient(
        _ outputGradient: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
        into inputGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry)

    func weightGradient(
        _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
        into weightGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry)
}

/// `output = input * weight` (cross-correlation, as the field calls convolution).
public func convolve(
    _ input: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
    into output: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    KernelTimes.add(to: .convolution, operations: geometry.operations) {
        geometry.algorithm.convolve(input, weight, into: output, geometry)
    }
}

/// The derivative of `convolve` in its input, applied to an output's gradient; also the transposed
/// convolution of `outputGradient`.
public func convolutionInputGradient(
    _ outputGradient: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
    into inputGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    KernelTimes.add(to: .convolution, operations: geometry.operations) {
        geometry.algorithm.inputGradient(outputGradient, weight, into: inputGradient, geometry)
    }
}

/// The derivative of `convolve` in its weight, applied to an output's gradient.
public func convolutionWeightGradient(
    _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
    into weightGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    KernelTimes.add(to: .convolution, operations: geometry.operations) {
        geometry.algorithm.weightGradient(input, outputGradient, into: weightGradient, geometry)
    }
}

extension ConvolutionGeometry {
    /// Multiplications and additions of the direct way, for each of the three kernels.
    package var operations: Double { 2 * Double(batch * outputPixels) * Double(weightCount) }

    /// The algorithm for these extents.
    var algorithm: any ConvolutionAlgorithm {
        if forcesPatches { return PatchConvolution() }
        if let algorithm = WeightOrderConvolution(suiting: self) { return algorithm }
        return WinogradConvolution(suiting: self) ?? PatchConvolution()
    }
}

/// `GAN_CONVOLUTION=im2col` takes patches everywhere, for comparison.
private let forcesPatches = ProcessInfo.processInfo.environment["GAN_CONVOLUTION"] == "im2col"

/// A weight `[outputChannels, inputChannels, kernelHeight, kernelWidth]` and what algorithms made of it.
public struct ConvolutionWeight {
    public let pointer: UnsafePointer<Scalar>
    public let forms: ConvolutionWeightForms

    public init(_ pointer: UnsafePointer<Scalar>, forms: ConvolutionWeightForms) {
        self.pointer = pointer
        self.forms = forms
    }
}

/// Forms of a weight that algorithms compute with, kept for as long as the weight does not change: whoever
/// changes it drops them. Used by one thread at a time.
public final class ConvolutionWeightForms {
    enum Form: Hashable {
        case patches
        case winograd(WinogradConvolution)
    }

    private var prepared: [Form: PooledBuffer] = [:]

    public init() {}

    /// The form, prepared by `fill` if it is not there yet.
    func prepared(
        _ form: Form, count: Int, _ fill: (UnsafeMutablePointer<Scalar>) -> Void
    ) -> UnsafePointer<Scalar> {
        if let buffer = prepared[form] { return UnsafePointer(buffer.pointer) }
        let buffer = PooledBuffer(count)
        fill(buffer.pointer)
        prepared[form] = buffer
        return UnsafePointer(buffer.pointer)
    }
}
