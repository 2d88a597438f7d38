import TestSupport
import Testing

@testable import GANs

/// Images are augmented together with what they are conditioned on.
@Suite struct PairedAugmentationTests {
    private static func images(_ shape: Shape) -> Tensor {
        var random = RandomStream(seed: 1, purpose: .drawing)
        return Tensor.uniform(shape, from: &random) * 2 - 1
    }

    private static func augmented(
        _ augmentation: Augmentation, _ images: Tensor, beside condition: Tensor
    ) throws -> (images: Tensor, condition: Tensor) {
        var random = RandomStream(seed: 3, purpose: .imageTransforms)
        let result = augmentation.apply(to: images, beside: condition, probability: 0.8, random: &random)
        return (result.images, try #require(result.condition))
    }

    @Test func `a condition equal to its image stays equal under motions`() throws {
        let images = Self.images([6, 8, 6, 3])
        let result = try Self.augmented(
            .differentiable(policy: [.translation, .cutout]), images, beside: images)
        #expect(result.images.scalars != images.scalars)
        #expect(result.condition.scalars == result.images.scalars)

        var random = RandomStream(seed: 3, purpose: .imageTransforms)
        let motions: AdaptiveTransforms = [
            .mirroring, .quarterTurn, .wholeShift, .scale, .rotation, .stretch, .shift,
        ]
        let moved = motions.apply(to: images, beside: images, probability: 0.8, &random)
        #expect(moved.images.scalars != images.scalars)
        #expect(moved.condition?.scalars == moved.images.scalars)
    }

    @Test func `changes of color leave a condition alone`() throws {
        let (images, condition) = (Self.images([6, 8, 6, 3]), Self.images([6, 8, 6, 2]))
        let result = try Self.augmented(.differentiable(policy: .color), images, beside: condition)
        #expect(result.images.scalars != images.scalars)
        #expect(result.condition.scalars == condition.scalars)

        // One-hot labels stay so under whole motions, but for zeros that come in at the edges.
        let labels = Tensor.oneHot((0..<288).map { $0 * 7 % 5 }, classes: 5).reshaped([6, 8, 6, 5])
        let maps = try Self.augmented(.differentiable, images, beside: labels).condition
        #expect(Set(maps.scalars) == [0, 1] && maps.scalars != labels.scalars)
    }

    /// The condition takes no random numbers, so that models with and without one draw the same transforms.
    @Test(arguments: [Augmentation.differentiable, .adaptive])
    func `images are augmented as they are without a condition`(augmentation: Augmentation) throws {
        let images = Self.images([6, 8, 6, 3])
        var random = RandomStream(seed: 3, purpose: .imageTransforms)
        let alone = augmentation.apply(to: images, probability: 0.8, random: &random)
        let result = try Self.augmented(augmentation, images, beside: Self.images([6, 8, 6, 1]))
        #expect(result.images.scalars == alone.scalars)
    }
}
