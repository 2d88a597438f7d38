import Foundation

/// An algorithm for a convolution and its two gradients.
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

/// Computes `output = input * weight`, the cross-correlation that neural networks call convolution.
public func convolve(
    _ input: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
    into output: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    KernelTimes.add(to: .convolution, operations: geometry.operations) {
        geometry.algorithm.convolve(input, weight, into: output, geometry)
    }
}

/// The gradient of `convolve` in its input, given that in its output: the transposed convolution of
/// `outputGradient`.
public func convolutionInputGradient(
    _ outputGradient: UnsafePointer<Scalar>, _ weight: ConvolutionWeight,
    into inputGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    KernelTimes.add(to: .convolution, operations: geometry.operations) {
        geometry.algorithm.inputGradient(outputGradient, weight, into: inputGradient, geometry)
    }
}

/// The gradient of `convolve` in its weight, given that in its output.
public func convolutionWeightGradient(
    _ input: UnsafePointer<Scalar>, _ outputGradient: UnsafePointer<Scalar>,
    into weightGradient: UnsafeMutablePointer<Scalar>, _ geometry: ConvolutionGeometry
) {
    KernelTimes.add(to: .convolution, operations: geometry.operations) {
        geometry.algorithm.weightGradient(input, outputGradient, into: weightGradient, geometry)
    }
}

extension ConvolutionGeometry {
    /// The multiplications and additions of the direct algorithm, for each of the three kernels.
    package var operations: Double { 2 * Double(batch * outputPixels) * Double(weightCount) }

    /// The algorithm for these extents.
    var algorithm: any ConvolutionAlgorithm {
        if forcesPatches { return PatchConvolution() }
        if let algorithm = WeightOrderConvolution(suiting: self) { return algorithm }
        return WinogradConvolution(suiting: self) ?? PatchConvolution()
    }
}

/// `GAN_CONVOLUTION=im2col` selects `PatchConvolution` everywhere, for comparison.
private let forcesPatches = ProcessInfo.processInfo.environment["GAN_CONVOLUTION"] == "im2col"

/// A weight `[outputChannels, inputChannels, kernelHeight, kernelWidth]` and its prepared forms.
public struct ConvolutionWeight {
    /// The scalars of the weight.
    public let pointer: UnsafePointer<Scalar>
    /// The prepared forms of these scalars.
    public let forms: ConvolutionWeightForms

    /// - Parameter forms: of these scalars; new ones whenever the scalars change.
    public init(_ pointer: UnsafePointer<Scalar>, forms: ConvolutionWeightForms) {
        self.pointer = pointer
        self.forms = forms
    }
}

/// Forms of a weight that algorithms prepare, kept until the weight changes.
///
/// Whoever changes the weight drops them, when no other thread uses them.
public final class ConvolutionWeightForms {
    enum Form: Hashable {
        case patches
        case winograd(WinogradConvolution)
    }

    private var prepared: [Form: PooledBuffer] = [:]
    /// Held while a form is looked for or made: shards of a batch share weights.
    private let preparing = NSLock()

    /// Creates an empty set of forms.
    public init() {}

    /// The form, prepared by `fill` if it is not there yet.
    func prepared(
        _ form: Form, count: Int, _ fill: (UnsafeMutablePointer<Scalar>) -> Void
    ) -> UnsafePointer<Scalar> {
        preparing.lock()
        defer { preparing.unlock() }
        if let buffer = prepared[form] { return UnsafePointer(buffer.pointer) }
        let buffer = PooledBuffer(count)
        fill(buffer.pointer)
        prepared[form] = buffer
        return UnsafePointer(buffer.pointer)
    }
}
