import Foundation
import GANs

/// How images are made of points.
struct SynthesisSettings: Codable, Hashable, Sendable {
    /// How much of a style's distance from the mean style is kept; 1 all.
    var truncation = 1.0
    /// Layers that this is done for, from the coarsest; nil for as many as the model was published with.
    var cutoff: Int?
    /// Whether layers add their noise.
    var noise = true
}

/// A generator with the space that points lie in: styles where it has them, or else latents.
@Compute
final class LatentPlayground {
    let space: LatentSpace
    /// Layers that take a style of their own; 1 without styles.
    let layerCount: Int
    /// What photos are brought to.
    let imageFormat: ImageFormat
    let styles: (any StyleGenerator)?
    /// The class of all images, of a class-conditional generator.
    let label: Int?
    /// Where its images come from; nil of a generator that no file holds.
    let origin: ImageOrigin?
    private let configuration: any LatentModelConfiguration
    /// Directions that were found, which cost a look at many latents.
    private var directions: [String: Tensor] = [:]

    init(_ trained: TrainedGenerator, label: Int?, origin: ImageOrigin? = nil) {
        space = LatentSpace(stylesOf: trained, label: label) ?? LatentSpace(trained, label: label)
        styles = trained.generator as? any StyleGenerator
        layerCount = styles?.layerCount ?? 1
        imageFormat = trained.imageFormat
        (self.label, self.origin, configuration) = (label, origin, trained.configuration)
    }

    /// The numbers of a point, for each layer or once for all.
    ///
    /// - Shapes: each `[1, size]`.
    /// - Throws: `StudioError` where a generator without styles is to mix them.
    func numbers(of point: LatentPoint) throws -> [Tensor] {
        switch point {
        case .seed(let seed): return [space.latents(seeds: [seed])]
        case .numbers(let numbers): return [try numbers.tensor(in: space)]
        case .walk(let one, let other, let share):
            return try together([one, other]) { space.points(from: $0[0], to: $0[1], at: [share]) }
        case .blend(let corners, let weights):
            return try together(corners) { blended($0, weights) }
        case .sum(let plus, let minus):
            return try together(plus + minus) { numbers in
                let zero = Tensor.zeros([1, space.size])
                let added = numbers.prefix(plus.count).reduce(zero, +)
                return numbers.dropFirst(plus.count).reduce(added, -)
            }
        case .mix(let one, let other, let layers):
            guard styles != nil else { throw StudioError(.badRequest, "this generator has no styles to mix") }
            let ends = try [one, other].map { inLayers(try numbers(of: $0)) }
            return (0..<layerCount).map { layer in ends[layers.contains(layer) ? 1 : 0][layer] }
        case .moved(let point, let attributes):
            let moves = try attributes.map { try direction(of: $0) * Scalar($0.amount) }
            return try numbers(of: point).map { moves.reduce($0, +) }
        }
    }

    /// The attribute's own, or else from the mean of its examples without to that of those with it, one standard
    /// deviation long.
    ///
    /// - Shapes: `[1, size]`
    func direction(of attribute: LatentPoint.Attribute) throws -> Tensor {
        if let numbers = attribute.direction { return try numbers.tensor(in: space) }
        let key = try attribute.key
        if let known = directions[key] { return known }
        let groups = try [attribute.without ?? [], attribute.with ?? []].map { points in
            guard !points.isEmpty, points.count <= 256 else {
                throw StudioError(
                    .badRequest, "an attribute needs 1 to 256 samples with it, and as many without")
            }
            return Tensor.concatenated(try points.map { try single(numbers(of: $0)) }, axis: 0)
        }
        guard let direction = space.direction(from: groups[0], to: groups[1]) else {
            throw StudioError(.badRequest, "samples with the attribute and those without have the same mean")
        }
        directions[key] = direction
        return direction
    }

    /// The images of points.
    func images(of points: [LatentPoint], _ settings: SynthesisSettings) throws -> [Image] {
        try images(of: points.map(numbers), settings)
    }

    /// One vector for all layers.
    ///
    /// - Throws: `StudioError` where layers have different ones.
    func single(_ numbers: [Tensor]) throws(StudioError) -> Tensor {
        guard numbers.count == 1 else {
            throw StudioError(.badRequest, "a mix has a style for each layer; a file or a sum holds only one")
        }
        return numbers[0]
    }

    private func images(of points: [[Tensor]], _ settings: SynthesisSettings) throws -> [Image] {
        guard let styles else {
            return space.images(of: .concatenated(try points.map(single), axis: 0))
        }
        let layers = points.map(inLayers)
        let own = (0..<layerCount).map { layer in
            Tensor.concatenated(layers.map { $0[layer] }, axis: 0) * space.scale + styles.meanStyle
        }
        let truncated = styles.truncated(
            own, psi: Scalar(settings.truncation), layers: settings.cutoff ?? styles.truncatedLayers)
        let labels = label.map { [Int](repeating: $0, count: points.count) }
        return GANs.images(
            styles.images(
                fromStyles: truncated, noise: settings.noise ? .constant : .none,
                .inference(labels: configuration.oneHot(labels))))
    }

    /// Does something with the numbers of several points, layer by layer where one of them has layers.
    private func together(_ points: [LatentPoint], _ body: ([Tensor]) -> Tensor) throws -> [Tensor] {
        let all = try points.map(numbers)
        let count = all.map(\.count).max() ?? 1
        return (0..<count).map { layer in body(all.map { $0[$0.count == 1 ? 0 : layer] }) }
    }

    private func inLayers(_ numbers: [Tensor]) -> [Tensor] {
        numbers.count == layerCount ? numbers : [Tensor](repeating: numbers[0], count: layerCount)
    }

    /// The weighted mean; where latents lie near a sphere, as far out as they are.
    private func blended(_ corners: [Tensor], _ weights: [Double]) -> Tensor {
        let sum = zip(corners, weights).reduce(Tensor.zeros([1, space.size])) { $0 + $1.0 * Scalar($1.1) }
        guard space.geometry == .sphere else { return sum }
        func length(_ numbers: Tensor) -> Scalar { numbers.squared().sum().squareRoot().scalar }
        let wanted = zip(corners, weights).reduce(0 as Scalar) { $0 + length($1.0) * Scalar($1.1) }
        let own = length(sum)
        return own > 1e-6 ? sum * (wanted / own) : sum
    }
}

extension LatentPoint.Attribute {
    /// The same for the same examples, whatever the amount.
    fileprivate var key: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode([with, without]), as: UTF8.self)
        }
    }
}
