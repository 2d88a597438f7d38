import Dispatch
import Kernels
import Synchronization

/// Loads an endless stream of batches, each prepared on another thread while the previous one is used.
///
/// Of several processes that train together each has the pixels of its share alone; those of others are left as they
/// come. The batch at a position depends on the data set, the seed and the position alone: a loader that starts at
/// the position of a saved batch continues with the same bits. It is used from one thread.
public final class BatchLoader {
    /// The images.
    public let dataset: Dataset
    /// Images in a batch.
    public let batchSize: Int
    /// Whether each image is flipped horizontally with probability one half, each time it comes up.
    public let flip: Bool

    private var sampler: BatchSampler
    private var buffers: [PixelBuffer] = []
    private var ahead: Preparation
    // A serial queue of its own gets a thread even while parallel work keeps the shared ones busy.
    private let queue = DispatchQueue(label: "BatchLoader")

    /// - Parameter position: where in the stream to start: how many images were used before.
    public init(dataset: Dataset, batchSize: Int, seed: UInt64, flip: Bool = false, position: Int = 0) {
        precondition(batchSize > 0, "a batch holds at least one image")
        self.dataset = dataset
        self.batchSize = batchSize
        self.flip = flip
        sampler = BatchSampler(count: dataset.count, seed: seed)
        ahead = Preparation()
        ahead = prepare(from: position)
    }

    /// The next batch, whose memory is reused once the batch is released.
    public func next() -> Batch {
        let batch = ahead.wait()
        ahead = prepare(from: batch.position)
        return batch
    }

    /// Starts to prepare the batch at a position.
    private func prepare(from position: Int) -> Preparation {
        let positions = position..<position + batchSize
        let indices = positions.map { sampler.index(at: $0) }
        let flips = positions.map { flip && sampler.isFlipped(at: $0) }
        let buffer = freeBuffer()
        let preparation = Preparation()
        queue.async { [dataset] in
            for slot in Ranks.share(of: indices.count) {
                dataset.withPixels(at: indices[slot]) {
                    buffer.write($0, slot: slot, format: dataset.format, flipped: flips[slot])
                }
            }
            let labels = dataset.labels.map { all in indices.map { all[$0] } }
            preparation.finish(
                Batch(pixels: buffer, indices: indices, labels: labels, position: positions.upperBound))
        }
        return preparation
    }

    /// A buffer that no live batch holds: allocating fresh memory would cost more than filling it.
    private func freeBuffer() -> PixelBuffer {
        for place in buffers.indices where isKnownUniquelyReferenced(&buffers[place]) {
            return buffers[place]
        }
        let buffer = PixelBuffer(count: batchSize * dataset.format.byteCount)
        // Three are enough: one in use, one being prepared, one between them.
        if buffers.count < 3 { buffers.append(buffer) }
        return buffer
    }
}

/// A batch that another thread is preparing.
private final class Preparation: Sendable {
    private let batch = Mutex<Batch?>(nil)
    private let finished = DispatchSemaphore(value: 0)

    func finish(_ batch: Batch) {
        self.batch.withLock { $0 = batch }
        finished.signal()
    }

    func wait() -> Batch {
        finished.wait()
        return batch.withLock { $0! }
    }
}
