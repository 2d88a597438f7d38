import Datasets
import Images
import Tensors

/// Inputs of networks that translate: images in [-1, 1], or label maps, one-hot.
extension TranslationModelConfiguration {
    /// How images that come in are brought to another size.
    var resampling: Resampling { labels == nil ? .smooth : .nearest }

    /// An image, or a label map of one channel with labels that are known.
    ///
    /// - Shapes: `[1, h, w, channels]` as above.
    func input(_ image: Image) -> Tensor {
        guard let labels else { return Tensor([image]) }
        return Tensor.oneHot(image.pixels.map { Int($0) }, classes: labels.count)
            .reshaped([1, image.height, image.width, labels.count])
    }

    /// Inputs as images for sheets: labels in their colors.
    func images(ofInputs inputs: Tensor) -> [Image] {
        guard let labels else { return GANs.images(inputs) }
        let (count, height, width) = (inputs.shape[0], inputs.shape[1], inputs.shape[2])
        let places = inputs.reshaped([count * height * width, labels.count]).argmaxOfRows()
        return (0..<count).map { index in
            let map = places[index * height * width..<(index + 1) * height * width].map { UInt8($0) }
            return Image(width: width, height: height, channels: 1, pixels: map)
                .colored(palette: labels.palette)
        }
    }
}
