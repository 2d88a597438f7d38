import CLoops
import Kernels

extension Tensor {
    /// Adds noise to all channels, scaled by a strength for each channel, and a bias; then applies a leaky
    /// ReLU in the same pass.
    ///
    /// `v = x + noise strength + bias`; `y = v` where positive, `slope v` elsewhere.
    ///
    /// - Shapes: self `[n, h, w, c]`, noise `[n, h, w, 1]`, or `[1, h, w, 1]` for the same noise in all
    ///   images, strength and bias `[c]`.
    /// - Differentiable: to any order, but no gradient flows into the noise.
    /// - Parameter slope: of the leaky ReLU, at least 0; 1 leaves it out.
    public func noised(by noise: Tensor, strength: Tensor, bias: Tensor, slope: Scalar = 1) -> Tensor {
        require(
            shape.rank == 4 && noise.shape.rank == 4 && [1, shape[0]].contains(noise.shape[0])
                && noise.shape.dimensions.dropFirst() == [shape[1], shape[2], 1]
                && strength.shape == [shape[3]] && bias.shape == [shape[3]],
            "noised: activations \(shape) and \([noise, strength, bias].map(\.shape)) do not fit")
        require(slope >= 0, "noised: slope \(slope) is negative")
        let noise = noise.detached.broadcast(to: [shape[0], shape[1], shape[2], 1])
        let (channels, rows) = (shape[3], noise.shape.count)
        let output = Storage(shape.count)
        Parallel.forEachRows(of: rows, columns: channels) { part in
            let first = part.lowerBound * channels
            loop_noise_rows(
                output.pointer + first, pointer + first, noise.pointer + part.lowerBound, strength.pointer,
                bias.pointer, slope, part.count, channels)
        }
        let kept: [Operand] = slope == 1 ? [] : [.output]
        return Tensor(
            output, shape, from: [self, strength, bias, noise],
            Operation(
                name: "noised", as: .noised(slope: slope), uses: [kept, kept + [.input(3)], kept]
            ) { backward in
                let g = rectifierGradient(backward, slope)
                func strengthGradient() -> Tensor {
                    g.reshaped([rows, channels])
                        .matrixProduct(backward.input(3).reshaped([rows, 1]), transposingSelf: true)
                        .reshaped([channels])
                }
                return [
                    backward.needs[0] ? g : nil, backward.needs[1] ? strengthGradient() : nil,
                    backward.needs[2] ? g.summed(to: backward.inputShapes[2]) : nil, nil,
                ]
            })
    }
}
