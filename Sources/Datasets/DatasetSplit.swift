import Kernels

extension Dataset {
    /// Splits off held-out images, which training does not see.
    ///
    /// Both parts share the pixels, the format and the names of classes, and keep the order of the images.
    ///
    /// The split is stratified: every image is equally likely to be held out, and each class gives its share,
    /// up to one image. Classes are laid end to end, each in a random order, and images are taken at equal
    /// distances from a random start.
    ///
    /// - Parameter heldOut: how many, from 0 to all but one.
    public func split(heldOut: Int, seed: UInt64) -> (training: Dataset, heldOut: Dataset) {
        precondition((0..<count).contains(heldOut), "\(heldOut) of \(count) images cannot be held out")
        var random = RandomStream(seed: seed, purpose: .heldOutImages)
        var order = random.permutation(of: count)
        if let labels {
            let byClass = Dictionary(grouping: order) { labels[$0] }
            order = classNames.indices.flatMap { byClass[$0] ?? [] }
        }
        let start = random.uniform()
        let taken = Set(
            (0..<heldOut).map { taken in
                // Rounding could reach the end.
                order[min(Int((start + Double(taken)) * Double(count) / Double(heldOut)), count - 1)]
            })
        let indices = 0..<count
        return (
            Dataset(indices.filter { !taken.contains($0) }, of: self),
            Dataset(indices.filter(taken.contains), of: self)
        )
    }

    /// The suggested number of held-out images: a tenth, at most 500, and none of fewer than 20 images, which
    /// would measure little and be missed in training.
    public static func suggestedHeldOut(images: Int) -> Int {
        images < 20 ? 0 : min(images / 10, 500)
    }
}
