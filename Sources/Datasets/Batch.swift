import Kernels

/// Images ready for a training step.
public struct Batch: Sendable {
    /// In [-1, 1], count x height x width x channels.
    public let pixels: PixelBuffer
    /// Which of the data set's images these are.
    public let indices: [Int]
    /// Their classes; nil for a data set without.
    public let labels: [Int]?
    /// The stream's position after this batch: where a resumed run goes on.
    public let position: Int

    public var count: Int { indices.count }
}

/// Memory for a batch's pixels.
///
/// Unchecked: written by the one thread that prepares the batch, before anyone else sees it, and only
/// read after that.
public final class PixelBuffer: @unchecked Sendable {
    private let memory: UnsafeMutableBufferPointer<Scalar>

    init(count: Int) {
        memory = .allocate(capacity: count)
        memory.initialize(repeating: 0)
    }

    deinit { memory.deallocate() }

    public var count: Int { memory.count }
    public subscript(index: Int) -> Scalar { memory[index] }

    public func withUnsafeBufferPointer<Result>(
        _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        try body(UnsafeBufferPointer(memory))
    }

    /// Puts an image's samples at the `slot`-th place, scaled to [-1, 1]: (2 sample - 255) / 255, which
    /// takes 0 and 255 to exactly -1 and 1.
    func write(_ samples: UnsafeBufferPointer<UInt8>, slot: Int, format: ImageFormat, flipped: Bool) {
        let start = memory.baseAddress! + slot * format.byteCount
        guard flipped else {
            scale(samples.baseAddress!, to: start, count: samples.count)
            return
        }
        for row in 0..<format.height {
            let from = samples.baseAddress! + row * format.width * format.channels
            let to = start + row * format.width * format.channels
            for column in 0..<format.width {
                scale(
                    from + column * format.channels,
                    to: to + (format.width - 1 - column) * format.channels, count: format.channels)
            }
        }
    }
}

@inline(__always)
private func scale(_ samples: UnsafePointer<UInt8>, to output: UnsafeMutablePointer<Scalar>, count: Int) {
    for index in 0..<count {
        output[index] = Scalar(2 * Int32(samples[index]) - 255) / 255
    }
}
