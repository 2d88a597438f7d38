import Kernels

/// A batch of images for a training step.
public struct Batch: Sendable {
    /// The pixels in [-1, 1], `[count, height, width, channels]`.
    public let pixels: PixelBuffer
    /// The indices of these images in the data set.
    public let indices: [Int]
    /// Their classes; nil for a data set without classes.
    public let labels: [Int]?
    /// The position in the stream after this batch, where a resumed run continues.
    public let position: Int

    /// How many images there are.
    public var count: Int { indices.count }
}

/// The memory of a batch's pixels.
///
/// Unchecked: it is written only by the thread that prepares the batch, before any other thread sees it.
public final class PixelBuffer: @unchecked Sendable {
    private let memory: UnsafeMutableBufferPointer<Scalar>

    init(count: Int) {
        memory = .allocate(capacity: count)
        memory.initialize(repeating: 0)
    }

    deinit { memory.deallocate() }

    /// The number of scalars.
    public var count: Int { memory.count }
    /// One of the scalars.
    public subscript(index: Int) -> Scalar { memory[index] }

    /// Calls `body` with all scalars.
    public func withUnsafeBufferPointer<Result>(
        _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        try body(UnsafeBufferPointer(memory))
    }

    /// Writes an image as the `slot`-th of the batch, in [-1, 1].
    func write(_ samples: UnsafeBufferPointer<UInt8>, slot: Int, format: ImageFormat, flipped: Bool) {
        let start = memory.baseAddress! + slot * format.byteCount
        guard flipped else { return convertToSigned(samples.baseAddress!, into: start, count: samples.count) }
        let (width, channels) = (format.width, format.channels)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: samples.count) { mirrored in
            for row in 0..<format.height {
                for column in 0..<width {
                    let (from, to) = (row * width + column, row * width + width - 1 - column)
                    for channel in 0..<channels {
                        mirrored[to * channels + channel] = samples[from * channels + channel]
                    }
                }
            }
            convertToSigned(mirrored.baseAddress!, into: start, count: samples.count)
        }
    }
}
