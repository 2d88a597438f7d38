import Networks
import Tensors

/// Which layers of a style-based generator an attribute comes from: whose class an image has that takes the styles
/// of some layers from another one.
///
/// - Source: the coarse, middle and fine styles of Karras et al. 2019, section 3.1, told apart by a classifier
///   instead of an eye.
public struct MixingAgreement: Hashable, Sendable {
    /// How mixtures of one kind came out; only pairs count whose own images have different classes.
    public struct Row: Codable, Hashable, Sendable {
        /// The layers that are taken from the other image.
        public let scale: StyleScale
        /// Mixtures that have the class of the image whose styles were taken.
        public internal(set) var taken = 0
        /// Those that have the class of the image that was mixed into.
        public internal(set) var kept = 0
        /// All, some of which have neither.
        public internal(set) var count = 0
    }

    /// For each scale that has layers, from the coarsest.
    public let rows: [Row]

    /// - Parameters:
    ///   - generator: without classes.
    ///   - pairs: how many pairs of images.
    ///   - seed: of the first latent; each pair takes the next two.
    ///   - classify: the class of each of some images `[n, height, width, channels]` in [-1, 1].
    ///   - progress: told how many pairs are done.
    /// - Throws: `ConfigurationError` if no pair's classes differ.
    public init(
        of generator: any StyleGenerator, latentSize: Int, pairs: Int, seed: UInt64 = 0,
        classify: (Tensor) -> [Int], progress: (_ done: Int) -> Void = { _ in }
    ) throws(ConfigurationError) {
        let layers = generator.layerCount
        var rows = StyleScale.allCases.filter { !$0.layers(of: layers).isEmpty }.map { Row(scale: $0) }
        for numbers in (0..<pairs).pieces(of: LatentSpace.atATime) {
            let styles = (0..<2).map { side in
                let seeds = numbers.map { seed &+ UInt64(2 * $0 + side) }
                let latents = latents(seeds: seeds, latentSize: latentSize)
                return generator.styles(of: latents, .inference)
            }
            func classes(_ layerStyles: [Tensor]) -> [Int] {
                classify(generator.images(fromStyles: layerStyles, noise: .constant, .inference))
            }
            let own = styles.map { classes(Array(repeating: $0, count: layers)) }
            let differing = (0..<numbers.count).filter { own[0][$0] != own[1][$0] }
            for index in rows.indices where !differing.isEmpty {
                let mixing = StyleMixing(layers: layers, replacing: rows[index].scale.layers(of: layers))
                let mixed = classes(mixing(styles))
                for pair in differing {
                    rows[index].count += 1
                    if mixed[pair] == own[1][pair] { rows[index].taken += 1 }
                    if mixed[pair] == own[0][pair] { rows[index].kept += 1 }
                }
            }
            progress(numbers.upperBound)
        }
        guard rows.first.map({ $0.count > 0 }) ?? false else {
            throw ConfigurationError(
                "all of \(2 * pairs) images have the same class; take more pairs, or another attribute")
        }
        self.rows = rows
    }
}
