import Images
import Networks
import Tensors

/// Training that begins with images of 4x4 and doubles their size again and again, each time fading the new
/// layers in.
///
/// The first resolution stays for a phase; each further one is faded in during a phase and stays for one, and the
/// last stays to the end. Batches of smaller images are larger, and both optimizers begin anew with each
/// resolution.
///
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 2 and appendix A: 600,000 images in a
///   phase; batches four times as large up to a quarter of the size.
public struct Growth: Codable, Hashable, Sendable {
    /// Training images in a phase.
    public var phaseImages: Int

    /// Growth with phases of so many images.
    public init(phaseImages: Int) { self.phaseImages = phaseImages }

    /// Phases that take half of a training of so many images, or steps of the full size's batch.
    public init(size: ImageSize, batchSize: Int, images: Double? = nil, steps: Double? = nil) {
        let size = size.doubledSide
        let resolutions = Array(sequence(first: 4) { $0 < size ? 2 * $0 : nil })
        // The first resolution has one phase before the last resolution stays, each between two, the last one.
        let phases = resolutions.map { $0 == 4 || $0 == size ? 1.0 : 2 }
        let (count, share) = (
            phases.reduce(0, +),
            zip(phases, resolutions).reduce(0) { $0 + $1.0 / Double(Growth.batchFactor($1.1, size: size)) }
        )
        let half =
            if let images { images / 2 / count } else {
                (steps ?? 0) * Double(batchSize) / 2 / share
            }
        phaseImages = max(1, Int(half))
    }

    /// How many times larger a batch of images of some resolution is than one of the full size. Both are told by the
    /// sides that they have in squares.
    static func batchFactor(_ resolution: Int, size: Int) -> Int { min(4, size / resolution) }

    /// Where a training of images of a size stands, which is told by the side that it has in squares.
    func stage(size: Int, imagesSeen: Int) -> GrowthStage {
        var (resolution, phase) = (4, imagesSeen / phaseImages)
        let fade = Double(imagesSeen % phaseImages) / Double(phaseImages)
        while phase >= 1 && resolution < size {
            resolution *= 2
            if phase == 1 { return GrowthStage(resolution: resolution, fade: fade) }
            phase -= 2
        }
        return GrowthStage(resolution: resolution, fade: 1)
    }
}

/// The resolution of a growing network, and how far it is faded in.
public struct GrowthStage: Hashable, Sendable {
    /// Width and height of the images, in pixels; of images that are no squares, of the squares that are doubled as
    /// often.
    public let resolution: Int
    /// How far the resolution is faded in, up to 1.
    public let fade: Double

    /// A stage of growth.
    public init(resolution: Int, fade: Double) { (self.resolution, self.fade) = (resolution, fade) }

    /// Images of the full size as they are at this stage: smaller, and while the resolution is faded in,
    /// blended with themselves at half of it.
    ///
    /// - Shapes: `[n, size, size, c]` to `[n, resolution, resolution, c]`, of squares.
    public func shown(_ images: Tensor) -> Tensor {
        var images = images
        while ImageSize(of: images).doubledSide > resolution { images = images.averagePooled() }
        guard fade < 1 else { return images }
        return blended(images.averagePooled().upsampled(), into: images)
    }

    /// What was there before, and what is faded in.
    func blended(_ old: Tensor, into new: Tensor) -> Tensor {
        old * Scalar(1 - fade) + new * Scalar(fade)
    }
}

/// A network that knows its stage, as part of its state.
protocol GrowingNetwork: Module {
    /// `[2]`: resolution and fade; nil of a network that does not grow.
    var growth: Buffer? { get }
    /// From 4x4 on.
    var resolutions: [Int] { get }
}

extension GrowingNetwork {
    /// The last stage where the state is none that training makes.
    var stage: GrowthStage {
        get {
            let last = GrowthStage(resolution: resolutions[resolutions.count - 1], fade: 1)
            guard let numbers = growth?.value.scalars,
                let resolution = resolutions.first(where: { Scalar($0) == numbers[0] }),
                (0...1).contains(numbers[1]), resolution > 4 || numbers[1] == 1
            else { return last }
            return GrowthStage(resolution: resolution, fade: Double(numbers[1]))
        }
        set {
            growth?.value.withMutableScalars {
                ($0[0], $0[1]) = (Scalar(newValue.resolution), Scalar(newValue.fade))
            }
        }
    }
}
