import Kernels

extension Tensor {
    /// Pads images by themselves, as if they were repeated side by side and one above the other.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, h + 2 padding, w + 2 padding, c]`.
    /// - Differentiable: to any order.
    /// - Parameter padding: in pixels, at most height and width.
    public func circularlyPadded(by padding: Int) -> Tensor {
        require(
            shape.rank == 4 && padding >= 0 && padding <= min(shape[1], shape[2]),
            "circularlyPadded: images \(shape) cannot be continued by \(padding) pixels")
        if padding == 0 { return self }
        return [1, 2].reduce(self) { images, axis in
            let extent = images.shape[axis]
            let (start, end) = (
                images.sliced(axis: axis, 0..<padding), images.sliced(axis: axis, extent - padding..<extent)
            )
            return .concatenated([end, images, start], axis: axis)
        }
    }

    /// Images without some pixels at each edge.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, h - 2 margin, w - 2 margin, c]`.
    /// - Differentiable: to any order.
    /// - Parameter margin: in pixels, below half of height and width.
    public func trimmed(by margin: Int) -> Tensor {
        require(
            shape.rank == 4 && margin >= 0 && 2 * margin < min(shape[1], shape[2]),
            "trimmed: images \(shape) have no \(margin) pixels at each edge to spare")
        return [1, 2].reduce(self) { $0.sliced(axis: $1, margin..<$0.shape[$1] - margin) }
    }

    /// Pads images by reflection at their outermost pixels.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, h + 2 padding, w + 2 padding, c]`.
    /// - Differentiable: to any order.
    /// - Parameter padding: in pixels, below height and width.
    public func reflectionPadded(by padding: Int) -> Tensor {
        require(
            shape.rank == 4 && padding >= 0 && padding < min(shape[1], shape[2]),
            "reflectionPadded: images \(shape) cannot be continued by \(padding) pixels")
        if padding == 0 { return self }
        let geometry = ReflectionGeometry(
            images: shape[0], height: shape[1], width: shape[2], channels: shape[3], padding: padding)
        let target: Shape = [shape[0], shape[1] + 2 * padding, shape[2] + 2 * padding, shape[3]]
        let result = Storage(target.count)
        reflectionPad(pointer, into: result.pointer, geometry)
        return Tensor(
            result, target, from: [self],
            Operation(name: "reflectionPadded", as: .reflectionPadded(pixels: padding), uses: [[]]) {
                [$0.cotangent.foldedBack(geometry)]
            })
    }

    /// The adjoint of `reflectionPadded`.
    private func foldedBack(_ geometry: ReflectionGeometry) -> Tensor {
        let target: Shape = [geometry.images, geometry.height, geometry.width, geometry.channels]
        let result = Storage(target.count)
        reflectionPadAdjoint(pointer, into: result.pointer, geometry)
        return Tensor(
            result, target, from: [self],
            Operation(name: "reflectionPadded gradient", uses: [[]]) {
                [$0.cotangent.reflectionPadded(by: geometry.padding)]
            })
    }

    /// Rearranges channels as pixels: every pixel becomes `factor x factor`.
    ///
    /// Channel `c factor^2 + i factor + j` goes to row i and column j of channel c.
    ///
    /// - Shapes: `[n, h, w, c factor^2]` to `[n, h factor, w factor, c]`.
    /// - Differentiable: to any order.
    /// - Source: Shi et al. 2016, "Real-time single image and video super-resolution using an efficient
    ///   sub-pixel convolutional neural network", section 3.2.
    public func pixelShuffled(by factor: Int) -> Tensor {
        require(
            shape.rank == 4 && factor >= 1 && shape[3] % (factor * factor) == 0,
            "pixelShuffled: the channels of \(shape) do not fill \(factor)x\(factor) pixels")
        let (count, height, width) = (shape[0], shape[1], shape[2])
        let channels = shape[3] / (factor * factor)
        return ComputationTrace.composed(.pixelShuffled(factor: factor), of: self) {
            reshaped([count, height, width, channels, factor, factor]).transposed([0, 1, 4, 2, 5, 3])
                .reshaped([count, height * factor, width * factor, channels])
        }
    }

    /// `x` where positive, `slope x` elsewhere, with trainable slopes.
    ///
    /// - Shapes: self `[..., c]`, slope `[1]` or `[c]`.
    /// - Differentiable: to any order; the derivative at 0 is 0, and the second derivative in x is 0.
    public func leakyReLU(slopes: Tensor) -> Tensor { relu() - (-self).relu() * slopes }
}
