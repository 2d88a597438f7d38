import Images
import Tensors

extension Tensor {
    /// Pictures of one size as `[n, height, width, channels]` in [-1, 1].
    public init(_ pictures: [Picture]) {
        let first = pictures[0]
        require(
            pictures.allSatisfy {
                ($0.width, $0.height, $0.channels) == (first.width, first.height, first.channels)
            }, "pictures of one tensor must be of one size")
        self.init(filling: [pictures.count, first.height, first.width, first.channels]) { buffer in
            for (index, picture) in pictures.enumerated() {
                let start = index * picture.pixels.count
                for place in picture.pixels.indices {
                    buffer[start + place] = Scalar(2 * Int(picture.pixels[place]) - 255) / 255
                }
            }
        }
    }
}
