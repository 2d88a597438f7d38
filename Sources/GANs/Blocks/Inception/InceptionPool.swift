import Kernels
import Networks
import Tensors

/// Pooling by 3x3: with stride 1 it keeps the size, and pixels outside the image take no part; with stride 2
/// it takes whole neighborhoods alone.
///
/// - Shapes: `[n, h, w, c]` to the same, or to `[n, floor((h - 3) / 2) + 1, floor((w - 3) / 2) + 1, c]`.
/// - Differentiable: no.
final class InceptionPool: Layer, Sendable {
    /// What becomes of the pixels.
    enum Kind: Sendable { case mean, largest }

    private let kind: Kind
    private let stride: Int

    init(_ kind: Kind, stride: Int = 1) { (self.kind, self.stride) = (kind, stride) }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        let (height, width, channels) = (input.shape[1], input.shape[2], input.shape[3])
        let (first, rows, columns) =
            stride == 1 ? (-1, height, width) : (0, (height - 3) / stride + 1, (width - 3) / stride + 1)
        return Tensor(filling: [input.shape[0], rows, columns, channels]) { target in
            input.withScalars { source in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                Parallel.forEachRows(of: input.shape[0] * rows, columns: 9 * columns * channels) { part in
                    for row in part {
                        let image = source + row / rows * height * width * channels
                        let top = row % rows * stride + first
                        let ys = max(0, top)..<min(height, top + 3)
                        for column in 0..<columns {
                            let left = column * stride + first
                            let xs = max(0, left)..<min(width, left + 3)
                            pool(
                                image, width, channels, ys, xs,
                                into: target + (row * columns + column) * channels)
                        }
                    }
                }
            }
        }
    }

    private func pool(
        _ image: UnsafePointer<Scalar>, _ width: Int, _ channels: Int, _ ys: Range<Int>, _ xs: Range<Int>,
        into result: UnsafeMutablePointer<Scalar>
    ) {
        var isFirst = true
        for y in ys {
            for x in xs {
                let pixel = image + (y * width + x) * channels
                switch (isFirst, kind) {
                case (true, _): result.update(from: pixel, count: channels)
                case (false, .mean): for channel in 0..<channels { result[channel] += pixel[channel] }
                case (false, .largest):
                    for channel in 0..<channels { result[channel] = max(result[channel], pixel[channel]) }
                }
                isFirst = false
            }
        }
        if kind == .mean {
            let share = 1 / Scalar(ys.count * xs.count)
            for channel in 0..<channels { result[channel] *= share }
        }
    }
}
