import Images
import Networks
import Tensors

/// The means of VGG19's last 512 channels, after the rectifier.
///
/// Images keep their size where both sides are 32 to 224 pixels, the size that the network was trained with;
/// others are brought there.
///
/// - Source: Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image
///   recognition".
public struct VGG19FeatureNetwork: FeatureNetwork {
    private let network: VGG19Features

    /// - Parameter path: a safetensors file of torchvision's `vgg19`.
    /// - Throws: `ConfigurationError`, of the setting `features`, if the file cannot be read or does not
    ///   hold all weights.
    public init(path: String) throws(ConfigurationError) {
        do throws(ConfigurationError) { network = try VGG19Weights(path: path).network() } catch {
            throw ConfigurationError("features", "vgg19 \(path)", error.requirement)
        }
    }

    /// What it is called in a report.
    public var name: String { "VGG19" }
    /// Numbers of each feature vector.
    public var dimension: Int { VGG19Features.widths[VGG19Features.widths.count - 1] }
    /// Images that go through it together.
    public var atATime: Int { 8 }

    /// The image with sides of 32 to 224 pixels.
    public func prepared(_ image: Image) -> Image {
        image.resized(width: min(max(image.width, 32), 224), height: min(max(image.height, 32), 224))
    }

    /// - Shapes: `[n, h, w, 3]` in [-1, 1] to `[n, 512]`.
    public func features(of images: Tensor) -> Tensor {
        network(images, .inference).relu().mean(axes: [1, 2])
    }
}
