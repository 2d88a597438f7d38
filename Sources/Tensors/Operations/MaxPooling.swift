import CLoops
import Kernels

extension Tensor {
    /// Max pooling by 2x2; the last row or column of an odd extent is dropped.
    ///
    /// Of equal pixels the first one counts, which alone has a gradient.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
    /// - Differentiable: to any order; the second derivative is 0 everywhere.
    public func maxPooled() -> Tensor {
        require(shape.rank == 4, "maxPooled: shape \(shape) is not [n, h, w, c]")
        return Tensor(
            picked(whereLargest: self), pooledShape, from: [self],
            Operation(name: "maxPooled", as: .maxPooled, uses: [[.input(0)]]) { backward in
                [backward.cotangent.placed(whereLargest: backward.input(0).detached)]
            })
    }

    /// Gathering scalars at the positions of another tensor's maxima is linear, and so is its adjoint: each
    /// is the gradient of the other.
    private func pickedLinearly(whereLargest chooser: Tensor) -> Tensor {
        Tensor(
            picked(whereLargest: chooser), pooledShape, from: [self, chooser],
            Operation(name: "maxPooled picking", uses: [[.input(1)], []]) { backward in
                [backward.cotangent.placed(whereLargest: backward.input(1)), nil]
            })
    }

    private func placed(whereLargest chooser: Tensor) -> Tensor {
        let (height, width, channels) = (chooser.shape[1], chooser.shape[2], chooser.shape[3])
        // The last row or column of an odd extent is not written to.
        let result = Tensor.zeros(chooser.shape).storage
        Parallel.forEachRows(of: shape[0] * shape[1], columns: 2 * width * channels) { part in
            for row in part {
                let first = (row / shape[1] * height + row % shape[1] * 2) * width * channels
                loop_place_at_largest(
                    result.pointer + first, pointer + row * shape[2] * channels, chooser.pointer + first,
                    width, channels)
            }
        }
        return Tensor(
            result, chooser.shape, from: [self, chooser],
            Operation(name: "maxPooled gradient", uses: [[.input(1)], []]) { backward in
                [backward.cotangent.pickedLinearly(whereLargest: backward.input(1)), nil]
            })
    }

    private func picked(whereLargest chooser: Tensor) -> Storage {
        let (height, width, channels) = (shape[1], shape[2], shape[3])
        let result = Storage(pooledShape.count)
        Parallel.forEachRows(of: shape[0] * (height / 2), columns: 2 * width * channels) { part in
            for row in part {
                let first = (row / (height / 2) * height + row % (height / 2) * 2) * width * channels
                loop_pick_largest(
                    result.pointer + row * (width / 2) * channels, pointer + first, chooser.pointer + first,
                    width, channels)
            }
        }
        return result
    }

    private var pooledShape: Shape { [shape[0], shape[1] / 2, shape[2] / 2, shape[3]] }
}
