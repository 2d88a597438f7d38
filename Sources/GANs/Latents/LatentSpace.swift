import Foundation
import Images
import Networks
import Tensors

/// The latents of a trained generator: how seeds become latents, how latents become images, and what
/// shape the space has that they lie in.
///
/// Whatever walks through latents, calculates with them or searches them goes through here, so that a space
/// of another kind, such as the styles of a style-based generator, needs only another initializer.
public struct LatentSpace {
    /// How the latents are distributed.
    public enum Geometry: Sendable {
        /// Independent standard normal numbers. Of many, the root mean square is close to 1: latents lie near
        /// a sphere, which straight lines between them leave.
        case sphere
        /// No distance from the origin is special.
        case flat
    }

    /// The kind of the numbers, so that one is not taken for the other.
    public enum Content: String, CaseIterable, Sendable { case latents, styles }

    /// Numbers in a latent.
    public let size: Int
    /// How the latents are distributed.
    public let geometry: Geometry
    /// The kind of the numbers.
    public let content: Content
    /// Many of the space, which tell how far it reaches along a direction; nil where every direction has a
    /// standard deviation of 1.
    let examples: Tensor?
    /// What a number of 1 is in the network's own numbers.
    package let scale: Scalar
    private let draw: ([UInt64]) -> Tensor
    private let generate: (Tensor) -> Tensor

    /// - Parameters:
    ///   - examples: `[n, size]`, of a space whose numbers are not independent and standard normal.
    ///   - scale: what a number of 1 is in the network's own numbers.
    ///   - draw: latents `[seeds, size]`; the same seed gives the same latent, whatever stands beside it.
    ///   - generate: from latents `[n, size]` to images `[n, height, width, channels]` in [-1, 1],
    ///     differentiable.
    public init(
        size: Int, geometry: Geometry, content: Content = .latents, examples: Tensor? = nil,
        scale: Scalar = 1,
        draw: @escaping ([UInt64]) -> Tensor, generate: @escaping (Tensor) -> Tensor
    ) {
        (self.size, self.geometry, self.content, self.examples) = (size, geometry, content, examples)
        (self.scale, self.draw, self.generate) = (scale, draw, generate)
    }

    /// The space that a generator's training drew from.
    ///
    /// - Parameter label: the class of all images, of a class-conditional generator.
    public init(_ trained: TrainedGenerator, label: Int? = nil) {
        let (configuration, generator) = (trained.configuration, trained.generator)
        self.init(size: configuration.latentSize, geometry: .sphere) { seeds in
            GANs.latents(seeds: seeds, latentSize: configuration.latentSize)
        } generate: { latents in
            let labels = label.map { [Int](repeating: $0, count: latents.shape[0]) }
            return generator(latents, .inference(labels: configuration.oneHot(labels)))
        }
    }

    /// - Shapes: `[seeds, size]`
    public func latents(seeds: [UInt64]) -> Tensor { draw(seeds) }

    /// Images of a few latents, made at once and not rounded to bytes.
    ///
    /// - Shapes: latents `[n, size]` to `[n, height, width, channels]` in [-1, 1].
    /// - Differentiable: to the first order, in the latents.
    public func tensor(of latents: Tensor) -> Tensor { generate(latents) }

    /// Makes the images of latents, some at a time so that memory stays small, and hands them on in order.
    public func forEachImage(
        of latents: Tensor, _ body: (_ index: Int, _ image: Image) throws -> Void
    ) rethrows {
        for chosen in (0..<latents.shape[0]).pieces(of: LatentSpace.atATime) {
            let made = GANs.images(generate(latents.sliced(axis: 0, chosen)))
            for (index, image) in zip(chosen, made) { try body(index, image) }
        }
    }

    /// The images of latents, made some at a time.
    public func images(of latents: Tensor) -> [Image] {
        var images: [Image] = []
        forEachImage(of: latents) { _, image in images.append(image) }
        return images
    }

    /// Images that are made together.
    static let atATime = 64
}

extension LatentSpace {
    /// The direction from the mean of some latents to the mean of others, as long as one standard deviation of
    /// the space along it: 1 where the numbers are standard normal.
    ///
    /// - Shapes: both `[n, size]`, of any n, to `[1, size]`.
    /// - Returns: nil where the means agree.
    public func direction(from others: Tensor, to examples: Tensor) -> Tensor? {
        let difference =
            examples.mean(axes: [0], keepingAxes: true) - others.mean(axes: [0], keepingAxes: true)
        let length = difference.squared().sum().squareRoot().scalar
        guard length > 1e-6 else { return nil }
        let unit = difference / length
        return unit * deviation(along: unit)
    }

    /// - Parameter unit: `[1, size]`, of length 1.
    private func deviation(along unit: Tensor) -> Scalar {
        guard let examples else { return 1 }
        let places = examples.matrixProduct(unit, transposingOther: true)
        return (places - places.mean()).squared().mean().squareRoot().scalar
    }
}

extension Tensor {
    /// The rows of a matrix.
    var rows: [[Scalar]] {
        withScalars { scalars in
            (0..<shape[0]).map { Array(scalars[$0 * shape[1]..<($0 + 1) * shape[1]]) }
        }
    }
}

extension Range<Int> {
    /// Successive ranges of at most so many numbers that cover this one.
    func pieces(of count: Int) -> [Range<Int>] {
        stride(from: lowerBound, to: upperBound, by: count).map {
            $0..<Swift.min(upperBound, $0 + count)
        }
    }
}
