import Images
import Tensors

extension ImageSize {
    /// Of images `[n, height, width, channels]`.
    init(of images: Tensor) { self.init(width: images.shape[2], height: images.shape[1]) }
}

extension Tensor {
    /// Images of one size as `[n, height, width, channels]` in [-1, 1].
    public init(_ images: [Image]) {
        let first = images[0]
        require(
            images.allSatisfy {
                ($0.width, $0.height, $0.channels) == (first.width, first.height, first.channels)
            }, "images of one tensor must be of one size")
        self.init(
            bytes: images.flatMap(\.pixels), shape: [images.count, first.height, first.width, first.channels])
    }
}
