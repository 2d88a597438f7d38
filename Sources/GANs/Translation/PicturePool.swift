import Tensors

/// Pictures that a generator made in earlier steps, which a discriminator is shown again now and then, so that
/// it does not forget them.
///
/// - Source: Shrivastava et al. 2017, "Learning from simulated and unsupervised images through adversarial
///   training", section 2.3; half of the pictures shown come from the pool as in Zhu et al. 2017.
package final class PicturePool {
    let capacity: Int
    /// Of a picture: `[size, size, channels]`.
    let format: [Int]
    /// Each `[1, size, size, channels]`.
    private(set) var pictures: [Tensor] = []

    init(capacity: Int, size: Int, channels: Int) {
        (self.capacity, format) = (capacity, [size, size, channels])
    }

    /// Whether a tensor of this shape can be its content.
    func holds(_ shape: [Int]) -> Bool {
        shape.count == 4 && shape[0] >= 1 && shape[0] <= capacity && Array(shape[1...]) == format
    }

    /// Puts pictures in, and gives as many to show: while there is room the same ones; then each of them, or in
    /// its place, with probability one half, one of the pool, which leaves it.
    ///
    /// - Shapes: `[n, h, w, channels]` to the same.
    func exchange(_ made: Tensor, _ random: inout RandomStream) -> Tensor {
        let shown = (0..<made.shape[0]).map { index in
            exchange(one: made.sliced(axis: 0, index..<index + 1), &random)
        }
        return Tensor.concatenated(shown, axis: 0)
    }

    private func exchange(one picture: Tensor, _ random: inout RandomStream) -> Tensor {
        if pictures.count < capacity {
            pictures.append(picture)
            return picture
        }
        guard capacity > 0, random.uniform() < 0.5 else { return picture }
        let place = min(Int(random.uniform() * Double(capacity)), capacity - 1)
        defer { pictures[place] = picture }
        return pictures[place]
    }

    /// All pictures in one tensor `[count, h, w, channels]`; nil where there is none.
    var content: Tensor? {
        get { pictures.isEmpty ? nil : Tensor.concatenated(pictures, axis: 0) }
        set {
            pictures =
                newValue.map { all in
                    (0..<all.shape[0]).map { all.sliced(axis: 0, $0..<$0 + 1) }
                } ?? []
        }
    }
}
