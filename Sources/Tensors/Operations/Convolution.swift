import Kernels

/// The stride of a convolution, the same in both directions, and its padding.
public struct ConvolutionWindow: Hashable, Sendable {
    /// In pixels.
    public var stride: Int
    /// Zeros above and below, in pixels.
    public var verticalPadding: Int
    /// Zeros left and right, in pixels.
    public var horizontalPadding: Int

    /// - Parameters:
    ///   - stride: in pixels, at least 1.
    ///   - padding: zeros on each side, in pixels.
    public init(stride: Int = 1, padding: Int = 0) {
        self.init(stride: stride, verticalPadding: padding, horizontalPadding: padding)
    }

    /// - Parameters:
    ///   - stride: in pixels, at least 1.
    ///   - verticalPadding: zeros above and below, in pixels.
    ///   - horizontalPadding: zeros left and right, in pixels.
    public init(stride: Int = 1, verticalPadding: Int, horizontalPadding: Int) {
        require(
            stride >= 1 && verticalPadding >= 0 && horizontalPadding >= 0,
            "ConvolutionWindow: stride \(stride) and padding \(verticalPadding), \(horizontalPadding) are no "
                + "window")
        self.stride = stride
        self.verticalPadding = verticalPadding
        self.horizontalPadding = horizontalPadding
    }

    /// Output pixels along a direction: `floor((input + 2 padding - kernel) / stride) + 1`, none where the
    /// kernel does not fit.
    func outputExtent(_ input: Int, kernel: Int, padding: Int) -> Int {
        let room = input + 2 * padding - kernel
        return room < 0 ? 0 : room / stride + 1
    }
}

/// Convolution is a trilinear form in input, weight and output, whose three partial applications are each
/// other's derivatives.
extension Tensor {
    /// Cross-correlation of images with a weight.
    ///
    /// - Shapes: self `[n, h, w, c]`, weight `[k, c, kh, kw]`, result `[n, h', w', k]` with
    ///   `h' = floor((h + 2 padding - kh) / stride) + 1`, and the width alike.
    /// - Differentiable: to any order.
    public func convolved(with weight: Tensor, window: ConvolutionWindow = .init()) -> Tensor {
        require(
            shape.rank == 4 && weight.shape.rank == 4 && shape[3] == weight.shape[1],
            "convolved: images \(shape) and weight \(weight.shape) do not fit")
        let geometry = ConvolutionGeometry(
            input: shape, weight: weight.shape,
            output: [
                shape[0],
                window.outputExtent(shape[1], kernel: weight.shape[2], padding: window.verticalPadding),
                window.outputExtent(shape[2], kernel: weight.shape[3], padding: window.horizontalPadding),
                weight.shape[0],
            ], window)
        return convolved(with: weight, window, geometry)
    }

    /// Transposed convolution: the derivative of `convolved` in its input, as an operation of its own.
    ///
    /// - Shapes: self `[n, h, w, k]`, weight `[k, c, kh, kw]`, result `[n, h', w', c]` with
    ///   `h' = (h - 1) stride - 2 padding + kh + outputPadding`.
    /// - Differentiable: to any order.
    public func transposeConvolved(
        with weight: Tensor, window: ConvolutionWindow = .init(), outputPadding: Int = 0
    ) -> Tensor {
        require(
            shape.rank == 4 && weight.shape.rank == 4 && shape[3] == weight.shape[0],
            "transposeConvolved: images \(shape) and weight \(weight.shape) do not fit")
        require(
            (0..<max(1, window.stride)).contains(outputPadding),
            "transposeConvolved: outputPadding \(outputPadding) must be below the stride \(window.stride)")
        func extent(_ input: Int, _ kernel: Int, _ padding: Int) -> Int {
            max(0, (input - 1) * window.stride - 2 * padding + kernel + outputPadding)
        }
        let geometry = ConvolutionGeometry(
            input: [
                shape[0], extent(shape[1], weight.shape[2], window.verticalPadding),
                extent(shape[2], weight.shape[3], window.horizontalPadding), weight.shape[1],
            ], weight: weight.shape, output: shape, window)
        return convolutionInputGradient(with: weight, window, geometry)
    }

    /// The derivative of `convolved` in its weight, as an operation of its own.
    ///
    /// - Shapes: self `[n, h, w, c]`, outputGradient `[n, h', w', k]`, result `kernel`, `[k, c, kh, kw]`.
    /// - Differentiable: to any order.
    package func convolutionWeightGradient(
        of outputGradient: Tensor, kernel: Shape, window: ConvolutionWindow
    ) -> Tensor {
        convolutionWeightGradient(
            with: outputGradient, window,
            ConvolutionGeometry(input: shape, weight: kernel, output: outputGradient.shape, window))
    }

    private func convolved(
        with weight: Tensor, _ window: ConvolutionWindow, _ geometry: ConvolutionGeometry
    ) -> Tensor {
        let result = Storage(geometry.outputShape.count)
        convolve(pointer, weight.storage.convolutionWeight, into: result.pointer, geometry)
        return Tensor(
            result, geometry.outputShape, from: [self, weight],
            Operation(name: "convolved", as: .convolved(window), uses: [[.input(1)], [.input(0)]]) {
                backward in
                let g = backward.cotangent
                return [
                    backward.needs[0]
                        ? g.convolutionInputGradient(with: backward.input(1), window, geometry) : nil,
                    backward.needs[1]
                        ? backward.input(0).convolutionWeightGradient(with: g, window, geometry) : nil,
                ]
            })
    }

    private func convolutionInputGradient(
        with weight: Tensor, _ window: ConvolutionWindow, _ geometry: ConvolutionGeometry
    ) -> Tensor {
        let result = Storage(geometry.inputShape.count)
        Kernels.convolutionInputGradient(
            pointer, weight.storage.convolutionWeight, into: result.pointer, geometry)
        return Tensor(
            result, geometry.inputShape, from: [self, weight],
            Operation(
                name: "transposeConvolved", as: .transposeConvolved(window), uses: [[.input(1)], [.input(0)]]
            ) { backward in
                let g = backward.cotangent
                return [
                    backward.needs[0] ? g.convolved(with: backward.input(1), window, geometry) : nil,
                    backward.needs[1]
                        ? g.convolutionWeightGradient(with: backward.input(0), window, geometry) : nil,
                ]
            })
    }

    private func convolutionWeightGradient(
        with outputGradient: Tensor, _ window: ConvolutionWindow, _ geometry: ConvolutionGeometry
    ) -> Tensor {
        let result = Storage(geometry.weightShape.count)
        Kernels.convolutionWeightGradient(pointer, outputGradient.pointer, into: result.pointer, geometry)
        return Tensor(
            result, geometry.weightShape, from: [self, outputGradient],
            Operation(name: "convolution weight gradient", uses: [[.input(1)], [.input(0)]]) { backward in
                let g = backward.cotangent
                return [
                    backward.needs[0]
                        ? backward.input(1).convolutionInputGradient(with: g, window, geometry) : nil,
                    backward.needs[1] ? backward.input(0).convolved(with: g, window, geometry) : nil,
                ]
            })
    }
}

extension ConvolutionGeometry {
    fileprivate init(input: Shape, weight: Shape, output: Shape, _ window: ConvolutionWindow) {
        require(
            output[1] > 0 && output[2] > 0 && input[1] > 0 && input[2] > 0,
            "convolution: images \(input), weight \(weight), stride \(window.stride) and padding "
                + "\(window.verticalPadding), \(window.horizontalPadding) leave no pixel (\(output))")
        self.init(
            batch: input[0], inputHeight: input[1], inputWidth: input[2], inputChannels: input[3],
            outputHeight: output[1], outputWidth: output[2], outputChannels: output[3],
            kernelHeight: weight[2], kernelWidth: weight[3], strideHeight: window.stride,
            strideWidth: window.stride, paddingHeight: window.verticalPadding,
            paddingWidth: window.horizontalPadding)
    }

    fileprivate var inputShape: Shape { [batch, inputHeight, inputWidth, inputChannels] }
    fileprivate var outputShape: Shape { [batch, outputHeight, outputWidth, outputChannels] }
    fileprivate var weightShape: Shape { [outputChannels, inputChannels, kernelHeight, kernelWidth] }
}
