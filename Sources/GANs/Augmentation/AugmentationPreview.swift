import Images
import Tensors

/// The same images under every augmentation, and under each of its parts alone.
package struct AugmentationPreview: Sendable {
    package struct Row: Sendable {
        package let name: String
        /// The transforms, in a few words.
        package let about: String
        package let images: [Image]
    }

    package let rows: [Row]

    /// - Parameters:
    ///   - images: at least one, of one size and of 1, 3 or 4 channels.
    ///   - seed: of what is drawn for each image.
    package init(of images: [Image], seed: UInt64 = 0) {
        let originals = Tensor(images)
        var number: UInt64 = 0
        func row(_ name: String, _ about: String, _ change: (Tensor, inout RandomStream) -> Tensor) -> Row {
            var random = RandomStream(seed: seed, purpose: .imageTransforms, index: number)
            number += 1
            return Row(name: name, about: about, images: GANs.images(change(originals, &random)))
        }
        func differentiable(_ name: String, _ about: String, _ policy: DifferentiablePolicy) -> Row {
            row(name, about) { policy.apply(to: $0, &$1).images }
        }
        func adaptive(
            _ name: String, _ about: String, _ transforms: AdaptiveTransforms, probability: Double = 1
        ) -> Row {
            row(name, about) { transforms.apply(to: $0, probability: probability, &$1).images }
        }
        rows = [
            row("images", "as they are") { images, _ in images },
            differentiable("color", "brightness, saturation and contrast", .color),
            differentiable("translation", "moved by up to an eighth", .translation),
            differentiable("cutout", "a quarter covered", .cutout),
            differentiable("differentiable", "the three together, as in training", .all),
            adaptive("mirroring", "left and right changed, of half of them", .mirroring),
            adaptive("quarter turns", "none to three of them", .quarterTurn),
            adaptive("whole shift", "by up to an eighth, in whole pixels", .wholeShift),
            adaptive("scale", "larger or smaller, by about a seventh", .scale),
            adaptive("rotation", "by any angle", .rotation),
            adaptive("stretch", "wider and lower or narrower and higher, by about a seventh", .stretch),
            adaptive("shift", "by about an eighth, in parts of pixels", .shift),
            adaptive("brightness", "more or less, by about a tenth of the range", .brightness),
            adaptive("contrast", "times or divided by about 1.4", .contrast),
            adaptive("luma flip", "light made dark with its hue, of half of them", .lumaFlip),
            adaptive("hue", "all colors turned alike", .hue),
            adaptive("saturation", "times or divided by about 2", .saturation),
            adaptive("adaptive 0.2", "each of the twelve above with probability 0.2", .all, probability: 0.2),
            adaptive("adaptive 0.5", "with probability 0.5", .all, probability: 0.5),
            adaptive("adaptive 1.0", "all of them, which training hardly ever comes to", .all),
        ]
    }
}
