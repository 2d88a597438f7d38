import Images
import Tensors

/// Images that a generator made in earlier steps, which a discriminator is shown again now and then, so that
/// it does not forget them.
///
/// - Source: Shrivastava et al. 2017, "Learning from simulated and unsupervised images through adversarial
///   training", section 2.3; half of the images shown come from the pool as in Zhu et al. 2017.
public final class ImagePool {
    let capacity: Int
    /// Of an image: `[height, width, channels]`.
    let format: [Int]
    /// Each `[1, height, width, channels]`.
    private(set) var images: [Tensor] = []

    init(capacity: Int, size: ImageSize, channels: Int) {
        (self.capacity, format) = (capacity, [size.height, size.width, channels])
    }

    /// Whether a tensor of this shape can be its content.
    func holds(_ shape: [Int]) -> Bool {
        shape.count == 4 && shape[0] >= 1 && shape[0] <= capacity && Array(shape[1...]) == format
    }

    /// Puts images in, and gives as many to show: while there is room the same ones; then each of them, or in
    /// its place, with probability one half, one of the pool, which leaves it.
    ///
    /// - Shapes: `[n, h, w, channels]` to the same.
    func exchange(_ made: Tensor, _ random: inout RandomStream) -> Tensor {
        let shown = (0..<made.shape[0]).map { index in
            exchange(one: made.sliced(axis: 0, index..<index + 1), &random)
        }
        return Tensor.concatenated(shown, axis: 0)
    }

    private func exchange(one image: Tensor, _ random: inout RandomStream) -> Tensor {
        if images.count < capacity {
            images.append(image)
            return image
        }
        guard capacity > 0, random.uniform() < 0.5 else { return image }
        let place = random.integer(in: 0..<capacity)
        defer { images[place] = image }
        return images[place]
    }

    /// All images in one tensor `[count, h, w, channels]`; nil where there is none.
    var content: Tensor? {
        get { images.isEmpty ? nil : Tensor.concatenated(images, axis: 0) }
        set {
            images =
                newValue.map { all in
                    (0..<all.shape[0]).map { all.sliced(axis: 0, $0..<$0 + 1) }
                } ?? []
        }
    }
}
