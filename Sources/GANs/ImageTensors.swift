import Images
import Tensors

extension Tensor {
    /// Images of one size as `[n, height, width, channels]` in [-1, 1].
    public init(_ images: [Image]) {
        let first = images[0]
        require(
            images.allSatisfy {
                ($0.width, $0.height, $0.channels) == (first.width, first.height, first.channels)
            }, "images of one tensor must be of one size")
        self.init(filling: [images.count, first.height, first.width, first.channels]) { buffer in
            for (index, image) in images.enumerated() {
                let start = index * image.pixels.count
                for place in image.pixels.indices {
                    buffer[start + place] = Scalar(2 * Int(image.pixels[place]) - 255) / 255
                }
            }
        }
    }
}
