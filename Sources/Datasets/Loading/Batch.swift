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
